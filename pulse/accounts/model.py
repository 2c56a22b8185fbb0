"""Tables of sign-in: accounts with a password, sessions, mailed links, counted attempts.

Secrets are never stored: passwords as argon2 hashes, tokens as SHA-256, names and addresses of
attempts as keyed hashes. A session keeps days and no times, and nothing about the device.
"""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from pulse.db import Model, UtcDateTime

DIGEST = 32


class Account(Model):
    """Somebody who signs in with a password. Employees need none: they get a mailed link."""

    __tablename__ = "account"
    __table_args__ = (
        CheckConstraint("role IN ('leader', 'hr', 'admin')", name="role_needs_a_password"),
        CheckConstraint("unit_id IS NULL OR role = 'leader'", name="only_leaders_have_a_unit"),
        CheckConstraint("email = lower(email)", name="email_in_lower_case"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(String(320), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    role: Mapped[str] = mapped_column(String(20))
    password_hash: Mapped[str] = mapped_column(String(200))
    # The unit that a leader answers for; without one, a leader answers for the whole company.
    unit_id: Mapped[int | None]
    disabled: Mapped[bool] = mapped_column(default=False)


class LoginSession(Model):
    """A browser that is signed in, as an account or as an employee, never as both."""

    __tablename__ = "login_session"
    __table_args__ = (
        CheckConstraint("(account_id IS NULL) <> (employee_id IS NULL)", name="one_holder"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    token_sha256: Mapped[bytes] = mapped_column(LargeBinary(DIGEST), unique=True)
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"), index=True)
    employee_id: Mapped[int | None] = mapped_column(index=True)
    created_on: Mapped[date]
    last_used_on: Mapped[date]
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    revoked: Mapped[bool] = mapped_column(default=False)


class SignInLink(Model):
    """A one-time link mailed to an employee."""

    __tablename__ = "sign_in_link"

    id: Mapped[int] = mapped_column(primary_key=True)
    token_sha256: Mapped[bytes] = mapped_column(LargeBinary(DIGEST), unique=True)
    employee_id: Mapped[int]
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    used: Mapped[bool] = mapped_column(default=False)


class SignInAttempt(Model):
    """How often one account name or network address was tried within one window of time."""

    __tablename__ = "sign_in_attempt"

    key_mac: Mapped[bytes] = mapped_column(LargeBinary(DIGEST), primary_key=True)
    window_start: Mapped[datetime] = mapped_column(UtcDateTime, primary_key=True, index=True)
    attempts: Mapped[int]
