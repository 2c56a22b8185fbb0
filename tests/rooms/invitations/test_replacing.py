"""A new slip for one person: it works, the former ones do not, and nobody sees who had started."""

import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime
from os import urandom
from statistics import median
from threading import Barrier
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask
from sqlalchemy import event, select

from pulse.db import db, reading, transaction
from pulse.domain.errors import AlreadyTaken, NotFound, PulseError, UnknownCode, WaveNotOpen
from pulse.invitations import issuing, keys, redemption, replacing
from pulse.invitations.issuing import IssueRequest, Slip
from pulse.invitations.model import Invitation
from pulse.invitations.redemption import Claim
from tests.rooms.invitations.conftest import SECRETS

WITH_MAIL, WITHOUT_MAIL = 7, 10


@pytest.fixture
def asked(issue_request: IssueRequest, now: datetime) -> IssueRequest:
    """Everybody is invited, by mail or by slip."""
    with transaction() as session:
        issuing.issue(session, issue_request, now)
    return issue_request


def new_slip(request: IssueRequest, person: int) -> Slip:
    with transaction() as session:
        return replacing.replace(session, request, person)


def start(request: IssueRequest, typed: str, value: bytes | None = None) -> bytes:
    claim = Claim(request.manifest.wave, value or bytes(1) + urandom(255))
    with transaction() as session:
        return redemption.redeem(session, claim, typed, SECRETS).signature


def secret_of(slip: Slip) -> str:
    return parse_qs(urlsplit(slip.link).fragment)["t"][0]


def row_of(person: int) -> Invitation:
    with reading() as session:
        found = session.scalars(select(Invitation).where(Invitation.employee_id == person)).one()
        session.expunge(found)
        return found


@pytest.mark.parametrize("person", [WITH_MAIL, WITHOUT_MAIL])
@pytest.mark.parametrize("how", ["code", "secret"])
def test_a_new_slip_starts_and_the_former_ones_are_void(
    asked: IssueRequest, person: int, how: str
) -> None:
    first, second = new_slip(asked, person), new_slip(asked, person)
    assert first.name == second.name == f"Person {person}"
    for void in (first.code, secret_of(first)):
        with pytest.raises(UnknownCode):
            start(asked, void)
    start(asked, second.code if how == "code" else secret_of(second))
    assert second.link.endswith(f"&m={asked.manifest.sha256()}")


def test_whoever_had_started_can_start_once_more_and_that_is_counted(asked: IssueRequest) -> None:
    first = new_slip(asked, WITH_MAIL)
    value = bytes([1]) * 256
    signature = start(asked, first.code, value)
    second = new_slip(asked, WITH_MAIL)
    with pytest.raises(UnknownCode):
        start(asked, first.code, value)
    assert start(asked, second.code) != signature
    with pytest.raises(AlreadyTaken):
        start(asked, second.code)
    found = row_of(WITH_MAIL)
    assert (found.redeemed, found.replaced, found.handed) == (True, 1, 2)


def test_only_the_person_named_is_touched(asked: IssueRequest) -> None:
    with reading() as session:
        before = rows(session)
    new_slip(asked, WITH_MAIL)
    with reading() as session:
        after = rows(session)
    assert [one[0] for one in before if one not in after] == [row_of(WITH_MAIL).id]


def rows(session) -> list[tuple[object, ...]]:
    table = Invitation.__table__
    return [tuple(row) for row in session.execute(select(table).order_by(table.c.id))]


def test_the_slips_are_counted_and_not_who_had_started(asked: IssueRequest) -> None:
    wave = asked.manifest.wave
    start(asked, new_slip(asked, WITH_MAIL).code)
    new_slip(asked, WITH_MAIL)
    new_slip(asked, WITHOUT_MAIL)
    with reading() as session:
        assert replacing.handed(session, wave) == 3
        assert replacing.handed(session, wave + 1) == 0


def test_hr_is_given_the_same_whether_the_person_had_started_or_not(asked: IssueRequest) -> None:
    statements: list[str] = []

    def note(*about: object) -> None:
        statements.append(str(about[2]))

    event.listen(db.engine, "before_cursor_execute", note)
    fresh, told_of_fresh = new_slip(asked, WITH_MAIL), tuple(statements)
    start(asked, fresh.code)
    statements.clear()
    started, told_of_started = new_slip(asked, WITH_MAIL), tuple(statements)
    event.remove(db.engine, "before_cursor_execute", note)
    assert told_of_fresh == told_of_started
    assert not [line for line in told_of_fresh if line.startswith("SELECT") and "redeemed" in line]
    blank = {"code": "", "link": ""}
    assert replace(fresh, **blank) == replace(started, **blank)
    assert len(fresh.link) == len(started.link)
    with reading() as session:
        found = replacing.find(session, asked.manifest.wave, "Person")
    assert not {"redeemed", "replaced", "handed"} & set(found.people[0].__slots__)


@pytest.mark.slow
def test_it_takes_as_long_for_whoever_had_started(asked: IssueRequest) -> None:
    """A class of time, not a proof of constancy: the medians differ by less than the spread."""
    fresh, started = [], []
    for _ in range(40):
        fresh.append(timed(asked))
        start(asked, new_slip(asked, WITH_MAIL).code)
        started.append(timed(asked))
    spread = median(abs(one - median(fresh)) for one in fresh)
    assert abs(median(fresh) - median(started)) < max(4 * spread, 0.002)


def timed(request: IssueRequest) -> float:
    began = time.perf_counter()
    new_slip(request, WITH_MAIL)
    return time.perf_counter() - began


def test_slips_are_for_those_who_are_asked_while_the_wave_is_open(asked: IssueRequest) -> None:
    with pytest.raises(NotFound):
        new_slip(asked, 4_000)
    with transaction() as session:
        keys.remove(session, asked.manifest.wave)
    before = row_of(WITH_MAIL).secret_sha256
    with pytest.raises(WaveNotOpen):
        new_slip(asked, WITH_MAIL)
    assert row_of(WITH_MAIL).secret_sha256 == before


@pytest.mark.fault
def test_a_slip_made_while_its_forerunner_starts_still_works(
    app: Flask, asked: IssueRequest
) -> None:
    """Whichever is first, the new slip can start, and at most one token more is out."""
    for _ in range(8):
        former, before = new_slip(asked, WITH_MAIL), row_of(WITH_MAIL)
        barrier = Barrier(2)

        def begin(former: Slip = former, barrier: Barrier = barrier) -> object:
            return at(app, barrier, lambda: start(asked, former.code))

        def renew(barrier: Barrier = barrier) -> object:
            return at(app, barrier, lambda: new_slip(asked, WITH_MAIL))

        with ThreadPoolExecutor(2) as pool:
            begun, renewed = pool.submit(begin), pool.submit(renew)
        got, slip = begun.result(), renewed.result()
        assert isinstance(slip, Slip)
        assert isinstance(got, bytes) or got is UnknownCode
        counted = row_of(WITH_MAIL).replaced - before.replaced
        assert counted == isinstance(got, bytes)
        start(asked, slip.code)


def at(app: Flask, barrier: Barrier, work) -> object:
    with app.app_context():
        barrier.wait(timeout=30)
        try:
            return work()
        except PulseError as error:
            return type(error)


def test_a_slip_that_is_replaced_between_looking_and_signing_is_void(
    app: Flask, asked: IssueRequest
) -> None:
    former = new_slip(asked, WITH_MAIL)
    if db.engine.dialect.name == "sqlite":
        # Its writers wait for one another, so nothing comes between; the former slip is void.
        later = new_slip(asked, WITH_MAIL)
        with pytest.raises(UnknownCode):
            start(asked, former.code)
        start(asked, later.code)
        return
    found: list[Slip] = []

    def between(connection, cursor, statement: str, *_: object) -> None:
        if statement.startswith("UPDATE invitation") and not found:
            with ThreadPoolExecutor(1) as pool:
                found.append(pool.submit(elsewhere).result())

    def elsewhere() -> Slip:
        found.append(former)
        with app.app_context():
            later = new_slip(asked, WITH_MAIL)
        found.clear()
        return later

    event.listen(db.engine, "before_cursor_execute", between)
    with pytest.raises(UnknownCode):
        start(asked, former.code)
    event.remove(db.engine, "before_cursor_execute", between)
    start(asked, found[0].code)


@pytest.mark.parametrize(
    ("words", "names"),
    [
        ("Person 7", ["Person 17", "Person 27", "Person 37", "Person 7"]),
        ("pErSoN n7", ["Person 7"]),
        ("N40", ["Person 40"]),
        ("cold 2", ["Person 23", "Person 24", "Person 25", "Person 26", "Person 27", "Person 28"]),
        ("nobody", []),
        ("%", []),
        ("_", []),
        ("   ", []),
        ("", []),
        ("\0", []),
        ("' OR 1=1 --", []),
    ],
)
def test_people_are_found_by_name_number_and_unit(
    asked: IssueRequest, words: str, names: list[str]
) -> None:
    with reading() as session:
        found = replacing.find(session, asked.manifest.wave, words)
    assert ([one.name for one in found.people], found.more) == (names, False)


def test_no_more_are_shown_than_one_can_look_through(asked: IssueRequest) -> None:
    with reading() as session:
        found = replacing.find(session, asked.manifest.wave, "person")
        elsewhere = replacing.find(session, asked.manifest.wave + 1, "person")
    assert (len(found.people), found.more) == (20, True)
    assert elsewhere.people == ()
