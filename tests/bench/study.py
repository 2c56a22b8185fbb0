"""The study of a panel: seconds of a core and memory, beside one plain fit by statsmodels.

The plain fit is the textbook's: a Poisson model with two numbers about each team and a dummy for
each period, on the smaller panel. Its data are ready for it; the study begins with the file's
cells and ends with a sentence or a refusal. Each step runs in a process of its own.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import TypeVar

import numpy as np

from pulse.domain import calibration, pairing
from pulse.domain.headline import headline
from pulse.domain.panel_cell import Cell
from pulse.domain.rates import DAYS_PER_YEAR, PERIOD
from tests.bench import alone
from tests.bench.alone import Watch

PEOPLE = 25
YEARS = PEOPLE * PERIOD.days / DAYS_PER_YEAR
POINTS = np.arange(1, 6)
ANSWERS = (0.05, 0.1, 0.25, 0.35, 0.25)
# A step on the smaller panel takes hundredths of a second, so it is taken so often, warmed up.
TIMES = 10
PLAIN, STUDY = "plain fit by statsmodels", "study"
_Made = TypeVar("_Made")


@dataclass(frozen=True, slots=True)
class Size:
    """How many teams in how many periods of four weeks."""

    teams: int
    periods: int

    @property
    def rows(self) -> int:
        return self.teams * self.periods


SMALL, LARGE = Size(200, 26), Size(5_000, 130)


@dataclass(frozen=True, slots=True)
class Step:
    """What one step took on one panel, once."""

    name: str
    size: Size
    cpu: float
    peak_mib: float
    note: str


def measure() -> list[Step]:
    """Measure the plain fit on the smaller panel, and the study on both."""
    return [_step(PLAIN, SMALL), _step(STUDY, SMALL), _step(STUDY, LARGE)]


def table(found: Sequence[Step]) -> str:
    """Show each step and how many times the plain fit it takes."""
    plain = next(step.cpu for step in found if step.name == PLAIN)
    return "\n".join(
        f"{step.name:26} {step.size.teams:5,} teams x {step.size.periods:3} periods: "
        f"{step.cpu:6.3f} s of a core, {step.cpu / plain:5.2f} times the plain fit, "
        f"peak {step.peak_mib:4.0f} MiB; {step.note}"
        for step in found
    )


def panel(size: Size) -> list[Cell]:
    """Invent a panel, the same one every time; most of what it says is noise."""
    random = np.random.default_rng(size.rows)
    level = random.normal(0, 0.3, (size.teams, 1))
    mood = level + random.normal(0, 0.25, (size.teams, size.periods))
    answers = random.binomial(PEOPLE, 0.65, mood.shape)
    given = random.multinomial(answers.ravel(), ANSWERS)
    left = random.poisson(0.3 * YEARS * np.exp(-0.25 * mood))
    columns = (answers, given @ POINTS, given @ POINTS**2, left)
    rows = zip(*(column.ravel().tolist() for column in columns), strict=True)
    return [
        Cell(f"team {at // size.periods}", at % size.periods, *said, PEOPLE, YEARS, leavers)
        for at, (*said, leavers) in enumerate(rows)
    ]


def _step(name: str, size: Size) -> Step:
    """Measure one step; the larger panel is looked at once, the smaller one several times."""
    took = alone.took(_STEPS[name], size)
    return Step(name, size, took.cpu / _times(size), took.peak_mib, took.note)


def _study(size: Size, watch: Watch) -> str:
    cells = panel(size)
    found = _repeated(size, watch, lambda: headline(cells))
    refused = ", ".join(reason.code for reason in found.refusals) or "nothing"
    return f"{found.counts.usable_rows:,} rows that follow a score, refused: {refused}"


def _plain(size: Size, watch: Watch) -> str:
    found = pairing.usable(panel(size))
    score = np.array([cell.score for cell in found.before])
    answers = np.array([cell.answers for cell in found.before], dtype=np.float64)
    level = calibration.group_means(score, answers, found.group)[found.group]
    dummies = np.eye(size.periods - 1)[found.period]
    columns = np.column_stack([score - level, level, dummies])
    # Loaded by name: the study does without it, and its process shall not hold it either.
    api = import_module("statsmodels.api")
    left = np.array([cell.separations for cell in found.cells])
    years = np.array([cell.person_years for cell in found.cells])
    model = api.GLM(left, columns, family=api.families.Poisson(), offset=np.log(years))
    clusters = {"groups": found.group}
    fit = _repeated(size, watch, lambda: model.fit(cov_type="cluster", cov_kwds=clusters))
    return f"{int(fit.nobs):,} rows, {columns.shape[1]} columns"


def _repeated(size: Size, watch: Watch, work: Callable[[], _Made]) -> _Made:
    if _times(size) > 1:
        work()
    for _ in range(_times(size)):
        with watch:
            made = work()
    return made


def _times(size: Size) -> int:
    return TIMES if size == SMALL else 1


_STEPS: dict[str, Callable[[Size, Watch], str]] = {PLAIN: _plain, STUDY: _study}
