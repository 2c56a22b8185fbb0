"""Redeeming an invitation: secret or short code -> one token and the person's labels, once.

Nothing is written but that the invitation was redeemed; the token is not kept. Where dropping
the ballot fails for certain, `restore` gives the invitation back.
"""

from dataclasses import dataclass, field
from secrets import token_bytes
from typing import cast

from sqlalchemy import ColumnElement, CursorResult, func, or_, select, update
from sqlalchemy.orm import Session

from pulse.domain import short_code
from pulse.domain import token as tokens
from pulse.domain.errors import AlreadyTaken, UnknownCode, WaveNotOpen
from pulse.domain.token import Token
from pulse.invitations import hashes, keys
from pulse.invitations.model import FrameMember, Invitation


@dataclass(frozen=True, slots=True)
class Redeemed:
    """Leave to drop one ballot that carries these labels."""

    token: Token = field(repr=False)
    labels: dict[str, str] = field(repr=False)


def wave_of(session: Session, typed: str, code_key: bytes) -> int:
    """Give the wave that a secret or code belongs to. Raises UnknownCode."""
    found = session.scalar(select(Invitation.wave_id).where(_matches(typed, code_key)))
    if found is None:
        raise _unknown()
    return found


def redeem(session: Session, wave_id: int, typed: str, code_key: bytes) -> Redeemed:
    """Use up the invitation with this secret or code, and make its token.

    Raises UnknownCode, AlreadyTaken, or WaveNotOpen where no token can be made.
    """
    return _redeem(session, wave_id, _matches(typed, code_key))


def redeem_employee(session: Session, wave_id: int, employee_id: int) -> Redeemed:
    """Use up the invitation of a person, for rehearsals. Raises as `redeem` does."""
    return _redeem(session, wave_id, Invitation.employee_id == employee_id)


def restore(session: Session, wave_id: int, typed: str, code_key: bytes) -> None:
    """Give an invitation back whose ballot certainly did not reach the box."""
    _give_back(session, wave_id, _matches(typed, code_key))


def restore_employee(session: Session, wave_id: int, employee_id: int) -> None:
    """Give back the invitation of a person, for rehearsals."""
    _give_back(session, wave_id, Invitation.employee_id == employee_id)


def redeemed(session: Session, wave_id: int) -> int:
    """Count the redeemed invitations of a wave."""
    return (
        session.scalar(
            select(func.count()).where(Invitation.wave_id == wave_id, Invitation.redeemed.is_(True))
        )
        or 0
    )


def _redeem(session: Session, wave_id: int, whose: ColumnElement[bool]) -> Redeemed:
    mine = session.execute(
        select(Invitation.id, Invitation.employee_id).where(Invitation.wave_id == wave_id, whose)
    ).one_or_none()
    if mine is None:
        raise _unknown()
    signing_key = keys.signing_key(session, wave_id)
    if signing_key is None:
        raise WaveNotOpen("This wave does not take answers now.")
    # The condition decides between people who send the same code at the same moment.
    changed = session.execute(
        update(Invitation)
        .where(Invitation.id == mine.id, Invitation.redeemed.is_(False))
        .values(redeemed=True)
        .execution_options(synchronize_session=False)
    )
    if cast(CursorResult[object], changed).rowcount != 1:
        raise AlreadyTaken("This code has been used; each person answers once.")
    labels = session.scalars(
        select(FrameMember.labels).where(
            FrameMember.wave_id == wave_id, FrameMember.employee_id == mine.employee_id
        )
    ).one()
    return Redeemed(tokens.sign(signing_key, wave_id, token_bytes(tokens.RANDOM_BYTES)), labels)


def _give_back(session: Session, wave_id: int, whose: ColumnElement[bool]) -> None:
    session.execute(
        update(Invitation)
        .where(Invitation.wave_id == wave_id, whose)
        .values(redeemed=False)
        .execution_options(synchronize_session=False)
    )


def _matches(typed: str, code_key: bytes) -> ColumnElement[bool]:
    """Find by hash, so that the time it takes tells nothing about any stored secret."""
    secret = Invitation.secret_sha256 == hashes.of_secret(typed.strip())
    code = short_code.normalise(typed)
    if code is None:
        return secret
    return or_(secret, Invitation.code_mac == hashes.of_code(code, code_key))


def _unknown() -> UnknownCode:
    return UnknownCode("This code is not known. Please check it, letter by letter.", "code")
