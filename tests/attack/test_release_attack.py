"""The attacker of a release: it finds nothing in an honest one, and every leak that is planted."""

import csv
import json
from collections.abc import Callable
from datetime import datetime
from io import StringIO
from random import Random

import numpy as np
import pytest
from flask import Flask
from scipy import sparse

from pulse.audit import search
from pulse.audit.attack import audit
from pulse.audit.budget import Budget
from pulse.audit.files import Group, ReleaseFiles
from pulse.audit.report import Report
from pulse.audit.system import Sums, counts
from pulse.db import reading
from pulse.release import attacking, export
from pulse.release import reading as releases
from tests.support import isolation
from tests.support.released import (
    asked,
    manifest,
    papers,
    released,
    survey,
    tally,
)

Rows = list[dict[str, str]]
BALLOTS = (
    *papers("care/north", 12, 5),
    *papers("care/south", 9, 2),
    *papers("shops", 14, 4),
    *papers("shops", 6, 2),
    *papers("office", 6, 5),
)


@pytest.fixture
def published(app: Flask, now: datetime) -> tuple[ReleaseFiles, str]:
    wave = manifest(survey(now), now)
    release_id = released(wave, BALLOTS, now)
    with reading() as session:
        texts = export.files(session, releases.get(session, release_id))
    files = ReleaseFiles(texts["cells.csv"], texts["groups.csv"], texts["release.json"])
    came = tally(BALLOTS).joint
    return files, attacking.table(asked(wave, came), came)


def rows(text: str) -> Rows:
    return list(csv.DictReader(StringIO(text)))


def text(lines: Rows) -> str:
    into = StringIO()
    writer = csv.DictWriter(into, lines[0])
    writer.writeheader()
    writer.writerows(lines)
    return into.getvalue()


def planted(
    published: tuple[ReleaseFiles, str],
    cells: Callable[[Rows], Rows] = list,
    groups: Callable[[Rows], Rows] = list,
) -> Report:
    files, staff = published
    changed = ReleaseFiles(
        text(cells(rows(files.cells))), text(groups(rows(files.groups))), files.about
    )
    return audit(changed, staff)


def one(lines: Rows, group: str, measure: str | None = None) -> dict[str, str]:
    return next(
        row for row in lines if row["group"] == group and measure in {None, row.get("measure")}
    )


def altered(group: str, measure: str, **values: str) -> Callable[[Rows], Rows]:
    def change(lines: Rows) -> Rows:
        one(lines, group, measure).update(values)
        return lines

    return change


def test_an_honest_release_withstands(published: tuple[ReleaseFiles, str]) -> None:
    report = audit(*published)
    assert report.findings == []
    released_lines = [row for row in rows(published[0].cells) if row["status"] == "released"]
    assert f"of {len(released_lines)} released lines" in report.tried[0].words
    assert [one.engine for one in report.tried].count("certain answers") == 4


def test_a_group_that_leaves_three_of_another_is_found(
    published: tuple[ReleaseFiles, str],
) -> None:
    """Beside all 20 of the shops, a list of 17 of them is shown: three are left."""
    files, staff = published
    lines = rows(staff)
    shops = next(row for row in lines if row["organisation"] == "shops" and row["took_part"] != "0")
    three = shops | {"people": "3", "took_part": "3", "list": "three"}
    shops.update(took_part=str(int(shops["took_part"]) - 3), people=str(int(shops["people"]) - 3))
    lines = [row | {"list": row.get("list", row["organisation"])} for row in lines] + [three]

    def listed(found: Rows) -> Rows:
        n = str(int(one(found, "shops")["n"]) - 3)
        return [
            *found,
            one(found, "shops") | {"dimension": "list", "group": "list", "n": n, "name": "List"},
        ]

    report = planted((files, text(lines)), groups=listed)
    found = next(item for item in report.findings if item.engine == "combinations")
    assert (found.people, found.cells) == (3, ("organisation:shops n=20", "list:list n=17"))


def test_a_group_of_four_is_found(published: tuple[ReleaseFiles, str]) -> None:
    def small(lines: Rows) -> Rows:
        one(lines, "office")["n"] = "4"
        return lines

    report = planted(published, groups=small)
    assert any("only 4 took part" in found.words for found in report.findings)


def test_a_block_of_one_mind_is_found(published: tuple[ReleaseFiles, str]) -> None:
    report = planted(published, altered("care/north", "engagement_1", favourable="12"))
    assert any(found.engine == "homogeneity" and found.people == 12 for found in report.findings)


def test_exact_sums_above_coded_blocks_are_found(published: tuple[ReleaseFiles, str]) -> None:
    report = planted(published, altered("all", "engagement_1", favourable="33"))
    assert any("not the sum" in found.words for found in report.findings)


def test_a_visible_skip_is_found(published: tuple[ReleaseFiles, str]) -> None:
    report = planted(published, altered("shops", "tools_1", n="19"))
    assert any("another number of ballots" in found.words for found in report.findings)


def test_a_sum_that_says_nobody_disagreed_is_found(published: tuple[ReleaseFiles, str]) -> None:
    """Six who agree or one less, none who disagrees or one: 28 points leave only none."""
    report = planted(published, altered("office", "engagement_1", mean=str(round(28 / 6, 4))))
    told = [found for found in report.findings if found.engine == "certain answers"]
    assert {found.words.split(" of ")[0] for found in told} == {"engagement_1: all 3"}
    assert any("did not answer unfavourably" in found.words for found in told)
    assert any("organisation:office" in cell for cell in told[0].cells)


def test_a_share_that_tells_more_than_its_counts_is_found(
    published: tuple[ReleaseFiles, str],
) -> None:
    report = planted(published, altered("office", "engagement_1", score="100.0"))
    assert any("does not follow" in found.words for found in report.findings)


@pytest.mark.parametrize("measure", ["tools_1", "engagement", "enps"])
def test_an_interval_that_tells_more_than_its_counts_is_found(
    published: tuple[ReleaseFiles, str], measure: str
) -> None:
    """Were it computed from the exact counts, it would say what the coded ones hide."""

    def narrower(lines: Rows) -> Rows:
        for row in lines:
            if (row["group"], row["measure"]) == ("shops", measure) and row["kind"] != "question":
                row["high"] = str(float(row["high"]) - 1)
            elif (row["group"], row["measure"]) == ("shops", measure) and measure == "tools_1":
                row["low"] = str(float(row["low"]) + 1)
        return lines

    report = planted(published, cells=narrower)
    assert [found.words for found in report.findings] == [
        f"shops, {measure}: the interval does not follow from the counts"
    ]


def test_a_release_without_intervals_is_read_as_well(published: tuple[ReleaseFiles, str]) -> None:
    def before(lines: Rows) -> Rows:
        return [{name: row[name] for name in row if name not in {"low", "high"}} for row in lines]

    assert planted(published, cells=before).findings == []


def test_files_that_say_nothing_are_no_pass(published: tuple[ReleaseFiles, str]) -> None:
    files, staff = published
    empty = ReleaseFiles(files.cells.splitlines()[0] + "\n", files.groups, files.about)
    assert not audit(empty, staff).is_safe
    assert not audit(ReleaseFiles("x", "y", "{}"), staff).is_safe


@pytest.mark.parametrize("line", [2, 9, -1])
def test_a_line_that_is_missing_is_no_pass(published: tuple[ReleaseFiles, str], line: int) -> None:
    """Whoever reads less than was published has not tried it: cells, and figures made of them."""
    files, staff = published
    lines = files.cells.splitlines(keepends=True)
    del lines[line]
    told = {key: value for key, value in json.loads(files.about).items() if key != "cells"}
    changed = ReleaseFiles("".join(lines), files.groups, json.dumps(told))
    assert any("missing" in found.words for found in audit(changed, staff).findings)


def test_a_group_that_is_missing_everywhere_is_no_pass(
    published: tuple[ReleaseFiles, str],
) -> None:
    """The release says how many cells it has."""

    def without(lines: Rows) -> Rows:
        return [row for row in lines if row["group"] != "c-leeds"]

    report = planted(published, without, without)
    assert any("cells were read of" in found.words for found in report.findings)


@pytest.mark.parametrize(
    ("old", "new"),
    [("question", "answer"), ("released", "public"), ("released", "suppressed"), (",12,", ",,12,")],
)
def test_a_line_that_cannot_be_read_is_no_pass(
    published: tuple[ReleaseFiles, str], old: str, new: str
) -> None:
    files, staff = published
    changed = ReleaseFiles(files.cells.replace(old, new, 1), files.groups, files.about)
    assert changed.cells != files.cells
    assert not audit(changed, staff).is_safe


def test_the_search_finds_just_what_exact_algebra_finds() -> None:
    random, leaks, floor = Random(7), 0, 3
    for _ in range(150):
        people = random.randint(5, 9)
        groups = [
            frozenset(random.sample(range(people), random.randint(2, people)))
            for _ in range(random.randint(2, 4))
        ]
        exact = isolation.isolated(groups, people, floor)
        found = list(search.findings(sums(groups, people), floor, Budget()))
        assert bool(found) == (exact is not None), groups
        leaks += bool(found)
    assert 20 < leaks < 150


def sums(groups: list[frozenset[int]], people: int) -> Sums:
    """Everybody is a kind of their own."""
    inside = [[float(person in group) for group in groups] for person in range(people)]
    named = [
        Group("unit", str(at), str(at), frozenset(map(str, group)), len(group), is_block=True)
        for at, group in enumerate(groups)
    ]
    names = [f"person {at}" for at in range(people)]
    return Sums(named, names, sparse.csr_array(np.array(inside)), counts([1] * people))
