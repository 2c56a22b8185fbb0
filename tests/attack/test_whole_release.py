"""Hard tests 11 and 12: whole companies attacked at every floor, and plans that know no answer."""

import csv
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from io import StringIO
from random import Random

import pytest

from pulse.audit.attack import audit
from pulse.domain import certificate
from pulse.domain.labels import TreeUnit
from pulse.domain.scale import values
from tests.campaign import company, switches
from tests.campaign.company import QUESTIONS, Person, Size, Terms, Wave

FLOORS = (5, 8, 10)
COMPANIES = 20
MIDDLING = Size((120, 260), (3, 5), (3, 8), FLOORS, 8)
# What says which groups and figures there are, and nothing of what they are.
LAYOUT = ("wave", "group", "parent", "dimension", "kind", "measure", "status", "reason", "n")


def asked(seed: int, floor: int, size: Size = MIDDLING) -> tuple[Sequence[TreeUnit], Wave]:
    random = Random(seed)
    units, people = company.company(random, size)
    terms = Terms(QUESTIONS[:1], ("sex", "age"), False, floor, 1, 8)
    return units, company.wave(terms, units, people, 1)


def exposed_by_a_threshold(units: Sequence[TreeUnit], wave: Wave, floor: int) -> int:
    """Count the people in rests of fewer than `floor`, were each unit shown that reaches it.

    Units are nested, so all that can be computed are the rests of a unit beside those inside it.
    """
    parent = {unit.code: unit.parent or "all" for unit in units}
    totals = Counter({"all": wave.came.total})
    for person in wave.people:
        at = person.unit
        while person.came and at != "all":
            totals[at] += 1
            at = parent[at]
    rest = Counter({unit: total for unit, total in totals.items() if total >= floor})
    for unit in [unit for unit in rest if unit != "all"]:
        above = parent[unit]
        while above not in rest:
            above = parent[above]
        rest[above] -= totals[unit]
    return sum(left for left in rest.values() if 0 < left < floor)


@pytest.mark.slow
@pytest.mark.parametrize("floor", FLOORS)
def test_twenty_companies_withstand_where_a_threshold_exposes_people(floor: int) -> None:
    exposed = 0
    for seed in range(COMPANIES):
        units, wave = asked(seed, floor)
        published = switches.publish(wave)
        assert published.decided.bound < certificate.LIMIT
        report = audit(published.files(), switches.staff(wave))
        assert report.findings == [], seed
        exposed += exposed_by_a_threshold(units, wave, floor)
    assert exposed >= 30


def edited(wave: Wave) -> Iterator[Wave]:
    """Change the answers in a hundred ways: by chance, and as somebody would who means harm."""
    scale = sorted(values(QUESTIONS[0].scale))
    for value in (*scale, None):
        yield answered(wave, [value] * len(wave.people))
    for unit in sorted({person.unit for person in wave.people})[:14]:
        yield answered(wave, [5 if person.unit == unit else 1 for person in wave.people])
    for seed in range(80):
        given = [person.answers[QUESTIONS[0].code] for person in wave.people]
        yield answered(wave, Random(seed).sample(given, len(given)))


def answered(wave: Wave, given: Sequence[int | None]) -> Wave:
    people = [
        replace(person, answers={QUESTIONS[0].code: value})
        for person, value in zip(wave.people, given, strict=True)
    ]
    return replace(wave, people=tuple[Person, ...](people))


def layout(wave: Wave) -> tuple[object, str, str]:
    published = switches.publish(wave)
    files = published.files()
    cells = [[row[name] for name in LAYOUT] for row in csv.DictReader(StringIO(files.cells))]
    return published.decided, files.groups, repr(cells)


@pytest.mark.slow
def test_a_hundred_other_sets_of_answers_change_neither_plan_nor_layout() -> None:
    # About sixty people, so that a hundred counts are no matter of minutes.
    _, wave = asked(3, 8, replace(MIDDLING, people=(60, 60)))
    before, tried = layout(wave), 0
    for other in edited(wave):
        assert layout(other) == before
        tried += 1
    assert tried >= 95
    assert "merged" in before[1]
