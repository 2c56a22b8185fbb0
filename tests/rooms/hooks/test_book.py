from dataclasses import replace
from datetime import datetime

import pytest
from flask import Flask
from sqlalchemy import select

from pulse.config import settings
from pulse.db import reading, transaction
from pulse.domain import outside_address
from pulse.domain.announcement import CHOICES, Announcement, Event
from pulse.domain.errors import Conflict, Invalid, NotFound
from pulse.domain.hook_format import HookKind
from pulse.hooks import book, locked, queue
from pulse.hooks.model import Hook
from pulse.hooks.values import Draft
from tests.support import stored
from tests.support.traces import Traces

SLACK = outside_address.checked("https://hooks.slack.com/services/T0/B0/very-own")
DRAFT = Draft(HookKind.SLACK, "  All   staff ", SLACK, (Event.WAVE_RELEASED, Event.WAVE_OPENED))


def add(draft: Draft = DRAFT) -> tuple[int, str | None]:
    with transaction() as session:
        return book.add(session, draft, settings().hook_key)


def test_a_hook_is_listed_with_its_host_alone(app: Flask) -> None:
    hook_id, secret = add()
    assert secret is None
    with reading() as session:
        (found,) = book.listing(session)
    assert (found.id, found.name, found.host) == (hook_id, "All staff", "hooks.slack.com")
    assert found.events == (Event.WAVE_OPENED, Event.WAVE_RELEASED)
    assert "very-own" not in repr(found)
    assert "very-own" not in repr(DRAFT)


def test_neither_address_nor_secret_can_be_read_in_a_database(app: Flask) -> None:
    add()
    _, secret = add(replace(DRAFT, kind=HookKind.STANDARD))
    assert secret is not None
    traces = Traces()
    traces.add("address", "services/T0/B0/very-own")
    traces.add("secret", secret.removeprefix("whsec_"))
    assert stored.found(traces, stored.contents(settings())) == {}


def test_what_is_locked_for_one_place_opens_in_no_other(app: Flask) -> None:
    add()
    with reading() as session:
        hook = session.scalars(select(Hook)).one()
        key = settings().hook_key
        assert locked.unlock(key, hook.url, hook.place, locked.URL) == SLACK.url
        for place, column in ((hook.place, locked.SECRET), ("another", locked.URL)):
            with pytest.raises(Conflict):
                locked.unlock(key, hook.url, place, column)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"name": " "}, "name"),
        ({"name": "x" * 81}, "name"),
        ({"events": ()}, "events"),
        ({"events": (Event.TEST,)}, "events"),
        ({"address": None}, "url"),
    ],
)
def test_what_is_lacking_is_named(app: Flask, wrong: dict[str, object], field: str) -> None:
    with pytest.raises(Invalid) as found:
        add(replace(DRAFT, **wrong))
    assert found.value.field == field


def test_changing_keeps_the_address_unless_another_is_given(app: Flask) -> None:
    hook_id, _ = add()
    other = outside_address.checked("https://hooks.example.com/x")
    for address, host in ((None, "hooks.slack.com"), (other, "hooks.example.com")):
        with transaction() as session:
            draft = Draft(HookKind.SLACK, "New", address, CHOICES)
            book.change(session, hook_id, draft, settings().hook_key)
        with reading() as session:
            assert book.get(session, hook_id).host == host


def test_a_removed_hook_takes_its_deliveries_along(app: Flask, now: datetime) -> None:
    hook_id, _ = add()
    with transaction() as session:
        queue.announce(session, Announcement(Event.WAVE_OPENED, 1, "Spring", 1), now)
    with transaction() as session:
        assert len(book.recent(session)) == 1
        book.remove(session, hook_id)
    with reading() as session:
        assert book.recent(session) == ()
        with pytest.raises(NotFound):
            book.get(session, hook_id)


def test_there_is_an_end_to_them(app: Flask) -> None:
    for _ in range(book.MOST_HOOKS):
        add()
    with pytest.raises(Conflict):
        add()


def test_only_programs_have_a_secret_to_renew(app: Flask, now: datetime) -> None:
    hook_id, _ = add()
    with transaction() as session, pytest.raises(Conflict):
        book.renew_secret(session, hook_id, settings().hook_key, now)


def test_only_what_is_wanted_and_switched_on_is_queued_once(app: Flask, now: datetime) -> None:
    wanting, _ = add()
    add(replace(DRAFT, events=(Event.ACTION_POSTED,)))
    off, _ = add()
    with transaction() as session:
        book.switch(session, off, on=False)
    for _ in range(2):
        with transaction() as session:
            queue.announce(session, Announcement(Event.WAVE_OPENED, 1, "Spring", 1), now)
    with reading() as session:
        assert [item.hook_id for item in book.recent(session)] == [wanting]
    with transaction() as session, pytest.raises(Conflict):
        queue.try_out(session, off, now)


def test_switching_off_drops_what_waits(app: Flask, now: datetime) -> None:
    hook_id, _ = add()
    with transaction() as session:
        queue.try_out(session, hook_id, now)
        book.switch(session, hook_id, on=False)
    with reading() as session:
        (found,) = book.recent(session)
    assert found.state == "dropped"
    assert "Dropped" in found.words
