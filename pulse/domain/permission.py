"""Who may do what: one table from role to permissions, and nothing else decides access.

A reader audits the whole of it in one screenful. A permission that no role holds is
refused to everyone.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    EMPLOYEE = "employee"
    LEADER = "leader"
    HR = "hr"
    ADMIN = "admin"


class Permission(StrEnum):
    VIEW_RESULTS = "view results"
    VIEW_LOG = "view the action log"
    OWN_SESSIONS = "see and end their own sessions"
    POST_ACTION = "post to the action log"
    MANAGE_PEOPLE = "manage the staff file"
    MANAGE_SURVEYS = "manage surveys and waves"
    VIEW_HR_RESULTS = "view the heatmap and trends"
    VIEW_CHURN = "view turnover beside sentiment"
    PRINT_SLIPS = "print invitation slips"
    MANAGE_CHANNELS = "manage channels"
    MANAGE_ACCOUNTS = "manage accounts"


class PersonKind(StrEnum):
    """How somebody signed in: with a password of their own, or with a mailed link."""

    ACCOUNT = "account"
    EMPLOYEE = "employee"


@dataclass(frozen=True, slots=True)
class Person:
    """The person signed in: an account (`account_id`) or an employee (`employee_id`)."""

    kind: PersonKind
    account_id: int | None
    employee_id: int | None
    name: str
    role: Role
    unit_id: int | None
    session_id: int
    # As the staff file says it; nothing is known of an account's.
    locale: str | None = None

    def may(self, permission: Permission) -> bool:
        return allowed(self.role, permission)


_EVERYONE = frozenset({Permission.VIEW_RESULTS, Permission.VIEW_LOG, Permission.OWN_SESSIONS})

# An administrator looks after accounts and sees no more about the staff than anybody else.
PERMISSIONS: Mapping[Role, frozenset[Permission]] = {
    Role.EMPLOYEE: _EVERYONE,
    Role.LEADER: _EVERYONE | {Permission.POST_ACTION},
    Role.HR: _EVERYONE
    | {
        Permission.MANAGE_PEOPLE,
        Permission.MANAGE_SURVEYS,
        Permission.VIEW_HR_RESULTS,
        Permission.VIEW_CHURN,
        Permission.PRINT_SLIPS,
        Permission.MANAGE_CHANNELS,
    },
    Role.ADMIN: _EVERYONE | {Permission.MANAGE_ACCOUNTS},
}


def allowed(role: Role, permission: Permission) -> bool:
    """Say whether the role holds the permission.

    >>> allowed(Role.HR, Permission.VIEW_CHURN), allowed(Role.LEADER, Permission.VIEW_CHURN)
    (True, False)
    """
    return permission in PERMISSIONS[role]
