"""One company after the other: what the method finds, what the product says, what a guess says."""

from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial

import numpy as np
from scipy import stats

from pulse.domain import pairing, within_between
from pulse.domain.headline import headline
from pulse.domain.panel_cell import Cell
from tests.simulation import truth
from tests.simulation.truth import FAVOURABLE, MEANS, Scoring, Shape

SURE = 0.05
_CHUNK = 20


@dataclass(frozen=True, slots=True)
class Line:
    """Companies of one kind: their shape, how they are scored, and the true slope."""

    shape: Shape
    scoring: Scoring
    slope: float

    @property
    def name(self) -> str:
        """Give what `--only` calls it."""
        suffix = "" if self.scoring is MEANS else "-favourable"
        return f"{self.shape.people}{suffix}"


@dataclass(frozen=True, slots=True)
class Found:
    """What is found in one company.

    `shown` is False where the product states no size, for `reasons`; the estimate before that is
    here all the same. `naive_r` correlates scores and rates of teams over the whole year.
    """

    estimate: float
    interval: tuple[float, float]
    over_looks: tuple[float, float]
    between: float
    smallest_ratio: float
    reliability: float
    separations: int
    shown: bool
    reasons: tuple[str, ...]
    naive_r: float
    naive_p: float

    def covers(self, slope: float) -> bool:
        """Whether the interval holds the truth."""
        low, high = self.interval
        return low <= slope <= high

    @property
    def finds(self) -> bool:
        """Whether the interval says that there is an effect."""
        return not self.covers(0.0)

    @property
    def finds_over_looks(self) -> bool:
        """Whether that of all the year's looks together says so."""
        low, high = self.over_looks
        return not low <= 0 <= high


SHAPES = (Shape(1_000, 40), Shape(5_000, 200), Shape(20_000, 200), Shape(100_000, 200))
LINES = tuple(
    Line(shape, scoring, slope)
    for scoring, shapes in ((MEANS, SHAPES), (FAVOURABLE, SHAPES[1:3]))
    for shape in shapes
    for slope in (0.0, scoring.slope)
)


def run(line: Line, seed: int, runs: int, processes: int = 1) -> list[Found]:
    """Look at so many companies of one kind; a seed gives the same ones however many work."""
    look = partial(one, line, seed)
    if processes == 1:
        return [look(at) for at in range(runs)]
    with ProcessPoolExecutor(processes) as pool:
        return list(pool.map(look, range(runs), chunksize=_CHUNK))


def one(line: Line, seed: int, at: int) -> Found:
    """Look at one company. Lines of the same people have the same companies."""
    return looked_at(company(line, seed, at))


def company(line: Line, seed: int, at: int) -> list[Cell]:
    """Draw the panel of one company."""
    random = np.random.default_rng((seed, line.shape.people, at))
    return truth.panel(random, truth.moods(random, line.shape), line.scoring, line.slope)


def looked_at(cells: Sequence[Cell]) -> Found:
    """Take the estimate before anything is refused, and ask the product what it says."""
    linked = within_between.linked(pairing.usable(cells))
    said = headline(cells)
    naive = stats.pearsonr(*zip(*_teams(cells), strict=True))
    return Found(
        estimate=linked.within.estimate,
        interval=linked.within.interval,
        over_looks=linked.within.over_looks,
        between=linked.between.estimate,
        smallest_ratio=linked.smallest_ratio,
        reliability=linked.reliability,
        separations=said.counts.separations,
        shown=said.within is not None,
        reasons=tuple(reason.code for reason in said.refusals),
        naive_r=float(naive.statistic),
        naive_p=float(naive.pvalue),
    )


def _teams(cells: Sequence[Cell]) -> Iterator[tuple[float, float]]:
    """Give each team's mean score and resignations per person-year, all periods together."""
    places: dict[str, list[Cell]] = {}
    for cell in cells:
        places.setdefault(cell.unit, []).append(cell)
    for team in places.values():
        score = sum(cell.score_sum for cell in team) / sum(cell.answers for cell in team)
        left = sum(cell.separations for cell in team)
        yield score, left / sum(cell.person_years for cell in team)
