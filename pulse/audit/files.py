"""Reads the files of a release as anybody could, and trusts nothing that they say of themselves.

This is the attacker's own parser: it shares no code with what wrote the files.
"""

import csv
import json
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from io import StringIO

from pulse.audit.moment import Moment, moment

BETWEEN = " | "
STATUSES = ("released", "merged", "suppressed")
SCORES = ("driver", "enps")


@dataclass(frozen=True, slots=True)
class ReleaseFiles:
    """The texts of one release: cells.csv, groups.csv, release.json, and moments.csv if any."""

    cells: str
    groups: str
    about: str
    moments: str = ""


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
    # Which publication it stands in, where a wave has several; nothing for the first.
    source: str = ""

    @property
    def line(self) -> str:
        """The group as a line of a report."""
        return f"{self.source}{self.dimension}:{self.code} n={self.n}"

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
    # How many dissenters a count near its end hides, and which publication it stands in.
    edge: int = 0
    source: str = ""

    @property
    def line(self) -> str:
        """The cell as a line of a report."""
        good, bad = self.favourable, self.unfavourable
        mean = "" if self.mean is None else f" mean {self.mean:g}"
        return (
            f"{self.source}{self.group[0]}:{self.group[1]} {self.question}: n={self.n}"
            f" favourable {good.low:g}..{good.high:g} unfavourable {bad.low:g}..{bad.high:g}{mean}"
        )


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


@dataclass(frozen=True)
class Publication:
    """All that one release says. `rows` counts the released lines of cells.csv, however read.

    `cells_said` is how many cells release.json says there are; None where it says nothing.
    """

    wave: int
    title: str
    floor: int
    edge: int
    ballots: int | None
    drivers: Mapping[str, str]
    scored: tuple[str, ...]
    groups: Mapping[tuple[str, str], Group]
    cells: tuple[Cell, ...]
    scores: tuple[Score, ...]
    intervals: tuple[Interval, ...]
    rows: int
    cells_said: int | None = None
    moments: tuple[Moment, ...] = ()
    source: str = ""

    @cached_property
    def _blocks_of(self) -> Mapping[tuple[str, str], tuple[Group, ...]]:
        found: defaultdict[tuple[str, str], list[Group]] = defaultdict(list)
        for group in self.groups.values():
            for label in group.labels if group.is_block else ():
                found[group.dimension, label].append(group)
        return {place: tuple(blocks) for place, blocks in found.items()}

    def blocks_in(self, group: Group) -> list[Group]:
        """Give the blocks of the group's dimension that lie within it."""
        near = (self._blocks_of.get((group.dimension, label), ()) for label in group.labels)
        found = {block.key: block for blocks in near for block in blocks}
        return [block for block in found.values() if block.labels <= group.labels]


def read(files: ReleaseFiles, source: str = "") -> Publication:
    """Read a release; `source` is put before what is quoted of it.

    Raises ValueError, KeyError or TypeError for a file that is not what it should be.
    """
    about = json.loads(files.about)
    lines = [row for row in _rows(files.cells) if _is_released(row)]
    groups = [_group(row, source) for row in _rows(files.groups) if _is_released(row)]
    edge = int(about["policy"].get("edge", 0))
    return Publication(
        wave=int(about["wave"]),
        title=about["title"],
        floor=int(about["policy"]["floor"]),
        edge=edge,
        ballots=about["ballots"],
        drivers={item["code"]: item["driver"] for item in about["questions"]},
        scored=tuple(item["code"] for item in about["questions"] if item["scale"] != "open"),
        groups={group.key: group for group in groups},
        cells=tuple(_cell(row, edge, source) for row in lines if row["kind"] == "question"),
        scores=tuple(_score(row) for row in lines if row["kind"] in SCORES),
        intervals=tuple(_interval(row) for row in lines if row.get("low")),
        rows=len(lines),
        cells_said=about.get("cells"),
        moments=tuple(moment(row) for row in _rows(files.moments)),
        source=source,
    )


def span(text: str) -> Range:
    """Read a count.

    >>> span("0..1"), span("37.5")
    (Range(low=0.0, high=1.0), Range(low=37.5, high=37.5))
    """
    low, _, high = text.partition("..")
    return Range(float(low), float(high or low))


def plain(text: str) -> str:
    """Take off the apostrophe that keeps a spreadsheet from running a text.

    >>> plain("'=1+1"), plain("'t Hooft")
    ('=1+1', "'t Hooft")
    """
    return text[1:] if text[:1] == "'" and text[1:2] in {"=", "+", "-", "@", "\t", "\r"} else text


def _rows(text: str) -> Iterator[dict[str, str]]:
    for row in csv.DictReader(StringIO(text), strict=True):
        if None in row or None in row.values():
            raise ValueError(f"a line has too many or too few fields: {row}")
        yield {name: plain(value) for name, value in row.items()}


def _is_released(row: Mapping[str, str]) -> bool:
    if row["status"] not in STATUSES:
        raise ValueError(f"no such status: {row['status']!r}")
    return row["status"] == "released"


def _group(row: Mapping[str, str], source: str) -> Group:
    return Group(
        row["dimension"],
        row["group"],
        row["name"],
        frozenset(row["labels"].split(BETWEEN)),
        int(row["n"]),
        row["block"] == "1",
        source,
    )


def _cell(row: Mapping[str, str], edge: int, source: str) -> Cell:
    return Cell(
        group=(row["dimension"], row["group"]),
        question=row["measure"],
        n=int(row["n"]),
        favourable=span(row["favourable"]),
        unfavourable=span(row["unfavourable"]),
        mean=float(row["mean"]) if row["mean"] else None,
        score=float(row["score"]),
        edge=edge,
        source=source,
    )


def _score(row: Mapping[str, str]) -> Score:
    place = (row["dimension"], row["group"])
    return Score(place, row["kind"], row["measure"], float(row["score"]))


def _interval(row: Mapping[str, str]) -> Interval:
    place = (row["dimension"], row["group"])
    ends = Range(float(row["low"]), float(row["high"]))
    return Interval(place, row["kind"], row["measure"], ends)
