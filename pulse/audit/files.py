"""Reads the files of a release as anybody could, and trusts nothing that they say of themselves.

This is the attacker's own parser: it shares no code with what wrote the files.
"""

import csv
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from io import StringIO

BETWEEN = " | "


@dataclass(frozen=True, slots=True)
class ReleaseFiles:
    """The texts of one release: cells.csv, groups.csv and release.json."""

    cells: str
    groups: str
    about: str


@dataclass(frozen=True, slots=True)
class Range:
    """A published count: its ends are equal where it is exact."""

    low: float
    high: float

    @property
    def middle(self) -> float:
        return (self.low + self.high) / 2


@dataclass(frozen=True, slots=True)
class Group:
    """A released group: the labels it is made of, and how many took part."""

    dimension: str
    code: str
    name: str
    labels: frozenset[str]
    n: int
    is_block: bool

    @property
    def key(self) -> tuple[str, str]:
        return self.dimension, self.code


@dataclass(frozen=True, slots=True)
class Cell:
    """What is published of one question in one group; `mean` only for a five-point scale."""

    group: tuple[str, str]
    question: str
    n: int
    favourable: Range
    unfavourable: Range
    mean: float | None
    score: float


@dataclass(frozen=True, slots=True)
class Score:
    """A figure that must follow from the counts of the same group."""

    group: tuple[str, str]
    kind: str
    measure: str
    value: float


@dataclass(frozen=True, slots=True)
class Interval:
    """The ends of a figure's 95 % interval, in per cent or points."""

    group: tuple[str, str]
    kind: str
    measure: str
    range: Range


@dataclass(frozen=True, slots=True)
class Publication:
    """All that one release says. `rows` counts the released lines of cells.csv, however read."""

    wave: int
    title: str
    floor: int
    edge: int
    ballots: int | None
    drivers: Mapping[str, str]
    groups: Mapping[tuple[str, str], Group]
    cells: tuple[Cell, ...]
    scores: tuple[Score, ...]
    intervals: tuple[Interval, ...]
    rows: int


def read(files: ReleaseFiles) -> Publication:
    """Read a release. Raises ValueError or KeyError for a file that is not what it should be."""
    about = json.loads(files.about)
    lines = [row for row in _rows(files.cells) if row["status"] == "released"]
    groups = {
        (row["dimension"], row["group"]): _group(row)
        for row in _rows(files.groups)
        if row["status"] == "released"
    }
    return Publication(
        wave=int(about["wave"]),
        title=about["title"],
        floor=int(about["policy"]["floor"]),
        edge=int(about["policy"].get("edge", 0)),
        ballots=about["ballots"],
        drivers={item["code"]: item["driver"] for item in about["questions"]},
        groups=groups,
        cells=tuple(_cell(row) for row in lines if row["kind"] == "question"),
        scores=tuple(_score(row) for row in lines if row["kind"] != "question"),
        intervals=tuple(_interval(row) for row in lines if row.get("low")),
        rows=len(lines),
    )


def span(text: str) -> Range:
    """Read a count.

    >>> span("0..1"), span("37.5")
    (Range(low=0.0, high=1.0), Range(low=37.5, high=37.5))
    """
    low, _, high = text.partition("..")
    return Range(float(low), float(high or low))


def _rows(text: str) -> Iterator[dict[str, str]]:
    return csv.DictReader(StringIO(text))


def _group(row: Mapping[str, str]) -> Group:
    return Group(
        row["dimension"],
        row["group"],
        row["name"],
        frozenset(row["labels"].split(BETWEEN)),
        int(row["n"]),
        row["block"] == "1",
    )


def _cell(row: Mapping[str, str]) -> Cell:
    return Cell(
        group=(row["dimension"], row["group"]),
        question=row["measure"],
        n=int(row["n"]),
        favourable=span(row["favourable"]),
        unfavourable=span(row["unfavourable"]),
        mean=float(row["mean"]) if row["mean"] else None,
        score=float(row["score"]),
    )


def _score(row: Mapping[str, str]) -> Score:
    place = (row["dimension"], row["group"])
    return Score(place, row["kind"], row["measure"], float(row["score"]))


def _interval(row: Mapping[str, str]) -> Interval:
    place = (row["dimension"], row["group"])
    ends = Range(float(row["low"]), float(row["high"]))
    return Interval(place, row["kind"], row["measure"], ends)
