"""Does a team lose people after it has lost heart? The headline of the study, with its refusals.

    separations of a period ~ score of the period before: against the team's own usual level
                              (within), and the team's level against other teams (between)

Within is the headline: it compares teams with themselves. Between stands beside it because it also
holds everything else that differs between teams. One model gives both and says whether they differ
(Y. Mundlak, On the pooling of time series and cross section data, Econometrica 46 (1978)).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, log

import numpy as np

from pulse.domain import calibration, rate_model
from pulse.domain.calibration import Calibrated, Codes, Scores, Vector
from pulse.domain.errors import Invalid
from pulse.domain.panel_cell import FEWEST_ANSWERS, Cell
from pulse.domain.rate_model import Fit, Rows

LAG = 1
FEWEST_PERIODS = 3
_POWER = 2.8
_WORTHWHILE = 1.5
WITHIN, BETWEEN = (1.0, 0.0), (0.0, 1.0)
_SIGNIFICANT = 0.05


@dataclass(frozen=True, slots=True)
class Estimate:
    """A coefficient on the log scale for one point of score, and its 95 % interval by t.

    `over_looks` is wider: all of the year's looks together have 95 %.
    """

    estimate: float
    standard_error: float
    df: int
    interval: tuple[float, float]
    over_looks: tuple[float, float]
    p: float


@dataclass(frozen=True, slots=True)
class Usable:
    """Rows in which a team has a score of the period before: the score, and what came after."""

    cells: tuple[Cell, ...]
    before: tuple[Cell, ...]
    group: Codes
    period: Codes

    @property
    def teams(self) -> int:
        """How many teams have so many periods that they can be compared with themselves."""
        return int((np.bincount(self.group, minlength=1) >= FEWEST_PERIODS).sum())

    @property
    def separations(self) -> int:
        """How many people separated in these rows."""
        return sum(cell.separations for cell in self.cells)


@dataclass(frozen=True, slots=True)
class Linked:
    """Everything that the model says, before anybody decides what of it may be shown.

    `smallest_ratio` would show in this much data four times in five; for a ratio of 1.5 it takes
    `periods_needed` more periods. `unit` is the fall in score that is spoken of.
    """

    within: Estimate
    between: Estimate
    difference_p: float
    next_period: Estimate | None
    participation: Estimate | None
    reliability: float
    dispersion: float
    unit: float
    smallest_ratio: float
    periods_needed: int
    rows: int


def usable(cells: Sequence[Cell], floor: int = FEWEST_ANSWERS) -> Usable:
    """Pair what happened in each period with the score of the team in the period before."""
    at = {(cell.unit, cell.period): cell for cell in cells}
    pairs = [
        (cell, before)
        for cell in sorted(cells, key=lambda cell: (cell.unit, cell.period))
        if (before := at.get((cell.unit, cell.period - LAG))) and before.answers >= floor
    ]
    group = _codes([cell.unit for cell, _ in pairs])
    period = _codes([cell.period for cell, _ in pairs])
    return Usable(tuple(one for one, _ in pairs), tuple(one for _, one in pairs), group, period)


def linked(found: Usable, looks: int = 13) -> Linked:
    """Fit the model to the usable rows. Raises Invalid where it cannot be fitted."""
    scores = _scores(found.before, found)
    calm = calibration.calibrated(scores)
    level = calibration.group_means(scores.score, scores.answers, found.group)[found.group]
    within = calm.score - level
    between = level - float(scores.answers @ scores.score / scores.answers.sum())
    fit = rate_model.fit(_rows(found, np.column_stack([within, between])))
    main = _estimate(fit, WITHIN, looks)
    periods = len(np.unique(found.period))
    wanted = log(_WORTHWHILE) / _POWER
    return Linked(
        within=main,
        between=_estimate(fit, BETWEEN, looks),
        difference_p=fit.p((1.0, -1.0)),
        next_period=_next_period(found, calm, looks),
        participation=_participation(found, looks),
        reliability=calm.reliability,
        dispersion=fit.dispersion,
        unit=spoken_unit(within),
        smallest_ratio=exp(_POWER * main.standard_error),
        periods_needed=max(0, round(periods * ((main.standard_error / wanted) ** 2 - 1))),
        rows=fit.rows,
    )


def spoken_unit(within: Vector) -> float:
    """Give the fall in score to speak of: one point, or a typical move where none is as large."""
    low, high = np.quantile(within, [0.05, 0.95])
    return 1.0 if high - low >= 1 else max(0.1, round(float(within.std()), 1))


def _scores(cells: Sequence[Cell], found: Usable) -> Scores:
    answers = np.array([cell.answers for cell in cells], dtype=np.float64)
    sums = np.array([cell.score_sum for cell in cells], dtype=np.float64)
    squares = np.array([cell.score_sumsq for cell in cells], dtype=np.float64)
    people = np.array([cell.headcount for cell in cells], dtype=np.float64)
    return Scores(
        score=sums / answers,
        answers=answers,
        share=np.minimum(1, answers / people),
        group=found.group,
        period=found.period,
        variance=calibration.pooled_variance(answers, sums, squares),
    )


def _rows(found: Usable, columns: Vector) -> Rows:
    return Rows(
        np.array([cell.separations for cell in found.cells], dtype=np.float64),
        np.array([cell.person_years for cell in found.cells], dtype=np.float64),
        found.group,
        found.period,
        columns,
    )


def _next_period(found: Usable, calm: Calibrated, looks: int) -> Estimate | None:
    """Ask whether people leave *before* the mood falls: previous, same and next period together."""
    at = {(cell.unit, cell.period): number for number, cell in enumerate(found.before)}
    whole = [
        (number, at[cell.unit, cell.period], at[cell.unit, cell.period + 1])
        for number, cell in enumerate(found.cells)
        if {(cell.unit, cell.period), (cell.unit, cell.period + 1)} <= at.keys()
    ]
    if not whole:
        return None
    numbers = np.array(whole)
    kept = Usable(
        tuple(found.cells[one] for one in numbers[:, 0]),
        tuple(found.before[one] for one in numbers[:, 0]),
        _codes([found.cells[one].unit for one in numbers[:, 0]]),
        _codes([found.cells[one].period for one in numbers[:, 0]]),
    )
    moods = calm.score[numbers]
    level = moods.mean(axis=1)
    mean = calibration.group_means(level, np.ones(len(level)), kept.group)[kept.group]
    columns = np.column_stack([moods - mean[:, None], mean - mean.mean()])
    try:
        fit = rate_model.fit(_rows(kept, columns))
    except Invalid:
        return None
    return _estimate(fit, (0.0, 0.0, 1.0, 0.0), looks)


def _participation(found: Usable, looks: int) -> Estimate | None:
    """Look at the share who answered in the period before, against the team's own usual share."""
    share = np.array([cell.answers / cell.headcount for cell in found.before])
    ones = np.ones(len(share))
    level = calibration.group_means(share, ones, found.group)[found.group]
    columns = np.column_stack([share - level, level - level.mean()])
    try:
        return _estimate(rate_model.fit(_rows(found, columns)), WITHIN, looks)
    except Invalid:
        return None


def _estimate(fit: Fit, weights: Sequence[float], looks: int) -> Estimate:
    return Estimate(
        fit.value(weights),
        fit.standard_error(weights),
        fit.df,
        fit.interval(weights),
        fit.interval(weights, looks),
        fit.p(weights),
    )


def _codes(values: Sequence[str] | Sequence[int]) -> Codes:
    return np.asarray(np.unique(np.array(values), return_inverse=True)[1], dtype=np.int64)
