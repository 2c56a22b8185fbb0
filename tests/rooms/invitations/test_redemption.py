"""One invitation, one signature, whatever is lost, repeated or tried at once."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from os import urandom
from threading import Barrier

import pytest
from flask import Flask
from sqlalchemy import insert, select

from pulse.db import reading, transaction
from pulse.domain import base64url, blind_rsa
from pulse.domain import token as tokens
from pulse.domain.errors import AlreadyTaken, Invalid, PulseError, UnknownCode, WaveNotOpen
from pulse.domain.wave_state import WaveState
from pulse.invitations import hashes, keys, redemption
from pulse.invitations.issuing import IssueRequest
from pulse.invitations.model import FrameMember, Invitation
from pulse.invitations.redemption import Claim, Redeemed, Secrets
from pulse.surveys import waves
from tests.rooms.invitations.conftest import CODE_KEY, SECRETS, WRAPPING_KEY
from tests.support import sealed_ballots

CODES = [f"{number:012}" for number in range(40)]
LINKS = [f"secret of person {number}" for number in range(40)]


@pytest.fixture
def wave(issue_request: IssueRequest) -> int:
    """A wave in which everyone's secret and code are known to the test."""
    wave_id = issue_request.manifest.wave
    rows = [
        {
            "wave_id": wave_id,
            "employee_id": number + 1,
            "secret_sha256": hashes.of_secret(LINKS[number]),
            "code_mac": hashes.of_code(CODES[number], CODE_KEY),
            "redeemed": False,
        }
        for number in range(40)
    ]
    with transaction() as session:
        session.execute(insert(Invitation), rows)
    return wave_id


def blinded() -> bytes:
    """A value that any key of this length signs: what it stands for is nobody's business."""
    return bytes(1) + urandom(255)


def redeem(wave: int, typed: str, value: bytes | None = None) -> Redeemed:
    with transaction() as session:
        return redemption.redeem(session, Claim(wave, value or blinded()), typed, SECRETS)


def row_of(number: int) -> tuple[object, ...]:
    with reading() as session:
        found = select(Invitation.__table__).where(Invitation.employee_id == number + 1)
        return tuple(session.execute(found).one())


def at_once(
    app: Flask, number: int, work: Callable[[int], object]
) -> list[object | type[PulseError]]:
    """Give what each of them got, or the kind of error."""
    barrier = Barrier(number)

    def attempt(index: int) -> object | type[PulseError]:
        with app.app_context():
            barrier.wait(timeout=30)
            try:
                return work(index)
            except PulseError as error:
                return type(error)

    with ThreadPoolExecutor(number) as pool:
        return list(pool.map(attempt, range(number)))


def test_a_secret_gives_a_token_of_the_wave_and_the_persons_labels(
    wave: int, issue_request: IssueRequest
) -> None:
    labels = []

    def sign(value: bytes) -> bytes:
        found = redeem(wave, LINKS[3], value)
        labels.append(found.labels)
        return found.signature

    manifest = issue_request.manifest
    token = sealed_ballots.unblinded(manifest, sign)
    issuer = base64url.decode(manifest.issuer_key, "issuer_key")
    assert tokens.belongs(token, wave, manifest.digest)
    assert blind_rsa.verify(issuer, token.prepared, token.signature)
    with reading() as session:
        member = session.get(FrameMember, (wave, 4))
        assert member is not None
        assert labels == [member.labels]
        assert redemption.redeemed(session, wave) == 1


def test_a_code_can_be_typed_in_many_ways(wave: int) -> None:
    value = blinded()
    assert redeem(wave, " oooo-oooo oo17 ", value) == redeem(wave, CODES[17], value)


@pytest.mark.parametrize("again", [LINKS[3], CODES[3]])
@pytest.mark.parametrize("typed", [LINKS[3], CODES[3]])
def test_the_same_value_gets_the_same_signature_and_no_other_gets_any(
    wave: int, typed: str, again: str
) -> None:
    value = blinded()
    first, row = redeem(wave, typed, value), row_of(3)
    assert redeem(wave, again, value) == first
    for _ in range(3):
        with pytest.raises(AlreadyTaken):
            redeem(wave, again)
    assert row_of(3) == row
    assert redeem(wave, again, value) == first


@pytest.mark.parametrize("typed", ["", " ", "0000-0000-0099", "secret of nobody", "\ud800", "\0"])
def test_whatever_is_not_an_invitation_is_unknown(wave: int, typed: str) -> None:
    with pytest.raises(UnknownCode):
        redeem(wave, typed)
    with reading() as session, pytest.raises(UnknownCode):
        redemption.wave_of(session, typed, CODE_KEY)


def test_a_code_leads_to_its_wave(wave: int) -> None:
    with reading() as session:
        assert redemption.wave_of(session, "0000-0000-0007", CODE_KEY) == wave
        assert redemption.wave_of(session, LINKS[0], CODE_KEY) == wave


def test_a_code_of_another_wave_or_another_key_is_unknown(wave: int) -> None:
    with pytest.raises(UnknownCode):
        redeem(wave + 1, CODES[0])
    other = Secrets(b"another key", WRAPPING_KEY)
    with transaction() as session, pytest.raises(UnknownCode):
        redemption.redeem(session, Claim(wave, blinded()), CODES[0], other)


@pytest.mark.parametrize(
    "value",
    [b"", bytes(256), bytes(255) + b"\1", b"\xff" * 256, bytes(255), bytes(257), bytes(100_000)],
)
def test_what_cannot_be_signed_uses_nothing_up(wave: int, value: bytes) -> None:
    untouched = row_of(0)
    with pytest.raises(Invalid), transaction() as session:
        redemption.redeem(session, Claim(wave, value), CODES[0], SECRETS)
    assert row_of(0) == untouched
    redeem(wave, CODES[0])


def test_without_its_key_a_wave_takes_nobody(wave: int) -> None:
    redeem(wave, CODES[0], bytes([1]) * 256)
    with transaction() as session:
        keys.remove(session, wave)
    for number in (0, 1):
        with pytest.raises(WaveNotOpen):
            redeem(wave, CODES[number], bytes([1]) * 256)


def test_a_wave_that_is_closed_takes_nobody_though_its_key_is_there(wave: int) -> None:
    with transaction() as session:
        waves.move(session, wave, WaveState.CLOSED)
    with pytest.raises(WaveNotOpen):
        redeem(wave, CODES[0])


def test_a_rehearsal_redeems_by_person(wave: int) -> None:
    value = blinded()
    with transaction() as session:
        first = redemption.redeem_employee(session, Claim(wave, value), 9, WRAPPING_KEY)
        again = redemption.redeem_employee(session, Claim(wave, value), 9, WRAPPING_KEY)
        assert first == again
        with pytest.raises(AlreadyTaken):
            redemption.redeem_employee(session, Claim(wave, blinded()), 9, WRAPPING_KEY)
        with pytest.raises(UnknownCode):
            redemption.redeem_employee(session, Claim(wave, value), 99, WRAPPING_KEY)


def test_what_was_kept_for_a_lost_reply_is_forgotten_in_its_wave_only(wave: int) -> None:
    redeem(wave, CODES[0])
    redeem(wave, CODES[1])
    with transaction() as session:
        redemption.forget_blinded(session, wave + 1)
    assert all(isinstance(value, bytes) for value in kept(wave))
    with transaction() as session:
        redemption.forget_blinded(session, wave)
        assert redemption.redeemed(session, wave) == 2
    assert set(kept(wave)) == {None}


def kept(wave: int) -> list[bytes | None]:
    with reading() as session:
        wanted = select(Invitation.blinded_sha256).where(
            Invitation.wave_id == wave, Invitation.redeemed
        )
        return list(session.scalars(wanted))


def test_nothing_of_a_claim_or_its_answer_is_in_the_row_or_in_a_message(wave: int) -> None:
    value = blinded()
    found = redeem(wave, CODES[2], value)
    assert value not in row_of(2)
    assert found.signature not in row_of(2)
    for shown in (repr(found), repr(Claim(wave, value)), repr(SECRETS)):
        assert value.hex()[:20] not in shown
        assert not any(piece in shown for piece in ("signature", "labels", "blinded", "key="))


@pytest.mark.fault
def test_twenty_at_once_with_one_value_all_get_the_same_signature(app: Flask, wave: int) -> None:
    value = blinded()
    got = at_once(app, 20, lambda _: redeem(wave, CODES[0], value).signature)
    assert len(set(got)) == 1
    assert isinstance(got[0], bytes)
    with reading() as session:
        assert redemption.redeemed(session, wave) == 1


@pytest.mark.fault
def test_of_twenty_values_at_once_exactly_one_is_signed(app: Flask, wave: int) -> None:
    values = [blinded() for _ in range(20)]
    got = at_once(app, 20, lambda index: redeem(wave, CODES[0], values[index]).signature)
    signed = [place for place, answer in enumerate(got) if isinstance(answer, bytes)]
    assert len(signed) == 1
    assert got.count(AlreadyTaken) == 19
    digest = row_of(0)[Invitation.__table__.columns.keys().index("blinded_sha256")]
    winner = values[signed[0]]
    assert redeem(wave, CODES[0], winner).signature == got[signed[0]]
    assert digest == row_of(0)[Invitation.__table__.columns.keys().index("blinded_sha256")]


def test_thirty_two_people_at_once_each_get_one(app: Flask, wave: int) -> None:
    got = at_once(app, 32, lambda index: redeem(wave, CODES[index]).signature)
    assert len(set(got)) == 32
    assert all(isinstance(answer, bytes) for answer in got)
    with reading() as session:
        assert redemption.redeemed(session, wave) == 32
