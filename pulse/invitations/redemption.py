"""Redeeming an invitation: secret or short code -> one blind signature and the person's labels.

What is signed is blinded, so whoever reads everything here learns nothing of the token that comes
of it. The same blinded value gets the same signature again, however often a reply is lost; any
other one is refused.
"""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import cast

from sqlalchemy import ColumnElement, Connection, Table, and_, bindparam, func, or_, select, update
from sqlalchemy.orm import Session

from pulse.domain import short_code
from pulse.domain.errors import AlreadyTaken, UnknownCode, WaveNotOpen
from pulse.domain.joint import Joint
from pulse.domain.marking import marked
from pulse.domain.wave_state import WaveState
from pulse.invitations import hashes, keys, replacing
from pulse.invitations.model import FrameMember, Invitation, IssuerKey
from pulse.surveys.model import Wave

_INVITATION = cast(Table, Invitation.__table__)
_MEMBER = cast(Table, FrameMember.__table__)
_KEY = cast(Table, IssuerKey.__table__)
_WAVE = cast(Table, Wave.__table__)
_AT_ONCE = 5_000
_FOUND = (
    select(
        _INVITATION.c.id,
        _INVITATION.c.blinded_sha256,
        _INVITATION.c.secret_sha256,
        _MEMBER.c.labels,
        _KEY.c.wrapped,
        _WAVE.c.state,
    )
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
    .where(
        _INVITATION.c.id == bindparam("this"),
        # A slip that was replaced since it was looked up is void.
        _INVITATION.c.secret_sha256 == bindparam("secret"),
        _INVITATION.c.redeemed.is_(False),
    )
    .values(redeemed=True, blinded_sha256=bindparam("blinded"))
)


@dataclass(frozen=True, slots=True)
class Claim:
    """What somebody wants signed for a wave: a blinded value, which says nothing of the token."""

    wave_id: int
    blinded: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Secrets:
    """The keys outside the database: of the short codes, and of the stored signing keys."""

    code_key: bytes = field(repr=False)
    wrapping_key: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Redeemed:
    """A blind signature, and the labels that this person's ballot carries."""

    signature: bytes = field(repr=False)
    labels: dict[str, str] = field(repr=False)


def wave_of(session: Session, typed: str, code_key: bytes) -> int:
    """Give the wave that a secret or code belongs to. Raises UnknownCode."""
    found = session.scalar(select(Invitation.wave_id).where(_matches(typed, code_key)))
    if found is None:
        raise _unknown()
    return found


def redeem(session: Session, claim: Claim, typed: str, secrets: Secrets) -> Redeemed:
    """Use up the invitation with this secret or code, and sign the blinded value.

    Raises UnknownCode, AlreadyTaken where another value was signed, Invalid for a value that
    cannot be signed, or WaveNotOpen.
    """
    whose = _matches(typed, secrets.code_key)
    return _redeem(session, claim, whose, secrets.wrapping_key)


def redeem_employee(
    session: Session, claim: Claim, employee_id: int, wrapping_key: bytes
) -> Redeemed:
    """Use up the invitation of a person, for rehearsals. Raises as `redeem` does."""
    return _redeem(session, claim, _INVITATION.c.employee_id == employee_id, wrapping_key)


def forget_blinded(session: Session, wave_id: int) -> None:
    """Remove what was kept for repeated replies; call it when no token can be made any more."""
    session.execute(
        update(_INVITATION).where(_INVITATION.c.wave_id == wave_id).values(blinded_sha256=None)
    )


def redeemed(session: Session, wave_id: int) -> int:
    """Count the redeemed invitations of a wave."""
    return (
        session.scalar(
            select(func.count()).where(Invitation.wave_id == wave_id, Invitation.redeemed.is_(True))
        )
        or 0
    )


@dataclass(frozen=True, slots=True)
class Issued:
    """The tokens of a wave: people who got one, tokens beyond one each, all of them by label.

    Whoever has started stays one who has started, whatever slip they are given afterwards.
    """

    started: int
    again: int
    handed: int
    by_label: Mapping[str, Mapping[str, int]]


def issued(session: Session, wave_id: int) -> Issued:
    """Count the tokens that were signed, as the most ballots that there may be."""
    query = (
        select(_INVITATION.c.redeemed, _INVITATION.c.replaced, _MEMBER.c.labels)
        .join(
            _MEMBER,
            and_(
                _MEMBER.c.wave_id == _INVITATION.c.wave_id,
                _MEMBER.c.employee_id == _INVITATION.c.employee_id,
            ),
        )
        .where(_INVITATION.c.wave_id == wave_id)
        .where(or_(_INVITATION.c.redeemed, _INVITATION.c.replaced > 0))
    )
    started = tokens = 0
    by_label: dict[str, Counter[str]] = defaultdict(Counter)
    for row in session.execute(query, execution_options={"yield_per": _AT_ONCE}):
        theirs = row.redeemed + row.replaced
        started += 1
        tokens += theirs
        for dimension, label in row.labels.items():
            by_label[dimension][label] += theirs
    return Issued(started, tokens - started, replacing.handed(session, wave_id), by_label)


def started(session: Session, wave_id: int, keys: Sequence[str]) -> Joint:
    """Count who has started by the labels that they carry together.

    Who started and did not finish is among them: nobody knows who that is.
    """
    query = (
        select(_MEMBER.c.labels)
        .join(
            _INVITATION,
            and_(
                _MEMBER.c.wave_id == _INVITATION.c.wave_id,
                _MEMBER.c.employee_id == _INVITATION.c.employee_id,
            ),
        )
        .where(_INVITATION.c.wave_id == wave_id)
        .where(or_(_INVITATION.c.redeemed, _INVITATION.c.replaced > 0))
    )
    return Joint.of(keys, session.scalars(query.execution_options(yield_per=_AT_ONCE)))


def _redeem(
    session: Session, claim: Claim, whose: ColumnElement[bool], wrapping_key: bytes
) -> Redeemed:
    # Two statements on the tables themselves: a whole company answers within the same minutes.
    connection = session.connection()
    found = _FOUND.where(_INVITATION.c.wave_id == claim.wave_id, whose)
    mine = connection.execute(found).one_or_none()
    if mine is None:
        raise _unknown()
    if mine.state != WaveState.OPEN.value or mine.wrapped is None:
        raise WaveNotOpen("This wave does not take answers now.")
    # Signed first: a value that cannot be signed is refused alike whether or not somebody has
    # started, or whoever holds their slip could ask without using it up.
    signature = keys.load(claim.wave_id, mine.wrapped, wrapping_key).sign(claim.blinded)
    digest = hashlib.sha256(claim.blinded).digest()
    if mine.blinded_sha256 != digest:
        _use_up(connection, mine.id, mine.secret_sha256, digest)
    return Redeemed(signature, mine.labels)


def _use_up(connection: Connection, invitation_id: int, secret: bytes, digest: bytes) -> None:
    """Decide, by the condition of one statement, between people who send the same code at once.

    Two of them may be one browser that asks again while its first question is still on the way.
    """
    wanted = {"this": invitation_id, "secret": secret, "blinded": digest}
    if connection.execute(_USE_UP, wanted).rowcount == 1:
        return
    now_stored = select(_INVITATION.c.secret_sha256, _INVITATION.c.blinded_sha256)
    mine = connection.execute(now_stored.where(_INVITATION.c.id == invitation_id)).one_or_none()
    if mine is None or mine.secret_sha256 != secret:
        raise _unknown()
    if mine.blinded_sha256 != digest:
        raise AlreadyTaken("This code has been used; each person answers once.")


def _matches(typed: str, code_key: bytes) -> ColumnElement[bool]:
    """Find by hash, so that the time it takes tells nothing about any stored secret."""
    secret: ColumnElement[bool] = _INVITATION.c.secret_sha256 == hashes.of_secret(typed.strip())
    code = short_code.normalise(typed)
    if code is None:
        return secret
    return or_(secret, _INVITATION.c.code_mac == hashes.of_code(code, code_key))


def _unknown() -> UnknownCode:
    return UnknownCode(marked("This code is not known. Please check it, letter by letter."), "code")
