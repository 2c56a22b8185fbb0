"""Redeeming an invitation: secret or short code -> one token and the person's labels, once.

Nothing is written but that the invitation was redeemed; the token is not kept. Where dropping
the ballot fails for certain, `restore` gives the invitation back.
"""

from dataclasses import dataclass, field
from secrets import token_bytes
from typing import cast

from sqlalchemy import ColumnElement, Table, and_, bindparam, func, or_, select, update
from sqlalchemy.orm import Session

from pulse.domain import short_code
from pulse.domain import token as tokens
from pulse.domain.errors import AlreadyTaken, UnknownCode, WaveNotOpen
from pulse.domain.token import Token
from pulse.domain.wave_state import WaveState
from pulse.invitations import hashes
from pulse.invitations.model import FrameMember, Invitation, IssuerKey
from pulse.surveys.model import Wave

_INVITATION = cast(Table, Invitation.__table__)
_MEMBER = cast(Table, FrameMember.__table__)
_KEY = cast(Table, IssuerKey.__table__)
_WAVE = cast(Table, Wave.__table__)
_FOUND = (
    select(_INVITATION.c.id, _MEMBER.c.labels, _KEY.c.signing_key, _WAVE.c.state)
    .join(_WAVE, _WAVE.c.id == _INVITATION.c.wave_id)
    .join(
        _MEMBER,
        and_(
            _MEMBER.c.wave_id == _INVITATION.c.wave_id,
            _MEMBER.c.employee_id == _INVITATION.c.employee_id,
        ),
    )
    .outerjoin(_KEY, _KEY.c.wave_id == _INVITATION.c.wave_id)
)
_USE_UP = (
    update(_INVITATION)
    .where(_INVITATION.c.id == bindparam("this"), _INVITATION.c.redeemed.is_(False))
    .values(redeemed=True)
)


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
    return _redeem(session, wave_id, _INVITATION.c.employee_id == employee_id)


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
    # Two statements on the tables themselves: a whole company answers within the same minutes.
    connection = session.connection()
    mine = connection.execute(_FOUND.where(_INVITATION.c.wave_id == wave_id, whose)).one_or_none()
    if mine is None:
        raise _unknown()
    if mine.state != WaveState.OPEN.value or mine.signing_key is None:
        raise WaveNotOpen("This wave does not take answers now.")
    # The condition decides between people who send the same code at the same moment.
    if connection.execute(_USE_UP, {"this": mine.id}).rowcount != 1:
        raise AlreadyTaken("This code has been used; each person answers once.")
    signed = tokens.sign(mine.signing_key, wave_id, token_bytes(tokens.RANDOM_BYTES))
    return Redeemed(signed, mine.labels)


def _give_back(session: Session, wave_id: int, whose: ColumnElement[bool]) -> None:
    session.execute(
        update(Invitation)
        .where(Invitation.wave_id == wave_id, whose)
        .values(redeemed=False)
        .execution_options(synchronize_session=False)
    )


def _matches(typed: str, code_key: bytes) -> ColumnElement[bool]:
    """Find by hash, so that the time it takes tells nothing about any stored secret."""
    secret: ColumnElement[bool] = _INVITATION.c.secret_sha256 == hashes.of_secret(typed.strip())
    code = short_code.normalise(typed)
    if code is None:
        return secret
    return or_(secret, _INVITATION.c.code_mac == hashes.of_code(code, code_key))


def _unknown() -> UnknownCode:
    return UnknownCode("This code is not known. Please check it, letter by letter.", "code")
