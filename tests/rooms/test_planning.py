"""The worker's part of a cadence: late, stopped, in three copies, with its clock moved."""

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import update

from pulse import fieldwork
from pulse.db import reading, transaction
from pulse.domain.wave_state import WaveState
from pulse.planning import plan_due
from pulse.surveys import cadences, steps, waves
from pulse.surveys.cadence_model import SurveyCadence
from tests.support import crash, open_wave, rhythms, staff, tree
from tests.support.rhythms import weekly

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
TUESDAY = datetime(2037, 3, 10, 9, tzinfo=UTC)
WORKERS = 3
WORKER = """
import sys
from datetime import datetime
import wsgi
from pulse.planning import plan_due
with wsgi.app.app_context():
    print(len(plan_due(datetime.fromisoformat(sys.argv[1]))))
"""


@pytest.fixture
def survey_id(app, now) -> int:
    """A survey each Tuesday at nine, open two days; nothing is planned yet."""
    staff.hired(24, now.date())
    return rhythms.begun(now, weekly(TUESDAY.date(), 2))


def states(survey_id: int) -> dict[str, str]:
    return {on: wave.state for on, wave in rhythms.waves(survey_id).items()}


def skipped_on(survey_id: int) -> date | None:
    with reading() as session:
        return cadences.of_survey(session, survey_id).skipped_on


def test_a_tick_plans_and_opens_what_is_due_and_says_so(survey_id, now) -> None:
    done = [step.did for step in fieldwork.tick(TUESDAY)]
    assert done == ["planned", "planned", "planned", "open"]
    assert fieldwork.tick(TUESDAY) == ()
    ahead = {"2037-03-17": "planned", "2037-03-24": "planned"}
    assert states(survey_id) == {"2037-03-10": "open"} | ahead


def test_a_wave_missed_by_a_few_hours_is_opened_late(survey_id, now) -> None:
    fieldwork.tick(TUESDAY + 20 * HOUR)
    assert states(survey_id)["2037-03-10"] == "open"
    assert skipped_on(survey_id) is None


@pytest.mark.parametrize("planned", [True, False])
def test_one_missed_for_too_long_is_skipped_and_said(survey_id, now, planned) -> None:
    """Whether a worker had planned it before it stopped, or none ever ran, is the same."""
    if planned:
        fieldwork.tick(now)
    late = TUESDAY + 25 * HOUR
    fieldwork.tick(late)
    assert states(survey_id) == {"2037-03-17": "planned", "2037-03-24": "planned"}
    assert skipped_on(survey_id) == TUESDAY.date()
    assert fieldwork.tick(late) == ()


def test_after_weeks_without_a_worker_only_what_is_ahead_is_asked(survey_id, now) -> None:
    fieldwork.tick(TUESDAY + 40 * DAY)
    assert states(survey_id) == {"2037-04-21": "planned", "2037-04-28": "planned"}


def test_what_hr_plans_or_asks_for_by_hand_is_not_skipped(survey_id, now) -> None:
    (wave_id,) = plan_due(now)
    by_hand = open_wave.planned(TUESDAY)
    with transaction() as session:
        steps.ask_for(session, wave_id, WaveState.OPEN)
    fieldwork.tick(TUESDAY + 40 * HOUR)
    with reading() as session:
        found = [waves.get(session, wave).state for wave in (wave_id, by_hand)]
    assert found == [WaveState.OPEN, WaveState.OPEN]


@pytest.mark.fault
@pytest.mark.parametrize("jump", [-DAY, -HOUR, HOUR, DAY], ids=str)
def test_a_clock_that_jumps_asks_nobody_twice(survey_id, now, jump) -> None:
    at = TUESDAY - 2 * HOUR
    end = TUESDAY + 15 * DAY
    opened: list[tuple[int, str]] = []
    jumped = False
    while at < end:
        opened += [(step.wave, step.did) for step in fieldwork.tick(at) if step.done]
        if not jumped and at >= TUESDAY + 8 * HOUR:
            at, jumped = at + jump, True
        at += 8 * HOUR
    found = [wave for wave, did in opened if did == "open"]
    assert len(found) == len(set(found)) == 3
    assert list(rhythms.waves(survey_id))[:3] == ["2037-03-10", "2037-03-17", "2037-03-24"]
    print(f"clock moved by {jump}: {len(found)} waves opened, none twice")  # noqa: T201


@pytest.mark.fault
def test_three_workers_at_once_plan_once(app, survey_id, now) -> None:
    def plan(_: int) -> tuple[int, ...]:
        with app.app_context():
            return plan_due(TUESDAY - DAY)

    with ThreadPoolExecutor(WORKERS) as pool:
        found = [wave for planned in pool.map(plan, range(WORKERS * 4)) for wave in planned]
    assert len(found) == len(set(found)) == 2
    assert list(states(survey_id)) == ["2037-03-10", "2037-03-17"]


@pytest.mark.fault
@pytest.mark.slow
def test_three_processes_at_once_plan_once(settings, survey_id, now) -> None:
    env = os.environ | {
        "PULSE_MODE": "test",
        "PULSE_SECRET_KEY": settings.secret_key.get_secret_value(),
        "PULSE_INSTANCE": str(settings.instance),
        "PULSE_DATABASE_URL": settings.database_url,
        "PULSE_BOX_DATABASE_URL": settings.box_database_url,
    }
    command = [sys.executable, "-c", WORKER, (TUESDAY - DAY).isoformat()]
    running = [
        subprocess.Popen(command, cwd=tree.ROOT, env=env, stdout=subprocess.PIPE, text=True)
        for _ in range(WORKERS)
    ]
    outputs = [process.communicate()[0] for process in running]
    assert [process.returncode for process in running] == [0] * WORKERS
    assert sum(map(int, outputs)) == 2
    assert list(states(survey_id)) == ["2037-03-10", "2037-03-17"]


@pytest.mark.fault
def test_killed_before_any_commit_the_next_tick_plans_the_rest(app, survey_id, now) -> None:
    other = rhythms.begun(now, weekly(date(2037, 3, 12)), rhythms.survey(now, "Other"))
    number = 1
    while crash.before_commit(number, lambda: plan_due(now)):
        number += 1
    plan_due(now)
    assert (list(states(survey_id)), list(states(other))) == (["2037-03-10"], ["2037-03-12"])
    print(f"killed before each of {number - 1} commits, planned once every time")  # noqa: T201


def test_one_cadence_that_fails_holds_up_no_other(survey_id, now, caplog) -> None:
    """A row that no rule of today would let in, as after a restored backup."""
    other = rhythms.begun(now, weekly(date(2037, 3, 12)), rhythms.survey(now, "Other"))
    with transaction() as session:
        session.execute(
            update(SurveyCadence).where(SurveyCadence.survey_id == survey_id).values(at="02:30")
        )
    wave = open_wave.planned(now)
    assert [(step.wave, step.did) for step in fieldwork.tick(now)][-1] == (wave, "open")
    assert list(states(other)) == ["2037-03-12"]
    assert f"survey {survey_id}: planning by its cadence failed" in caplog.text
