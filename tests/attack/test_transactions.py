"""No transaction on one database is open while one on the other is, and mixing leaves no ranks."""

from datetime import timedelta

import pytest
from sqlalchemy import event, text

from pulse import fieldwork
from pulse.db import box_transaction, db, reading
from tests.support import invited_wave
from tests.support.invited_wave import ANSWERS

PEOPLE = 24
NIGHT = 3


@pytest.fixture
def asked(app, now):
    return invited_wave.opened(now, PEOPLE)


def answer(client, asked, person):
    reply = client.post(f"/s/{asked.wave}", data=ANSWERS | {"code": asked.code(person)})
    assert reply.status_code == 303


def test_the_transactions_on_both_databases_never_overlap(client, asked):
    seen = []
    listened = []

    def listen(name, engine, what):
        def note(*_):
            seen.append((name, what))

        event.listen(engine, what, note)
        listened.append((engine, what, note))

    for name, engine in (("main", db.engine), ("box", db.engines["box"])):
        for what in ("begin", "commit", "rollback"):
            listen(name, engine, what)
    answer(client, asked, 0)
    for engine, what, note in listened:
        event.remove(engine, what, note)
    assert {name for name, _ in seen} == {"main", "box"}
    open_on = None
    for name, what in seen:
        assert open_on in ({None} if what == "begin" else {None, name}), seen
        open_on = name if what == "begin" else None


@pytest.mark.parametrize("engine_kind", [pytest.param("postgres", marks=pytest.mark.postgres)])
def test_after_mixing_both_sides_were_written_at_once(client, asked, now, engine_kind):
    """SQLite notes no transactions; its files are searched elsewhere."""
    for person in range(PEOPLE):
        answer(client, asked, person)
    assert ranks()["spent"] == PEOPLE
    assert ranks()["invitation"] >= PEOPLE
    fieldwork.mix_wave(asked.wave, now.replace(hour=NIGHT) + timedelta(days=1))
    assert ranks() == {"invitation": 1, "spent": 1, "shard": 1}


def ranks():
    """How many transactions each table tells apart."""
    with reading() as session:
        query = text("SELECT count(DISTINCT xmin::text) FROM invitation")
        found = {"invitation": session.scalar(query)}
    with box_transaction() as connection:
        for name in ("spent", "shard"):
            query = text(f"SELECT count(DISTINCT xmin::text) FROM {name}")
            found[name] = connection.scalar(query)
    return found
