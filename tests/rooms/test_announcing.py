"""Steps of a wave are announced: each once, in its own transaction, with nothing of a person."""

import json
from datetime import datetime, timedelta

from flask import Flask
from sqlalchemy import select

from pulse import fieldwork
from pulse.config import settings
from pulse.db import reading, transaction
from pulse.domain import outside_address
from pulse.domain.announcement import CHOICES
from pulse.domain.hook_format import HookKind
from pulse.hooks import book
from pulse.hooks.model import HookDelivery
from pulse.hooks.values import Draft
from tests.support import crash, invited_wave, open_wave
from tests.support.invited_wave import Invited

WEEK = timedelta(days=7)


def listen() -> None:
    address = outside_address.checked("https://hooks.example.com/in")
    with transaction() as session:
        draft = Draft(HookKind.SLACK, "All", address, CHOICES)
        book.add(session, draft, settings().hook_key)


def told() -> list[tuple[str, dict[str, object]]]:
    with reading() as session:
        rows = session.scalars(select(HookDelivery).order_by(HookDelivery.id))
        return [(row.event, row.facts) for row in rows]


def test_a_wave_is_announced_when_it_opens_closes_and_can_be_read(
    app: Flask, now: datetime
) -> None:
    listen()
    asked = invited_wave.opened(now)
    fieldwork.open_wave(asked.wave, now)
    fieldwork.close_wave(asked.wave, now + WEEK)
    fieldwork.close_wave(asked.wave, now + WEEK)
    fieldwork.release_wave(asked.wave, now + WEEK)
    fieldwork.release_wave(asked.wave, now + WEEK)
    assert [event for event, _ in told()] == ["wave.opened", "wave.closed", "wave.released"]
    assert_nothing_of_a_person(asked)


def assert_nothing_of_a_person(asked: Invited) -> None:
    text = json.dumps(told())
    for slip in asked.slips:
        assert slip.code not in text
        assert slip.name not in text
    for _, facts in told():
        assert set(facts) == {"id", "title", "number", "closes_at", "time_zone"}
        assert (facts["title"], facts["number"]) == ("Spring pulse", 1)


def test_a_wave_that_does_not_open_is_not_announced(app: Flask, now: datetime) -> None:
    listen()
    wave = open_wave.planned(now)
    assert [step.problem is None for step in fieldwork.tick(now)] == [False]
    assert wave
    assert told() == []


def test_what_is_announced_has_happened_and_the_other_way_round(app: Flask, now: datetime) -> None:
    listen()
    asked = invited_wave.opened(now)
    killed = 1
    while crash.before_commit(killed, lambda: fieldwork.close_wave(asked.wave, now + WEEK)):
        with reading() as session:
            closed = fieldwork.waves.get(session, asked.wave).state.value == "closed"
        assert ("wave.closed" in [event for event, _ in told()]) == closed
        killed += 1
    fieldwork.close_wave(asked.wave, now + WEEK)
    assert [event for event, _ in told()] == ["wave.opened", "wave.closed"]
