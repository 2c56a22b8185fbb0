"""How long after a change of mood do people leave? A look at several delays, which costs certainty.

Each delay has a model of its own, all on the same rows, so that they differ by nothing else. Who
looks at seven delays finds one that stands out by chance in every fourth company; Holm's
procedure (S. Holm, Scandinavian Journal of Statistics 6, 1979) allows for it. The headline keeps
to the delay that was chosen in advance.
"""

from collections.abc import Sequence

import numpy as np
from statsmodels.stats.multitest import multipletests

from pulse.domain import calibration, rate_model
from pulse.domain.calibration import Vector
from pulse.domain.errors import Invalid
from pulse.domain.pairing import Usable, paired, rows_of
from pulse.domain.panel_cell import FEWEST_ANSWERS, Cell, Reason
from pulse.domain.rate_model import Fit
from pulse.domain.study_refusals import FEWEST_SEPARATIONS, FEWEST_TEAMS
from pulse.domain.study_values import LAG, SURE, Delay, Lags
from pulse.domain.within_between import WITHIN, sides

LONGEST = 6
_FEWEST_DELAYS = 3


def lags(cells: Sequence[Cell], floor: int = FEWEST_ANSWERS) -> Lags:
    """Look at delays of 0 to 6 periods, or at as many as leave enough rows in common."""
    for longest in range(LONGEST, _FEWEST_DELAYS - 2, -1):
        rows = [paired(cells, lag, floor) for lag in range(longest + 1)]
        common = set.intersection(*({(c.unit, c.period) for c in one.cells} for one in rows))
        kept = [one.only(common) for one in rows]
        if kept[LAG].teams >= FEWEST_TEAMS and kept[LAG].separations >= FEWEST_SEPARATIONS:
            try:
                return _looked(kept)
            except Invalid:
                break
    return Lags((), None, 0, 0, _REFUSAL)


_REFUSAL = Reason(
    "few_delays",
    f"Delays can be compared once {FEWEST_TEAMS} teams with {FEWEST_SEPARATIONS} resignations have "
    f"been asked in {_FEWEST_DELAYS} periods one after the other, in three such runs or more.",
    "A wave in every period would change that.",
)


def _looked(kept: Sequence[Usable]) -> Lags:
    """Fit every delay, and participation with them, and allow for having looked at all."""
    one = kept[LAG]
    fits = [rate_model.fit(rows_of(each, _columns(each))) for each in kept]
    silence = _participation(one)
    every = [*fits, *([silence] if silence else [])]
    adjusted, looks = _holm([fit.p(WITHIN) for fit in every])
    delays = [
        Delay(lag, fit.value(WITHIN), *fit.interval(WITHIN, many), p)
        for lag, fit, many, p in zip([*range(len(fits)), LAG], every, looks, adjusted, strict=False)
    ]
    return Lags(
        tuple(delays[: len(fits)]),
        delays[-1] if silence else None,
        len(one.cells),
        one.separations,
    )


def _columns(found: Usable) -> Vector:
    two = sides(found)
    return np.column_stack([two.within, two.between])


def _holm(p: Sequence[float]) -> tuple[list[float], list[int]]:
    """Give adjusted p-values, and by how many looks the interval of each is widened.

    From the first that is not kept on, all others are widened as that one, so that an interval
    leaves out no difference exactly where its p-value is kept.
    """
    _, adjusted, *_ = multipletests(p, method="holm")
    kept = sum(one < SURE for one in adjusted)
    rank = np.argsort(np.argsort(p, kind="stable"), kind="stable")
    return [float(one) for one in adjusted], [len(p) - min(int(one), kept) for one in rank]


def _participation(found: Usable) -> Fit | None:
    """Look at the share who answered, in tenths, against the team's own usual share."""
    share = np.array([10 * cell.answers / cell.headcount for cell in found.before])
    level = calibration.group_means(share, np.ones(len(share)), found.group)[found.group]
    try:
        return rate_model.fit(rows_of(found, np.column_stack([share - level, level])))
    except Invalid:
        return None
