"""Whoever holds the files of two waves can compute every published statistic again.

The formulas are written out here once more, without a library, from nothing but the files: so no
interval, change or spread says anything that the published counts do not.
"""

import csv
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from io import StringIO
from math import hypot, sqrt
from random import Random
from statistics import NormalDist, fmean, stdev

import pytest
from flask import Flask

from pulse.db import reading
from pulse.release import export
from pulse.release import reading as releases
from tests.support.released import QUESTIONS, Paper, manifest, released, survey

NORMAL = NormalDist()
DRIVERS = {item.code: item.driver for item in QUESTIONS[:4]}
Row = Mapping[str, str]
Ends = tuple[float, float]


@pytest.fixture
def files(app: Flask, now: datetime) -> tuple[dict[str, str], dict[str, str]]:
    """The files of two waves; in the second the shops are much happier."""
    survey_id, chance = survey(now), Random(2)
    ids = []
    for at, shops in enumerate(((2, 3, 3, 4), (4, 5, 5, 3))):
        ballots = [
            *drawn("care/north", 18, (2, 3, 4, 5), chance),
            *drawn("care/south", 11, (2, 3, 4, 5), chance),
            *drawn("shops", 30, shops, chance),
            *drawn("office", 8, (5, 5, 5, 4), chance),
        ]
        wave = manifest(survey_id, now + at * timedelta(days=30))
        ids.append(released(wave, ballots, now))
    with reading() as session:
        before, after = (export.files(session, releases.get(session, each)) for each in ids)
    return before, after


def drawn(unit: str, count: int, values: tuple[int, ...], chance: Random) -> list[Paper]:
    return [
        Paper(
            unit,
            chance.choice(("c-leeds", "c-york")),
            {item.code: chance.choice(values) for item in QUESTIONS[:3]}
            | {"enps": 2 * chance.choice(values)},
        )
        for _ in range(count)
    ]


def rows(text: str) -> list[Row]:
    return list(csv.DictReader(StringIO(text)))


def middle(text: str) -> float:
    low, _, high = text.partition("..")
    return (float(low) + float(high or low)) / 2


class Wave:
    """The counts of one wave, by group and question."""

    def __init__(self, cells: str) -> None:
        self.rows = [row for row in rows(cells) if row["status"] == "released"]
        self.counts = {
            (row["dimension"], row["group"], row["measure"]): row
            for row in self.rows
            if row["kind"] == "question"
        }

    def figure(self, row: Row) -> list[Row]:
        """Give the counts behind a figure."""
        place = row["dimension"], row["group"]
        wanted = [
            code
            for code, driver in DRIVERS.items()
            if row["measure"] == (code if row["kind"] == "question" else driver)
        ]
        return [self.counts[*place, code] for code in wanted if (*place, code) in self.counts]

    def share(self, row: Row) -> tuple[float, int]:
        behind = self.figure(row)
        n = int(behind[0]["n"])
        return fmean(middle(each["favourable"]) / n for each in behind), n

    def promoters(self, row: Row) -> tuple[float, float, int]:
        (only,) = self.figure(row)
        return middle(only["favourable"]), middle(only["unfavourable"]), int(only["n"])


def wilson(share: float, n: int, z: float) -> Ends:
    centre, half = share + z**2 / (2 * n), z * sqrt(share * (1 - share) / n + z**2 / (4 * n**2))
    return (centre - half) / (1 + z**2 / n), (centre + half) / (1 + z**2 / n)


def newcombe(now: tuple[float, int], before: tuple[float, int], z: float) -> Ends:
    (low, high), (lower, higher) = wilson(*now, z), wilson(*before, z)
    change = now[0] - before[0]
    return change - hypot(now[0] - low, higher - before[0]), change + hypot(
        before[0] - lower, high - now[0]
    )


def adjusted(good: float, bad: float, n: int) -> tuple[float, float]:
    one, other = (good + 0.75) / (n + 3), (bad + 0.75) / (n + 3)
    return one - other, sqrt((one + other - (one - other) ** 2) / (n + 3))


def enps_change(now: tuple[float, float, int], before: tuple[float, float, int], z: float) -> Ends:
    (one, first), (other, second) = adjusted(*now), adjusted(*before)
    half = z * hypot(first, second)
    return one - other - half, one - other + half


def level(ends: Callable[[float], Ends]) -> float:
    """Give the level at which an interval just touches zero."""
    inside, outside = 0.0, 9.0
    for _ in range(60):
        z = (inside + outside) / 2
        low, high = ends(z)
        inside, outside = (z, outside) if low > 0 or high < 0 else (inside, z)
    return 2 * (1 - NORMAL.cdf(inside))


def kept(levels: Mapping[int, float]) -> set[int]:
    """Benjamini and Hochberg's step-up rule at 5 per cent."""
    ordered = sorted(levels, key=levels.__getitem__)
    ranks = [at for at, key in enumerate(ordered, 1) if levels[key] <= 0.05 * at / len(ordered)]
    return set(ordered[: max(ranks, default=0)])


def test_intervals_follow_from_the_counts(files) -> None:
    z = NORMAL.inv_cdf(0.975)
    for text in files:
        wave = Wave(text["cells.csv"])
        assert len(wave.rows) > 40
        for row in wave.rows:
            if row["kind"] == "enps":
                centre, error = adjusted(*wave.promoters(row))
                expected = max(-1, centre - z * error), min(1, centre + z * error)
            else:
                expected = wilson(*wave.share(row), z)
            assert [float(row["low"]), float(row["high"])] == pytest.approx(
                [100 * end for end in expected], abs=1e-3
            )


def test_changes_and_arrows_follow_from_the_counts_of_two_waves(files) -> None:
    before, after = (Wave(text["cells.csv"]) for text in files)
    earlier = {(row["dimension"], row["group"]) for row in before.rows}
    z, ends, levels = NORMAL.inv_cdf(0.975), {}, {}
    for at, row in enumerate(after.rows):
        enough = (row["dimension"], row["group"]) in earlier
        enough = enough and all(wave.share(row)[1] >= 10 for wave in (before, after))
        assert bool(row["change"]) == enough
        if not enough:
            continue
        if row["kind"] == "enps":
            pair = after.promoters(row), before.promoters(row)
            ends[at] = enps_change(*pair, z)
            levels[at] = level(lambda z, pair=pair: enps_change(*pair, z))
        else:
            pair = after.share(row), before.share(row)
            ends[at] = newcombe(*pair, z)
            levels[at] = level(lambda z, pair=pair: newcombe(*pair, z))
        assert [float(row["change_low"]), float(row["change_high"])] == pytest.approx(
            [100 * end for end in ends[at]], abs=1e-3
        )
    hold = {at for at in kept(levels) if ends[at][0] > 0 or ends[at][1] < 0}
    assert {at for at in levels if after.rows[at]["holds"] == "1"} == hold
    assert 0 < len(hold) < len(levels)


def test_the_spread_follows_from_the_counts_of_blocks(files) -> None:
    text = files[1]
    wave = Wave(text["cells.csv"])
    blocks = {
        (row["dimension"], row["group"]) for row in rows(text["groups.csv"]) if row["block"] == "1"
    }
    for spread in rows(text["spread.csv"]):
        found = [
            row
            for row in wave.rows
            if row["kind"] in {"driver", "enps"}
            and row["measure"] == spread["measure"]
            and row["dimension"] == spread["dimension"]
            and (row["dimension"], row["group"]) in blocks
        ]
        assert len(found) == int(spread["groups"]) >= 2
        scores = {row["group"]: float(row["score"]) for row in found}
        assert scores[spread["lowest"]] == min(scores.values())
        assert scores[spread["highest"]] == max(scores.values())
        # A count near the edge is taken where it is closest to the mean, never further away.
        assert 0 < float(spread["observed"]) <= stdev(scores.values()) + 1e-3
