"""Accounts of the invented company, with passwords made for this installation only."""

from dataclasses import dataclass
from secrets import token_hex

from pulse.accounts import passwords, register
from pulse.accounts.register import NewAccount
from pulse.actions.values import Author
from pulse.db import transaction
from pulse.demo.company import COMPANY, PLAN
from pulse.domain.permission import Role
from pulse.people import units

LEADERS = {
    "Customer Care": "Imogen Marsh",
    "Shops": "Omar Fofana",
    "Warehouse and Delivery": "Birgit Holm",
    "Technology": "Ravi Joshi",
    "Head Office": "Tessa Lindqvist",
}


@dataclass(frozen=True, slots=True)
class SignIn:
    """What the terminal prints for one role."""

    role: str
    email: str
    password: str


def create() -> tuple[tuple[SignIn, ...], dict[str, Author]]:
    """Create HR, an admin and a leader for each division; give sign-ins and log authors."""
    with transaction() as session:
        unit_ids = {node.name: node.id for node in units.tree(session)}
    sign_ins = [
        _account("hr", "Hana Rahman", Role.HR, None)[0],
        _account("admin", "Ada Novak", Role.ADMIN, None)[0],
    ]
    authors = {}
    for division in dict.fromkeys(item[0] for item in PLAN):
        name = LEADERS[division]
        local = f"leader.{division.split()[0].lower()}"
        sign_in, account_id = _account(local, name, Role.LEADER, unit_ids[division])
        sign_ins.append(sign_in)
        authors[division] = Author(account_id, name, unit_ids[division])
    return tuple(sign_ins), authors


def _account(local: str, name: str, role: Role, unit_id: int | None) -> tuple[SignIn, int]:
    email = f"{local}@harbourandvale.example"
    password = f"{COMPANY.split()[0].lower()}-{token_hex(4)}"
    stored = passwords.hashed(password, email)
    with transaction() as session:
        account = register.create(session, NewAccount(email, name, role, stored, unit_id))
    return SignIn(role.value, email, password), account
