"""Teams against themselves, as a picture: separations beside how far a score was off its usual.

    deviations ──► equal parts of the rows ──► separations ÷ those expected without any deviation

What is expected comes from the same model without the deviation, so a part's ratio allows for the
level of its teams and for company-wide ups and downs. The curve is that of the headline.
"""

from dataclasses import dataclass

import numpy as np
from scipy import stats

from pulse.domain import rate_model
from pulse.domain.calibration import Codes, Vector
from pulse.domain.pairing import Usable, rows_of
from pulse.domain.rate_model import Fit
from pulse.domain.study_values import CurvePoint, OwnLevel, Part, ratio
from pulse.domain.within_between import WITHIN, Sides

PARTS = 5
FEWEST_TEAMS = 10
_POINTS = 25


@dataclass(frozen=True, slots=True)
class _Rows:
    deviation: Vector
    expected: Vector
    separations: Vector
    group: Codes


def own_level(found: Usable, two: Sides, floor: int, looks: int = 13) -> OwnLevel | None:
    """Pool the rows by deviation; None where no two parts have teams and leavers enough.

    There are fewer parts where five would leave one with too little. Raises Invalid as the model.
    """
    full = rate_model.fit(rows_of(found, np.column_stack([two.within, two.between])))
    rows = _looked_at(found, two)
    for many in range(PARTS, 1, -1):
        parts = _parts(rows, many)
        if all(part.teams >= FEWEST_TEAMS and part.separations >= floor for part in parts):
            spread = np.linspace(parts[0].deviation, parts[-1].deviation, _POINTS)
            grown = rows.expected @ np.exp(full.value(WITHIN) * rows.deviation)
            mean = float(np.log(grown / rows.expected.sum()))
            return OwnLevel(parts, tuple(_curve(full, float(x), mean, looks) for x in spread))
    return None


def _looked_at(found: Usable, two: Sides) -> _Rows:
    """Take the rows that the model used, with what it expects in each without the deviation.

    Each deviation is also taken against those of its period, as the model does.
    """
    rows = rows_of(found, two.between[:, None])
    used = np.bincount(rows.period, rows.separations)[rows.period] > 0
    expected = rate_model.fit(rows).expected
    period, within = rows.period[used], two.within[used]
    mean = np.bincount(period, expected * within) / np.maximum(np.bincount(period, expected), 1e-12)
    return _Rows(within - mean[period], expected, rows.separations[used], rows.group[used])


def _parts(rows: _Rows, many: int) -> tuple[Part, ...]:
    at, expected = rows.deviation, rows.expected
    order = np.argsort(at, kind="stable")
    parts = []
    for chosen in np.array_split(order, many):
        left, hoped = int(rows.separations[chosen].sum()), float(expected[chosen].sum())
        low = float(stats.chi2.ppf(0.025, 2 * left)) / 2 if left else 0.0
        high = float(stats.chi2.ppf(0.975, 2 * left + 2)) / 2
        parts.append(
            Part(
                float(expected[chosen] @ at[chosen] / hoped),
                float(at[chosen].min()),
                float(at[chosen].max()),
                len(np.unique(rows.group[chosen])),
                left,
                hoped,
                left / hoped,
                low / hoped,
                high / hoped,
            )
        )
    return tuple(parts)


def _curve(full: Fit, x: float, mean: float, looks: int) -> CurvePoint:
    """Give the curve at one deviation, so that it expects in all as much as happened."""
    low, high = sorted(end * x for end in full.interval(WITHIN, looks))
    return CurvePoint(x, *(ratio(log - mean) for log in (full.value(WITHIN) * x, low, high)))
