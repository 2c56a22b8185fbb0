from datetime import UTC, datetime

import pytest

from pulse.domain.errors import Invalid
from pulse.domain.local_time import moment, shown

local = datetime.fromisoformat


def test_the_same_local_time_is_another_moment_in_summer() -> None:
    winter = moment(local("2026-01-05T09:00"), "Europe/Berlin", "opens_at")
    summer = moment(local("2026-07-06T09:00"), "Europe/Berlin", "opens_at")
    assert (winter, summer) == (
        datetime(2026, 1, 5, 8, tzinfo=UTC),
        datetime(2026, 7, 6, 7, tzinfo=UTC),
    )


def test_the_skipped_hour_of_spring_is_refused_by_name() -> None:
    with pytest.raises(Invalid, match=r"29\.03\.2026 02:30 does not exist") as caught:
        moment(local("2026-03-29T02:30"), "Europe/Berlin", "closes_at")
    assert caught.value.field == "closes_at"


def test_the_doubled_hour_of_autumn_is_its_first() -> None:
    found = moment(local("2026-10-25T02:30"), "Europe/Berlin", "opens_at")
    assert found == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


def test_an_unknown_zone_is_refused() -> None:
    with pytest.raises(Invalid, match="Berlin/Europe") as caught:
        moment(local("2026-03-29T09:00"), "Berlin/Europe", "opens_at")
    assert caught.value.field == "time_zone"


@pytest.mark.parametrize("zone", ["Pacific/Chatham", "America/New_York", "UTC", "Asia/Kolkata"])
def test_what_is_shown_is_what_was_meant(zone: str) -> None:
    assert shown(moment(local("2026-05-04T17:45"), zone, "opens_at"), zone) == (
        "Mon 4 May 2026, 17:45"
    )
