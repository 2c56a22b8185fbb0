"""Every number on the results pages follows from the files that the same pages offer.

A reader fetches the files of two waves and writes down every text with a digit in it that a page
must then hold, and every row of its tables, in the order of the page (`tests/support/written.py`).
A page that says one number more, or another one, or has rows in another order, differs. Intervals
and whether a change holds are read from cells.csv; tests/rooms/release/test_recomputed.py shows
how they follow from its counts.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import product
from random import Random
from typing import Any
from urllib.parse import urlencode

import pytest
from flask import Flask

from pulse.accounts.sessions import Holder
from pulse.domain.permission import Role
from tests.support import staff
from tests.support.reader import DIGIT, NAMES, Page, Wave
from tests.support.released import QUESTIONS, Paper, manifest, papers, released, survey
from tests.support.signing_in import Person, sign_in
from tests.support.written import KINDS, Written, columns_of, plain

SORTS = ("name", "n", *NAMES)
VIEWS = (
    *({"level": "all", "sort": sort} for sort in SORTS),
    *({"level": "all", "sort": sort, "order": "desc"} for sort in SORTS),
    {"sort": "engagement"},
    {"sort": "n", "order": "desc", "level": "all", "least": "20"},
    {"sort": "name", "level": "all", "part": "S", "driver": "tools"},
    {"q": "rota"},
)


@dataclass(frozen=True, slots=True)
class Readers:
    """Somebody of HR and an employee, with two releases and the files of them."""

    hr: Person
    employee: Person
    ids: list[int]
    waves: list[Wave]

    def places(self) -> Iterator[tuple[int, Written, str]]:
        """Give every group of each wave, with the number of the release."""
        for at, wave in enumerate(self.waves):
            yield from ((self.ids[at], Written(self.waves, at), key) for key in wave.groups)

    def seen(self, release_id: int, view: dict[str, str]) -> Page:
        return Page(self.hr.get(f"/hr/results/{release_id}?{urlencode(view)}").text)


@pytest.fixture
def readers(app: Flask, now: datetime) -> Readers:
    """In Care south all agree, so its counts are intervals.

    In the second wave the shops are much happier, and the office is merged with them.
    """
    survey_id, chance, ids = survey(now), Random(2), []
    for at, (shops, office) in enumerate((((2, 3, 3, 4), 8), ((4, 5, 5, 3), 3))):
        ballots = [
            *drawn("care/north", 18, (2, 3, 4, 5), chance, "Will Brown changes the rota too late."),
            *papers("care/south", 11, 5),
            *drawn("shops", 30, shops, chance, "More hands, please."),
            *drawn("office", office, (5, 5, 5, 4), chance),
        ]
        ids.append(released(manifest(survey_id, now + at * timedelta(days=30)), ballots, now))
    staff.hired(1, datetime.now(UTC).date())
    employee = Person(app.test_client()).signed_in_as(Holder(employee_id=staff.ids()[0]))
    hr = sign_in(app.test_client(), Role.HR)
    return Readers(hr, employee, ids, [fetched(hr, employee, each) for each in ids])


def drawn(
    unit: str, count: int, values: tuple[int, ...], chance: Random, words: str = ""
) -> list[Paper]:
    return [
        Paper(
            unit,
            chance.choice(("c-leeds", "c-york")),
            {item.code: chance.choice(values) for item in QUESTIONS[:3]}
            | {"enps": 2 * chance.choice(values)},
            words,
        )
        for _ in range(count)
    ]


def fetched(hr: Person, employee: Person, release_id: int) -> Wave:
    """Fetch the files that each page offers; HR is offered nothing else but the comments."""
    wave, more = (
        Wave(lambda link, reader=reader: reader.get(link).data, reader.get(page).text)
        for reader, page in (
            (employee, f"/results/{release_id}"),
            (hr, f"/hr/results/{release_id}"),
        )
    )
    assert (wave.cells, wave.groups, wave.spread) == (more.cells, more.groups, more.spread)
    assert not wave.said
    return more


def test_every_number_for_all_staff_follows_from_the_files(readers: Readers) -> None:
    told: set[str] = set()
    for release_id, written, key in readers.places():
        page = Page(readers.employee.get(f"/results/{release_id}?{urlencode({'group': key})}").text)
        assert page.texts == ["Person 0", *written.staff(key)], key
        assert page.charts == []
        told |= set(page.texts)
    # All ways to write a figure came up.
    for words in ("at least", "at most", "▲ up", "▼ down", "No change since", "by about", "−"):
        assert any(words in text for text in told), words


def test_every_number_for_hr_follows_from_the_files(readers: Readers) -> None:
    for release_id, written, key in readers.places():
        view = {"group": key}
        page = readers.seen(release_id, view)
        assert page.texts == [*written.hr(view)], key
        heatmap_is_drawn_as(page.charts[0], written, view)


@pytest.mark.slow
def test_sorted_and_filtered_rows_come_in_the_order_of_computed_values(readers: Readers) -> None:
    orders = set()
    for at, release_id in enumerate(readers.ids):
        written = Written(readers.waves, at)
        for view in VIEWS:
            page = readers.seen(release_id, view)
            assert page.texts == [*written.hr(view)], view
            heatmap_is_drawn_as(page.charts[0], written, view)
            orders.add(tuple(written.rows(view)))
    assert len(orders) > len(SORTS)


@pytest.mark.slow
def test_every_number_of_a_trend_follows_from_the_files(readers: Readers) -> None:
    written, latest = Written(readers.waves, 1), readers.ids[1]
    for measure, key in product(NAMES, written.now.groups):
        view = {"trend": key, "measure": measure}
        page = readers.seen(latest, view)
        assert page.texts == [*written.hr(view)], view
        kind = KINDS[measure]
        if not any(wave.shown(key) and wave.tells(key, kind) for wave in readers.waves):
            assert len(page.charts) == 1
            continue
        lines = dict.fromkeys((written.now.everybody, key))
        for line, trace in zip(lines, page.charts[1]["data"], strict=True):
            waves = [wave for wave in readers.waves if wave.shown(line) and wave.tells(line, kind)]
            values = [wave.value(line, kind, measure) for wave in waves]
            assert trace["y"] == pytest.approx(values)
            assert trace["x"] == [wave.about["closed_on"] for wave in waves]
            name = waves[-1].groups[line]["name"]
            assert trace["customdata"] == [f"{name}<br>{wave.about['title']}" for wave in waves]


def heatmap_is_drawn_as(chart: dict[str, Any], written: Written, view: dict[str, str]) -> None:
    """What is drawn, and what the pointer finds on it, is computed as the table is."""
    now, columns, listed = written.now, columns_of(view), written.rows(view)
    cells, hatching = chart["data"]
    for at, key in enumerate(listed):
        texts, colours = [""] * len(columns), [None] * len(columns)
        if now.shown(key):
            found = [
                (kind, now.value(key, kind, measure) if now.tells(key, kind) else None)
                for kind, measure, _ in columns
            ]
            texts = ["" if value is None else plain(value, kind) for kind, value in found]
            colours = [
                (value + 100) / 2 if kind == "enps" and value is not None else value
                for kind, value in found
            ]
        assert cells["text"][at] == texts
        assert cells["z"][at] == [value and pytest.approx(value) for value in colours]
        names = [f"{now.groups[key]['name']}<br>{name}" for *_, name in columns]
        assert cells["customdata"][at] == [[name, at, place] for place, name in enumerate(names)]
    hidden = {at for at, key in enumerate(listed) if not now.shown(key)}
    assert {round(down) for down in hatching["y"] if down is not None} == hidden
    said = [each["text"] for each in chart["layout"].get("annotations", ())]
    assert len(said) == len(hidden)
    assert not any(map(DIGIT.search, said))
