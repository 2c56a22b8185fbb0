"""Numbers in addresses that no database can hold name nothing; they are no fault of ours."""

import pytest

from pulse.domain.permission import Role
from tests.support.signing_in import sign_in

HUGE = "9" * 25


@pytest.mark.parametrize("path", ["/s/{}", "/s/{}/thanks", "/s/{}/manifest.json"])
def test_a_wave_beyond_all_ids_is_not_found(client, path):
    assert client.get(path.format(HUGE)).status_code == 404


@pytest.mark.parametrize("path", ["/results/{}", "/log/{}", "/log/new?finding={}:own_1:all"])
def test_what_is_beyond_all_ids_is_not_found(client, path):
    leader = sign_in(client, Role.LEADER)
    assert leader.get(path.format(HUGE)).status_code == 404


@pytest.mark.parametrize("page", [HUGE, "2147483648", "-1", "one"])
def test_a_page_that_is_no_number_of_a_page_is_the_first(client, page):
    hr = sign_in(client, Role.HR)
    for path in ("/log", "/hr/results", "/results"):
        assert hr.get(f"{path}?page={page}").status_code == 200
