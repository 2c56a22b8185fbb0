import pytest

from pulse.domain.permission import PERMISSIONS, Permission, Role, allowed

EVERYONE = {Permission.VIEW_RESULTS, Permission.VIEW_LOG, Permission.OWN_SESSIONS}


def test_every_role_stands_in_the_table() -> None:
    assert set(PERMISSIONS) == set(Role)


def test_every_permission_is_held_by_somebody() -> None:
    assert set().union(*PERMISSIONS.values()) == set(Permission)


@pytest.mark.parametrize("role", Role)
def test_all_roles_read_results_and_log(role: Role) -> None:
    assert all(allowed(role, permission) for permission in EVERYONE)


def test_an_employee_can_do_nothing_else() -> None:
    assert PERMISSIONS[Role.EMPLOYEE] == EVERYONE


def test_an_administrator_sees_no_more_of_the_staff_than_an_employee() -> None:
    assert PERMISSIONS[Role.ADMIN] - EVERYONE == {Permission.MANAGE_ACCOUNTS}


def test_only_leaders_post_to_the_log() -> None:
    assert [role for role in Role if allowed(role, Permission.POST_ACTION)] == [Role.LEADER]
