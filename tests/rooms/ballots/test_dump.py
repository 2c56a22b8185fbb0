"""Somebody holds every table of both databases: whose shard is it?

The attack knows nothing of our schema. It takes any column of the box whose values all occur
somewhere among what the main database says of people, also within a longer value, for a link,
combines all links, and counts how many shards of a slot are left for each employee.
"""

from collections import defaultdict
from datetime import timedelta
from hashlib import sha256

import pytest
from sqlalchemy import text

from pulse import fieldwork
from pulse.config import settings
from pulse.db import box_transaction, db, main_metadata, reading
from pulse.domain.shard_layout import layout
from pulse.surveys import standing
from tests.support import open_wave, staff

PEOPLE = 24
WEEK = timedelta(days=7)
SHORTEST = 4


@pytest.fixture
def wave(app, now):
    staff.hired(PEOPLE, now.date())
    wave = open_wave.planned(now)
    fieldwork.open_wave(wave, now)
    for person in staff.ids():
        staff.answer(wave, person)
    fieldwork.mix_wave(wave, now)
    return wave


def system(kind):
    return ", xmin::text AS written_by" if kind == "postgresql" else ""


def known():
    """What the main database says of each employee, by table and column, rows behind rows too."""
    people = defaultdict(lambda: defaultdict(set))
    dump = dumped()
    units = {row["id"]: row for row in dump["unit"]}
    for name, rows in dump.items():
        for row in rows:
            whose = person(name, row)
            if whose is not None:
                note(people[whose], name, row)
                note(people[whose], "unit", units.get(row.get("unit_id"), {}))
    return people


def dumped():
    with reading() as session:
        kind = session.get_bind().dialect.name
        return {
            name: [
                dict(row._mapping)
                for row in session.execute(text(f"SELECT *{system(kind)} FROM {name}"))
            ]
            for name in main_metadata.tables
        }


def person(table, row):
    if table == "outbox_message":
        return int(str(row["recipient"]).rpartition(" ")[2])
    return row["id"] if table == "employee" else row.get("employee_id")


def note(has, table, row):
    for column, value in row.items():
        has[f"{table}.{column}"] |= forms(value)


def forms(value):
    """A value as it stands, as text, as JSON, and what it hashes to."""
    if value is None or isinstance(value, bool):
        return set()
    if isinstance(value, dict):
        return {form for part in value.values() for form in forms(part)} | forms(str(value))
    raw = bytes(value) if isinstance(value, bytes | memoryview) else str(value).encode()
    return {raw, raw.hex().encode(), b'"' + raw + b'"', sha256(raw).digest()}


def shards(extra=None):
    """The rows of the box by slot; `extra` adds columns to each, by its id."""
    slots = defaultdict(list)
    with box_transaction() as connection:
        kind = connection.dialect.name
        rows = connection.execute(text(f"SELECT *{system(kind)} FROM shard")).all()
    for row in rows:
        found = {name: one(value) for name, value in row._mapping.items()}
        slots[row.slot].append(found | (extra(row) if extra else {}))
    return slots


def one(value):
    return bytes(value) if isinstance(value, bytes | memoryview) else str(value).encode()


def fewest_candidates(people, slots):
    """Give the smallest number of shards that anybody is left with in any slot."""
    fewest = min(len(rows) for rows in slots.values())
    for rows in slots.values():
        links = [match for match in matches(people, rows) if match]
        for whose in people:
            left = sum(all(whose in link[place] for link in links) for place in range(len(rows)))
            fewest = min(fewest, left)
    return fewest


def matches(people, rows):
    """Yield, for each column pair that is a link, who fits each row."""
    sources = {source for values in people.values() for source in values}
    for column in set(rows[0]) - {"wave", "slot"}:
        values = [row[column] for row in rows]
        if len(set(values)) == 1:
            continue
        for source in sources:
            fitting = [
                {whose for whose, has in people.items() if fits(value, has[source])}
                for value in values
            ]
            if all(fitting):
                yield fitting


def fits(value, forms_of_person):
    if value in forms_of_person:
        return True
    return any(len(form) >= SHORTEST and form in value for form in forms_of_person)


@pytest.mark.parametrize("state", ["open", "closed"])
def test_no_join_of_any_tables_leaves_anybody_with_few_shards(wave, now, state):
    if state == "closed":
        fieldwork.close_wave(wave, now + WEEK)
    found = shards()
    with reading() as session:
        slots = layout(standing.manifest(session, wave)).slots
    assert sorted(found) == [slot.number for slot in slots]
    assert fewest_candidates(known(), found) == PEOPLE >= settings().policy.label_minimum


@pytest.mark.parametrize("engine_kind", ["sqlite"])
def test_a_label_in_clear_narrows_everybody_down(wave, engine_kind):
    """With one label half of all shards are left, with two as few as the people who share both."""
    people = known()
    codes = sorted({code for has in people.values() for code in labels(has)})
    assert len(codes) > 1
    for whose, has in people.items():
        has["employee.age"] = {b"born in %d" % (1950 + whose % 12)}
    own = [{"label": min(labels(has)), "age": min(has["employee.age"])} for has in people.values()]
    by_label, by_both = (defaultdict(lambda: iter(own)) for _ in range(2))

    def label(row):
        return {"label": next(by_label[row.slot])["label"]}

    def both(row):
        return next(by_both[row.slot])

    assert fewest_candidates(people, shards(label)) == PEOPLE // 2
    assert fewest_candidates(people, shards(both)) == 2 < settings().policy.label_minimum


def labels(has):
    return {form for form in has["unit.name"] if form in {b"Bar", b"Kitchen"}}


@pytest.mark.parametrize("engine_kind", ["sqlite"])
def test_a_hash_of_a_secret_beside_the_shards_names_everybody(wave, engine_kind):
    people = known()
    secrets = [next(iter(sorted(has["invitation.secret_sha256"]))) for has in people.values()]
    places = defaultdict(lambda: iter(secrets))

    def secret(row):
        return {"started_with": next(places[row.slot])}

    assert fewest_candidates(people, shards(secret)) == 1


@pytest.mark.parametrize("engine_kind", [pytest.param("postgres", marks=pytest.mark.postgres)])
def test_ballots_that_are_not_mixed_show_which_shards_were_one(app, now, engine_kind):
    """What the number of a transaction tells, and why all shards are written by the same one."""
    staff.hired(PEOPLE, now.date())
    wave = open_wave.planned(now)
    fieldwork.open_wave(wave, now)
    for person in staff.ids():
        staff.answer(wave, person)

    def written():
        with db.engines["box"].connect() as connection:
            return connection.scalar(text("SELECT count(DISTINCT xmin::text) FROM shard"))

    assert written() == PEOPLE
    fieldwork.mix_wave(wave, now)
    assert written() == 1
