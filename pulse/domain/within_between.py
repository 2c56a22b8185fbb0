"""Does a team lose people after it has lost heart? The headline of the study, with its refusals.

    separations of a period ~ score of the period before: against the team's own usual level
                              (within), and the team's level against other teams (between)

Within is the headline: it compares teams with themselves. Between stands beside it because it also
holds everything else that differs between teams. One model gives both and says whether they differ
(Y. Mundlak, On the pooling of time series and cross section data, Econometrica 46 (1978)).
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import log

import numpy as np

from pulse.domain import calibration, rate_model
from pulse.domain.calibration import Calibrated, Scores, Vector
from pulse.domain.errors import Invalid
from pulse.domain.pairing import Usable, rows_of
from pulse.domain.rate_model import Fit, Rows
from pulse.domain.study_values import Estimate, ratio

_POWER = 2.8
_WORTHWHILE = 1.5
WITHIN, BETWEEN = (1.0, 0.0), (0.0, 1.0)


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


@dataclass(frozen=True, slots=True)
class Sides:
    """Scores freed of noise, as two columns: against the team's own usual level, and that level.

    `share` of each team had answered.
    """

    calm: Calibrated
    within: Vector
    between: Vector
    share: Vector


def linked(found: Usable, looks: int = 13) -> Linked:
    """Fit the model to the usable rows. Raises Invalid where it cannot be fitted."""
    two = sides(found)
    calm, within = two.calm, two.within
    rows = rows_of(found, np.column_stack([within, two.between]))
    fit = rate_model.fit(rows)
    main = _estimate(fit, WITHIN, looks)
    periods = len(np.unique(found.period))
    wanted = log(_WORTHWHILE) / _POWER
    return Linked(
        within=main,
        between=_estimate(fit, BETWEEN, looks),
        difference_p=fit.p((1.0, -1.0)),
        next_period=_next_period(found, rows, calm.score, looks),
        participation=_participation(rows, two.share, looks),
        reliability=calm.reliability,
        dispersion=fit.dispersion,
        unit=spoken_unit(within),
        smallest_ratio=ratio(_POWER * main.standard_error),
        periods_needed=max(0, round(periods * ((main.standard_error / wanted) ** 2 - 1))),
        rows=fit.rows,
    )


def between_alone(found: Usable, looks: int = 13) -> Estimate:
    """Compare teams with each other only. Raises Invalid where they do not differ."""
    level = sides(found).between
    return _estimate(rate_model.fit(rows_of(found, level[:, None])), (1.0,), looks)


def sides(found: Usable) -> Sides:
    """Take the scores before each row apart into the team's own deviation and its level."""
    scores = _scores(found)
    calm = calibration.calibrated(scores)
    level = calibration.group_means(scores.score, scores.answers, found.group)[found.group]
    between = level - float(scores.answers @ scores.score / scores.answers.sum())
    return Sides(calm, calm.score - level, between, scores.share)


def spoken_unit(within: Vector) -> float:
    """Give the fall in score to speak of: one point, or a typical move where none is as large."""
    low, high = np.quantile(within, [0.05, 0.95])
    return 1.0 if high - low >= 1 else max(0.1, round(float(within.std()), 1))


def _scores(found: Usable) -> Scores:
    answers = np.array([cell.answers for cell in found.before], dtype=np.float64)
    sums = np.array([cell.score_sum for cell in found.before], dtype=np.float64)
    squares = np.array([cell.score_sumsq for cell in found.before], dtype=np.float64)
    people = np.array([cell.headcount for cell in found.before], dtype=np.float64)
    return Scores(
        score=sums / answers,
        answers=answers,
        share=np.minimum(1, answers / people),
        group=found.group,
        period=found.period,
        variance=calibration.pooled_variance(answers, sums, squares),
    )


def _next_period(found: Usable, rows: Rows, score: Vector, looks: int) -> Estimate | None:
    """Ask whether people leave *before* the mood falls: previous, same and next period together.

    Rows stand in order of teams and periods, and each has the score of the period before. So the
    scores of its own period and of the next are those of the two rows that follow, if no period
    is missing there.
    """
    number = np.array([cell.period for cell in found.cells])
    first = np.arange(max(0, len(number) - 2))
    whole = (rows.group[first] == rows.group[first + 2]) & (number[first] + 2 == number[first + 2])
    first = first[whole]
    if not len(first):
        return None
    moods = np.column_stack([score[first], score[first + 1], score[first + 2]])
    group = np.unique(rows.group[first], return_inverse=True)[1]
    level = moods.mean(axis=1)
    mean = calibration.group_means(level, np.ones(len(level)), group)[group]
    kept = Rows(
        rows.separations[first],
        rows.person_years[first],
        group,
        np.unique(rows.period[first], return_inverse=True)[1],
        np.column_stack([moods - mean[:, None], mean - mean.mean()]),
    )
    try:
        fit = rate_model.fit(kept)
    except Invalid:
        return None
    return _estimate(fit, (0.0, 0.0, 1.0, 0.0), looks)


def _participation(rows: Rows, share: Vector, looks: int) -> Estimate | None:
    """Look at the share who answered in the period before, against the team's own usual share."""
    ones = np.ones(len(share))
    level = calibration.group_means(share, ones, rows.group)[rows.group]
    columns = np.column_stack([share - level, level - level.mean()])
    try:
        return _estimate(rate_model.fit(replace(rows, columns=columns)), WITHIN, looks)
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
