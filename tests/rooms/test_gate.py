"""What an attack finds before the publication is not published, and HR is told what to change."""

import json
import re
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskCliRunner

from pulse import counting_room, custody, fieldwork, unattended
from pulse.ballots import box
from pulse.ballots.box import BoxState
from pulse.config import settings
from pulse.counting_room import Decision
from pulse.db import box_reading, reading, transaction
from pulse.domain.cells import Reason, Suppressed
from pulse.domain.errors import Conflict, Invalid, NotFound
from pulse.domain.wave_state import WaveState
from pulse.release import export, gate, holding
from pulse.release import reading as releases
from pulse.release.holding import HoldKind
from pulse.surveys import steps, waves
from tests.support import threshold
from tests.support.released import edition, manifest, papers, survey
from tests.support.threshold import by_threshold

WEEK = timedelta(days=7)


@pytest.fixture
def wave(app: Flask, now: datetime) -> int:
    """A closed wave whose groups by sex and by team are nearly the same people."""
    wave = threshold.opened(now)
    fieldwork.close_wave(wave, now + WEEK)
    return wave


def about(wave: int) -> dict:
    with reading() as session:
        return json.loads(export.files(session, releases.by_wave(session, wave))["release.json"])


def held(wave: int) -> holding.Hold | None:
    with reading() as session:
        return holding.of_wave(session, wave)


def state(wave: int) -> WaveState:
    with reading() as session:
        return waves.get(session, wave).state


def box_state(wave: int) -> BoxState:
    with box_reading() as connection:
        return box.state(connection, wave)


def test_a_plan_that_isolates_two_people_is_not_published(wave: int, now: datetime) -> None:
    found = unattended.release_due(wave, now + WEEK, by_threshold)
    assert found is not None
    assert found.kind is HoldKind.UNSAFE
    assert held(wave) == found
    assert "It used the groups by Organisation and Sex. Leave out Sex." in found.words
    assert not re.search(r"\d", found.words)
    assert (state(wave), box_state(wave)) == (WaveState.CLOSED, BoxState.SEALED)
    with reading() as session, pytest.raises(NotFound):
        releases.by_wave(session, wave)


def test_it_waits_until_somebody_says_what_to_leave_out(wave: int, now: datetime) -> None:
    at = now + WEEK
    unattended.release_due(wave, at, by_threshold)
    # Nothing is tried by itself: not even a planner that would be safe.
    assert unattended.release_due(wave, at) is not None
    with transaction() as session:
        holding.leave_out(session, wave, ["sex"])
        steps.ask_for(session, wave, WaveState.RELEASED)
    assert unattended.release_due(wave, at, by_threshold) is None
    assert (state(wave), held(wave)) == (WaveState.RELEASED, None)
    with reading() as session:
        groups = releases.groups(session, releases.by_wave(session, wave).id)
    assert {group.dimension for group in groups if group.shown} == {"organisation"}
    hidden = [group.ballots for group in groups if group.dimension == "sex"]
    assert hidden == [Suppressed(Reason.OUTSIDE, 5)] * 2
    assert about(wave)["audit"]["left_out"] == ["sex"]


def test_a_wish_that_does_not_help_is_answered_once(wave: int, now: datetime) -> None:
    """Whoever asks again without leaving anything out is told the same again."""
    unattended.release_due(wave, now + WEEK, by_threshold)
    with transaction() as session:
        steps.ask_for(session, wave, WaveState.RELEASED)
    found = unattended.release_due(wave, now + WEEK, by_threshold)
    assert found is not None
    assert found.kind is HoldKind.UNSAFE


def test_what_nobody_decides_is_destroyed_uncounted(wave: int, now: datetime) -> None:
    at = now + WEEK
    unattended.release_due(wave, at, by_threshold)
    assert unattended.release_due(wave, at + WEEK, by_threshold) is None
    assert (state(wave), box_state(wave)) == (WaveState.RELEASED, BoxState.DESTROYED)
    assert about(wave)["withheld_reason"] == "UNSAFE"


def test_the_planner_of_pulse_needs_no_help(wave: int, now: datetime) -> None:
    assert unattended.release_due(wave, now + WEEK) is None
    with reading() as session:
        release = releases.by_wave(session, wave)
        lines = export.files(session, release)["cells.csv"].count(",released,")
    told = about(wave)
    assert told["audit"]["equations"] == lines > 0
    assert told["audit"]["finished"]
    assert {"combinations", "certain answers", "minimum cuts"} <= set(told["audit"]["engines"])
    assert 0 < told["cells"] < lines
    # Kinds of people and seconds would tell of labels carried together.
    assert set(told["audit"]) == {"engines", "equations", "finished", "left_out"}


def test_a_person_on_the_server_leaves_it_out(
    wave: int, now: datetime, runner: FlaskCliRunner
) -> None:
    unattended.release_due(wave, now + WEEK, by_threshold)
    for key in ("organisation", "shoe size"):
        refused = runner.invoke(args=["waves", "release", str(wave), "--without", key])
        assert refused.exit_code == 1
        assert f"“{key}” cannot be left out of this wave. sex can." in refused.output
    found = runner.invoke(args=["waves", "release", str(wave), "--without", "sex"])
    assert (found.exit_code, found.output) == (0, f"wave {wave}: released\n")
    assert about(wave)["audit"]["left_out"] == ["sex"]


def test_by_hand_it_is_attacked_as_well(wave: int, now: datetime) -> None:
    with pytest.raises(gate.Unsafe):
        counting_room.release(wave, now + WEEK, Decision(), by_threshold)
    with pytest.raises(Invalid):
        counting_room.release(wave, now + WEEK, Decision(without=frozenset({"organisation"})))
    custody.opening_key(settings().key_folder, wave)
    counting_room.release(wave, now + WEEK, Decision(without=frozenset({"sex"})), by_threshold)
    assert state(wave) is WaveState.RELEASED


def test_only_what_is_held_for_it_can_be_left_out(wave: int) -> None:
    with transaction() as session, pytest.raises(Conflict):
        holding.leave_out(session, wave, ["sex"])


def test_what_is_written_is_what_was_attacked(app: Flask, now: datetime) -> None:
    made = edition(manifest(survey(now), now), papers("shops", 20, 3), now)
    with transaction() as session:
        drafted = gate.draft(session, made, made.tally.joint)
        other = replace(drafted, texts=drafted.texts | {"cells.csv": "another"})
    with pytest.raises(Conflict, match="not what was attacked"):
        counting_room._write(made, now, other)
    with reading() as session, pytest.raises(NotFound):
        releases.by_wave(session, made.manifest.wave)
