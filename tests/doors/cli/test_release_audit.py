from datetime import datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient, FlaskCliRunner
from sqlalchemy import text

from pulse import fieldwork
from pulse.db import transaction
from tests.support import invited_wave
from tests.support.invited_wave import ANSWERS

WEEK = timedelta(days=7)
# The whole company is no longer the sum of what is published of its parts.
TELL_MORE = """
    UPDATE release_cell SET favourable_low = favourable_low - 0.5,
                            favourable_high = favourable_high - 0.5
    WHERE favourable_low > 1 AND group_id IN (SELECT id FROM release_group WHERE code = 'all')
"""


@pytest.fixture
def wave(client: FlaskClient, now: datetime) -> int:
    """A wave of 24 people in two units, of whom 20 answered through the real path."""
    asked = invited_wave.opened(now)
    for person in range(20):
        form = ANSWERS | {"code": asked.code(person), "q1": str(1 + person % 5)}
        assert client.post(f"/s/{asked.wave}", data=form).status_code == 303
    fieldwork.close_wave(asked.wave, now + WEEK)
    fieldwork.release_wave(asked.wave, now + WEEK)
    return asked.wave


def test_a_release_of_real_ballots_withstands(runner: FlaskCliRunner, wave: int) -> None:
    found = runner.invoke(args=["release", "audit", str(wave)])
    assert found.exit_code == 0, found.output
    assert f"consistency: wave {wave}: " in found.output
    assert "over 20 people who took part" in found.output
    assert found.output.count("certain answers: ") == 4
    assert found.output.strip().endswith("Nothing was found.")


def test_a_leak_ends_with_one_and_names_the_cells(runner: FlaskCliRunner, wave: int) -> None:
    with transaction() as session:
        session.execute(text(TELL_MORE))
    found = runner.invoke(args=["release", "audit"])
    assert found.exit_code == 1
    assert "FOUND by consistency" in found.output


def test_without_a_release_there_is_nothing_to_attack(app: Flask, runner: FlaskCliRunner) -> None:
    found = runner.invoke(args=["release", "audit"])
    assert (found.exit_code, found.output) == (0, "Nothing has been released yet.\n")


def test_a_wave_without_a_release_is_refused_in_one_line(
    app: Flask, runner: FlaskCliRunner
) -> None:
    found = runner.invoke(args=["release", "audit", "7"])
    assert (found.exit_code, found.output) == (1, "Error: Wave 7 has not been released.\n")
