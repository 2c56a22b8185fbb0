"""The register of accounts: create, list, disable, give a new password, name a leader's unit."""

from dataclasses import dataclass

from email_validator import EmailNotValidError, validate_email
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from pulse.accounts import sessions
from pulse.accounts.model import Account
from pulse.domain.errors import Conflict, Invalid, NotFound
from pulse.domain.permission import Role
from pulse.people import units

LONGEST_NAME = 200


@dataclass(frozen=True, slots=True)
class NewAccount:
    """What is needed to create an account. The password is kept out of its printed form."""

    email: str
    name: str
    role: Role
    password_hash: str
    unit_id: int | None = None


@dataclass(frozen=True, slots=True)
class AccountInfo:
    id: int
    email: str
    name: str
    role: Role
    unit_id: int | None
    disabled: bool


@dataclass(frozen=True, slots=True)
class Credentials:
    """What a sign-in is checked against; an unknown or disabled account has no hash."""

    account_id: int | None
    password_hash: str | None


def create(session: Session, new: NewAccount) -> int:
    """Create an account. Raises Invalid for a bad value, Conflict when the e-mail is taken."""
    email = normal_email(new.email)
    name = _clean_name(new.name)
    if new.role is Role.EMPLOYEE:
        raise Invalid("Employees need no account: they sign in with a mailed link.", "role")
    _check_unit(session, new.role, new.unit_id)
    if session.scalar(select(Account.id).where(Account.email == email)) is not None:
        raise Conflict("There is an account with this e-mail address already.")
    account = Account(
        email=email,
        name=name,
        role=new.role.value,
        password_hash=new.password_hash,
        unit_id=new.unit_id,
        disabled=False,
    )
    session.add(account)
    session.flush()
    return account.id


def normal_email(email: str) -> str:
    """Give an address in the one form that is stored. Raises Invalid when it is none."""
    try:
        found = validate_email(
            email.strip(), check_deliverability=False, test_environment=True
        ).normalized
    except EmailNotValidError as error:
        raise Invalid("This is not an e-mail address.", "email") from error
    return found.lower()


def credentials(session: Session, email: str) -> Credentials:
    """Give what a password for this address is checked against; never says "unknown"."""
    found = session.execute(
        select(Account.id, Account.password_hash).where(
            Account.email == email.strip().lower(), Account.disabled.is_(False)
        )
    ).first()
    return Credentials(None, None) if found is None else Credentials(found.id, found.password_hash)


def listing(session: Session) -> tuple[AccountInfo, ...]:
    """Give all accounts by name."""
    rows = session.scalars(select(Account).order_by(Account.name, Account.id))
    return tuple(_info(row) for row in rows)


def get(session: Session, account_id: int) -> AccountInfo:
    """Give one account. Raises NotFound."""
    return _info(_row(session, account_id))


def set_password(
    session: Session, account_id: int, password_hash: str, *, keep_session: int | None = None
) -> None:
    """Give an account a new password and sign it out everywhere, but for the session named."""
    _row(session, account_id).password_hash = password_hash
    holder = sessions.Holder(account_id=account_id)
    sessions.revoke_all(session, holder, except_id=keep_session)


def renew_hash(session: Session, account_id: int, old_hash: str, new_hash: str) -> None:
    """Replace the hash of the same password, unless the password changed meanwhile."""
    session.execute(
        update(Account)
        .where(Account.id == account_id, Account.password_hash == old_hash)
        .values(password_hash=new_hash)
    )


def set_disabled(session: Session, account_id: int, *, disabled: bool) -> None:
    """Disable an account and sign it out everywhere, or enable it again.

    Raises Conflict rather than leave nobody who can manage accounts.
    """
    account = _row(session, account_id)
    if disabled and account.role == Role.ADMIN and _other_admins(session, account_id) == 0:
        raise Conflict("This is the last administrator; create another one first.")
    account.disabled = disabled
    if disabled:
        sessions.revoke_all(session, sessions.Holder(account_id=account_id))


def set_unit(session: Session, account_id: int, unit_id: int | None) -> None:
    """Name the unit that a leader answers for; None is the whole company."""
    account = _row(session, account_id)
    _check_unit(session, Role(account.role), unit_id)
    account.unit_id = unit_id


def _other_admins(session: Session, account_id: int) -> int:
    admins = select(Account.id).where(
        Account.role == Role.ADMIN.value, Account.disabled.is_(False), Account.id != account_id
    )
    # The rows are locked, so that two administrators cannot disable each other at once.
    return len(session.scalars(admins.with_for_update()).all())


def _check_unit(session: Session, role: Role, unit_id: int | None) -> None:
    if unit_id is None:
        return
    if role is not Role.LEADER:
        raise Invalid("Only a leader answers for a unit.", "unit")
    if all(node.id != unit_id for node in units.tree(session)):
        raise Invalid("There is no such unit.", "unit")


def _clean_name(name: str) -> str:
    cleaned = " ".join(name.split())
    if not cleaned or len(cleaned) > LONGEST_NAME or not cleaned.isprintable():
        raise Invalid(f"A name has 1 to {LONGEST_NAME} printable characters.", "name")
    return cleaned


def _row(session: Session, account_id: int) -> Account:
    account = session.get(Account, account_id)
    if account is None:
        raise NotFound("There is no such account.")
    return account


def _info(row: Account) -> AccountInfo:
    return AccountInfo(row.id, row.email, row.name, Role(row.role), row.unit_id, row.disabled)
