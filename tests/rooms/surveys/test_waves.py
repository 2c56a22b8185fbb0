import threading
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy.exc import IntegrityError

from pulse.db import reading, transaction
from pulse.domain.dimension import ORGANISATION, ROOT, Dimension, Node
from pulse.domain.errors import Conflict, Invalid, NotFound
from pulse.domain.manifest import Manifest
from pulse.domain.wave_state import WaveState
from pulse.surveys import bank, compose, waves
from pulse.surveys.audience import Audience
from pulse.surveys.compose import SurveyDraft
from pulse.surveys.model import Wave
from pulse.surveys.waves import WaveInfo

OPENS = datetime(2037, 3, 9, 9, tzinfo=UTC)
CLOSES = OPENS + timedelta(days=7)
STEPS = (WaveState.OPEN, WaveState.CLOSED, WaveState.RELEASED)


@pytest.fixture
def survey_id(app: Flask, now: datetime) -> int:
    questions = compose.chosen(bank.pack("core").codes)
    with transaction() as session:
        return compose.create(session, SurveyDraft("Pulse", "", questions, Audience()), now)


@pytest.fixture
def wave_id(survey_id: int) -> int:
    return planned(survey_id)


def planned(survey_id: int, opens_at: datetime = OPENS, zone: str = "UTC") -> int:
    with transaction() as session:
        return waves.plan(session, survey_id, opens_at, opens_at + timedelta(days=7), zone)


def frozen(wave_id: int, title: str = "Pulse") -> Manifest:
    """The manifest of a wave that asks 30 people."""
    root = Node(ROOT, "Everybody", None, 30)
    return Manifest(
        wave=wave_id,
        title=title,
        introduction="",
        questions=compose.chosen(bank.pack("core").codes),
        dimensions=(Dimension(ORGANISATION, "Organisation", (root,)),),
        floor=5,
        comment_floor=10,
        rule="test",
        closes_at=CLOSES,
    )


def freeze(wave_id: int, title: str = "Pulse") -> None:
    with transaction() as session:
        waves.freeze(session, wave_id, frozen(wave_id, title))


def move(wave_id: int, *states: WaveState) -> None:
    for state in states:
        with transaction() as session:
            waves.move(session, wave_id, state)


def read(wave_id: int) -> WaveInfo:
    with reading() as session:
        return waves.get(session, wave_id)


def due(now: datetime) -> list[int]:
    with reading() as session:
        return [wave.id for wave in waves.due(session, now)]


def test_a_planned_wave_knows_its_survey_and_its_next_step(wave_id: int) -> None:
    wave = read(wave_id)
    assert (wave.number, wave.title, wave.state) == (1, "Pulse", WaveState.PLANNED)
    assert (wave.opens_at, wave.closes_at, wave.time_zone) == (OPENS, CLOSES, "UTC")
    assert [item.code for item in wave.questions] == list(bank.pack("core").codes)
    assert (wave.manifest, wave.manifest_sha256) == (None, None)
    assert wave.next_step is not None
    assert (wave.next_step.to, wave.next_step.at) == (WaveState.OPEN, OPENS)


def test_waves_are_numbered_within_their_survey(survey_id: int, wave_id: int) -> None:
    second = planned(survey_id, OPENS + timedelta(days=30))
    assert [read(wave_id).number, read(second).number] == [1, 2]
    with reading() as session:
        assert [wave.id for wave in waves.listing(session)] == [second, wave_id]


def test_one_wave_a_survey_and_local_date(survey_id: int, wave_id: int) -> None:
    with pytest.raises(Conflict, match="09 March 2037"):
        planned(survey_id, OPENS + timedelta(hours=2))
    # The same moment is another date on the other side of the world, and so allowed.
    assert planned(survey_id, OPENS + timedelta(hours=2), "Pacific/Kiritimati") > wave_id


def test_two_people_who_plan_at_once_make_one_wave(app: Flask, survey_id: int) -> None:
    outcomes: list[str] = []

    def plan() -> None:
        with app.app_context():
            try:
                planned(survey_id)
            except Conflict:
                outcomes.append("refused")
            else:
                outcomes.append("planned")

    threads = [threading.Thread(target=plan) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["planned", "refused", "refused", "refused"]


def test_wrong_plans_are_refused_by_field(survey_id: int) -> None:
    wrong = [
        (OPENS, OPENS, "UTC", "closes_at"),
        (OPENS, OPENS + timedelta(days=93), "UTC", "closes_at"),
        (OPENS, CLOSES, "Middle/Earth", "time_zone"),
    ]
    for opens_at, closes_at, zone, field in wrong:
        with transaction() as session, pytest.raises(Invalid) as caught:
            waves.plan(session, survey_id, opens_at, closes_at, zone)
        assert caught.value.field == field
    with transaction() as session, pytest.raises(NotFound):
        waves.plan(session, survey_id + 1, OPENS, CLOSES)


def test_a_wave_goes_its_way_and_every_step_may_be_repeated(wave_id: int) -> None:
    freeze(wave_id)
    freeze(wave_id)
    for state in STEPS:
        move(wave_id, state, state)
        assert read(wave_id).state is state
    wave = read(wave_id)
    assert wave.manifest == frozen(wave_id)
    assert wave.manifest_sha256 == frozen(wave_id).sha256()
    assert wave.next_step is None


def test_no_step_is_left_out_and_none_goes_back(wave_id: int) -> None:
    freeze(wave_id)
    with pytest.raises(Conflict):
        move(wave_id, WaveState.CLOSED)
    move(wave_id, WaveState.OPEN, WaveState.CLOSED)
    with pytest.raises(Conflict, match="closed cannot become open"):
        move(wave_id, WaveState.OPEN)


def test_a_wave_cannot_open_before_it_is_frozen(wave_id: int) -> None:
    with pytest.raises(Conflict, match="frozen"):
        move(wave_id, WaveState.OPEN)
    with pytest.raises(IntegrityError), transaction() as session:
        session.query(Wave).filter_by(id=wave_id).update({"state": "open"})


def test_a_manifest_is_written_once_and_for_its_own_wave(wave_id: int) -> None:
    freeze(wave_id)
    with pytest.raises(Conflict, match="another manifest"):
        freeze(wave_id, title="Another pulse")
    with transaction() as session, pytest.raises(Invalid, match="wave 99"):
        waves.freeze(session, wave_id, frozen(99))
    with transaction() as session, pytest.raises(NotFound):
        waves.freeze(session, 99, frozen(99))


def test_what_is_due_follows_from_rows_and_time(wave_id: int) -> None:
    hour = timedelta(hours=1)
    assert due(OPENS - hour) == []
    assert due(OPENS) == [wave_id]
    freeze(wave_id)
    move(wave_id, WaveState.OPEN)
    assert due(OPENS + hour) == []
    assert due(CLOSES) == [wave_id]
    move(wave_id, WaveState.CLOSED)
    assert due(OPENS) == [wave_id]
    move(wave_id, WaveState.RELEASED)
    assert due(CLOSES + hour) == []


def test_waves_of_one_state_are_found_by_id(survey_id: int, wave_id: int) -> None:
    later = planned(survey_id, OPENS + timedelta(days=30))
    freeze(wave_id)
    move(wave_id, WaveState.OPEN)
    with reading() as session:
        assert waves.with_state(session, WaveState.PLANNED) == (later,)
        assert waves.with_state(session, WaveState.OPEN) == (wave_id,)
        assert waves.with_state(session, WaveState.RELEASED) == ()


def test_a_missed_wave_is_never_due_and_can_be_withdrawn(wave_id: int) -> None:
    assert due(CLOSES) == []
    with transaction() as session:
        waves.withdraw(session, wave_id)
    with pytest.raises(NotFound):
        read(wave_id)


def test_a_wave_that_has_begun_cannot_be_withdrawn(wave_id: int) -> None:
    freeze(wave_id)
    with transaction() as session, pytest.raises(Conflict, match="begun"):
        waves.withdraw(session, wave_id)


def test_two_processes_that_make_the_same_step_both_succeed(app: Flask, wave_id: int) -> None:
    freeze(wave_id)
    failures: list[Exception] = []

    def opened() -> None:
        with app.app_context():
            try:
                move(wave_id, WaveState.OPEN)
            except Exception as error:  # noqa: BLE001  (whatever it is, the test shows it)
                failures.append(error)

    threads = [threading.Thread(target=opened) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert read(wave_id).state is WaveState.OPEN
