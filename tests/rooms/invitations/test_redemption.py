from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from flask import Flask
from sqlalchemy import insert, select

from pulse.ballots import box, tally
from pulse.db import box_transaction, reading, transaction
from pulse.domain import token as tokens
from pulse.domain.ballot import shred
from pulse.domain.errors import AlreadyTaken, PulseError, UnknownCode, WaveNotOpen
from pulse.invitations import hashes, keys, redemption
from pulse.invitations.issuing import IssueRequest
from pulse.invitations.model import FrameMember, Invitation
from pulse.invitations.redemption import Redeemed
from tests.rooms.invitations.conftest import CODE_KEY

CODES = [f"{number:012}" for number in range(40)]
SECRETS = [f"secret of person {number}" for number in range(40)]


@pytest.fixture
def wave(issue_request: IssueRequest) -> int:
    """A wave in which everyone's secret and code are known to the test."""
    wave_id = issue_request.manifest.wave
    rows = [
        {
            "wave_id": wave_id,
            "employee_id": number + 1,
            "secret_sha256": hashes.of_secret(SECRETS[number]),
            "code_mac": hashes.of_code(CODES[number], CODE_KEY),
            "redeemed": False,
        }
        for number in range(40)
    ]
    with transaction() as session:
        session.execute(insert(Invitation), rows)
    return wave_id


def redeem(wave: int, typed: str) -> Redeemed:
    with transaction() as session:
        return redemption.redeem(session, wave, typed, CODE_KEY)


def at_once(
    app: Flask, number: int, work: Callable[[int], object]
) -> list[type[PulseError] | None]:
    barrier = Barrier(number)

    def attempt(index: int) -> type[PulseError] | None:
        with app.app_context():
            barrier.wait(timeout=30)
            try:
                work(index)
            except PulseError as error:
                return type(error)
            return None

    with ThreadPoolExecutor(number) as pool:
        return list(pool.map(attempt, range(number)))


def test_a_secret_gives_a_token_of_the_wave_and_the_persons_labels(wave: int) -> None:
    found = redeem(wave, SECRETS[3])
    with transaction() as session:
        assert tokens.genuine(keys.verify_key(session, wave), found.token)
        member = session.get(FrameMember, (wave, 4))
        assert member is not None
        assert found.labels == member.labels
        assert redemption.redeemed(session, wave) == 1
    assert tokens.wave_of(found.token) == wave


def test_a_code_can_be_typed_in_many_ways(wave: int) -> None:
    assert redeem(wave, " oooo-oooo oo17 ").labels == redeem(wave, CODES[19]).labels


@pytest.mark.parametrize("typed", [SECRETS[3], CODES[3]])
def test_an_invitation_is_redeemed_once(wave: int, typed: str) -> None:
    redeem(wave, typed)
    for again in (SECRETS[3], CODES[3]):
        with pytest.raises(AlreadyTaken):
            redeem(wave, again)


@pytest.mark.parametrize("typed", ["", " ", "0000-0000-0099", "secret of nobody", "\ud800", "\0"])
def test_whatever_is_not_an_invitation_is_unknown(wave: int, typed: str) -> None:
    with pytest.raises(UnknownCode):
        redeem(wave, typed)
    with reading() as session, pytest.raises(UnknownCode):
        redemption.wave_of(session, typed, CODE_KEY)


def test_a_code_leads_to_its_wave(wave: int) -> None:
    with reading() as session:
        assert redemption.wave_of(session, "0000-0000-0007", CODE_KEY) == wave
        assert redemption.wave_of(session, SECRETS[0], CODE_KEY) == wave


def test_a_code_of_another_wave_or_another_key_is_unknown(wave: int) -> None:
    with pytest.raises(UnknownCode):
        redeem(wave + 1, CODES[0])
    with transaction() as session, pytest.raises(UnknownCode):
        redemption.redeem(session, wave, CODES[0], b"another key")


def test_without_its_key_a_wave_takes_nobody(wave: int) -> None:
    with transaction() as session:
        keys.remove(session, wave)
    with pytest.raises(WaveNotOpen):
        redeem(wave, CODES[0])


def test_a_ballot_that_did_not_arrive_gives_the_invitation_back(wave: int) -> None:
    first = redeem(wave, CODES[5])
    with transaction() as session:
        redemption.restore(session, wave, CODES[5], CODE_KEY)
        assert redemption.redeemed(session, wave) == 0
    assert redeem(wave, CODES[5]).token != first.token


def test_a_rehearsal_redeems_by_person(wave: int) -> None:
    with transaction() as session:
        redemption.redeem_employee(session, wave, 9)
        with pytest.raises(AlreadyTaken):
            redemption.redeem_employee(session, wave, 9)
        with pytest.raises(UnknownCode):
            redemption.redeem_employee(session, wave, 99)
        redemption.restore_employee(session, wave, 9)
    redeem(wave, CODES[8])


def test_redeeming_leaves_neither_token_nor_time(wave: int) -> None:
    found = redeem(wave, CODES[2])
    with reading() as session:
        row = session.execute(select(Invitation.__table__).where(Invitation.employee_id == 3)).one()
    assert found.token.message not in row
    assert found.token.digest not in row
    assert "token" not in repr(found)


def test_twenty_parallel_submits_of_one_code_give_one_ballot(
    app: Flask, wave: int, issue_request: IssueRequest
) -> None:
    opened(wave, issue_request)
    ended = at_once(app, 20, lambda _: answer(issue_request, CODES[0]))
    assert (ended.count(None), ended.count(AlreadyTaken)) == (1, 19)
    assert ballots(issue_request) == 1


def test_thirty_two_people_at_once_are_each_counted_once(
    app: Flask, wave: int, issue_request: IssueRequest
) -> None:
    opened(wave, issue_request)
    ended = at_once(app, 32, lambda index: answer(issue_request, CODES[index]))
    assert ended == [None] * 32
    assert ballots(issue_request) == 32
    with reading() as session:
        assert redemption.redeemed(session, wave) == 32


def opened(wave: int, request: IssueRequest) -> None:
    with transaction() as session:
        key = keys.verify_key(session, wave)
    with box_transaction() as connection:
        box.open_for(connection, request.manifest, key)


def answer(request: IssueRequest, code: str) -> None:
    found = redeem(request.manifest.wave, code)
    ballot = shred(request.manifest, found.labels, {})
    with box_transaction() as connection:
        box.drop(connection, found.token, ballot)


def ballots(request: IssueRequest) -> int:
    with box_transaction() as connection:
        box.seal(connection, request.manifest.wave)
        found = tally.count(connection, request.manifest)
    assert (found.unreadable, found.surplus) == (0, 0)
    return found.ballots
