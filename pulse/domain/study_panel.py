"""The panel of a study: teams by four-week periods, in sums only; and what makes one unusable.

A cell has what a team answered in a period, and how many of its people separated in the same one.
Whoever puts a panel together can count people twice, or know of a mood only after the fact. Such
panels are refused with the reason, because no model would notice.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy import optimize

from pulse.domain.panel_cell import FEWEST_ANSWERS, Cell, Reason

# Up to so many units it is tried whether one is the sum of others; a total is found in any panel.
_MOST_UNITS = 300
_FEWEST_PARTS = 2
_CLOSE = 1e-6


def faults(cells: Sequence[Cell]) -> list[Reason]:
    """List what makes a panel unusable, whatever its numbers say."""
    found = [*_repeated(cells), *_impossible(cells)]
    if not found:
        found = [*_sums_of_others(cells), *_too_late(cells)]
    return found


def _repeated(cells: Sequence[Cell]) -> Iterator[Reason]:
    times: defaultdict[str, Counter[int]] = defaultdict(Counter)
    for cell in cells:
        times[cell.unit][cell.period] += 1
    for unit, periods in times.items():
        for period in (period for period, count in periods.items() if count > 1):
            text = (
                f"{unit} has {periods[period]} rows for period {period}. "
                "Each team has one row a period."
            )
            yield Reason("repeated", text)


def _impossible(cells: Sequence[Cell]) -> Iterator[Reason]:
    for cell in cells:
        where = f"{cell.unit}, period {cell.period}"
        if cell.person_years <= 0:
            yield Reason(
                "no_exposure",
                f"{where}: nobody spent any time there, so there is no rate. Leave the row out.",
            )
        if cell.separations > cell.headcount:
            yield Reason(
                "more_leavers_than_people",
                f"{where}: {cell.separations} people left, and only {cell.headcount:g} were there.",
            )
        if cell.answers > cell.headcount:
            yield Reason(
                "more_answers_than_people",
                f"{where}: {cell.answers} people answered, and only {cell.headcount:g} were there.",
            )
        if cell.score_sumsq * cell.answers < cell.score_sum**2 * (1 - _CLOSE):
            yield Reason(
                "impossible_squares",
                f"{where}: no answers have this sum and this sum of squares.",
            )


def _sums_of_others(cells: Sequence[Cell]) -> Iterator[Reason]:
    """Find units whose numbers are sums of those of others, in every period that they have."""
    units = {unit: at for at, unit in enumerate(sorted({cell.unit for cell in cells}))}
    periods = {period: at for at, period in enumerate(sorted({cell.period for cell in cells}))}
    sizes = np.zeros((len(units), len(periods), 4))
    row = [units[cell.unit] for cell in cells]
    column = [periods[cell.period] for cell in cells]
    for at, name in enumerate(("headcount", "person_years", "separations", "answers")):
        sizes[row, column, at] = [getattr(cell, name) for cell in cells]
    flat = sizes.reshape(len(units), -1)
    total = flat.sum(axis=0)
    for unit, at in units.items():
        there = np.repeat(sizes[at, :, 0] > 0, 4)
        whole, parts = flat[at][there], 0
        if np.allclose(2 * whole, total[there], rtol=_CLOSE):
            parts = len(units) - 1
        elif len(units) <= _MOST_UNITS:
            parts = _parts(whole, np.delete(flat, at, axis=0)[:, there])
        if parts >= _FEWEST_PARTS:
            text = f"{unit} is the sum of {parts} other units. Leave totals out: people count once."
            yield Reason("sum_of_others", text)


def _parts(whole: NDArray[np.float64], others: NDArray[np.float64]) -> int:
    """Say of how many others a unit is the sum; 0 where it is none."""
    smaller = others[(others <= whole * (1 + _CLOSE)).all(axis=1) & (others.sum(axis=1) > 0)]
    if len(smaller) < _FEWEST_PARTS or len(smaller) > len(whole) * 4:
        return 0
    factors, left = optimize.nnls(smaller.T, whole)
    used = factors[factors > _CLOSE]
    exact = left <= _CLOSE * np.linalg.norm(whole) and np.allclose(used, 1, atol=1e-4)
    return len(used) if exact else 0


def _too_late(cells: Sequence[Cell]) -> Iterator[Reason]:
    """Refuse a mood that was only asked for when those who left had left."""
    asked: defaultdict[str, list[int]] = defaultdict(list)
    for cell in cells:
        if cell.answers >= FEWEST_ANSWERS:
            asked[cell.unit].append(cell.period)
    first = {unit: min(periods) for unit, periods in asked.items()}
    after = [cell for cell in cells if first.get(cell.unit, cell.period) < cell.period]
    if not asked:
        text = f"No team has {FEWEST_ANSWERS} answers in any period, so there is no mood to study."
        yield Reason("nobody_asked", text)
    elif not after:
        yield Reason(
            "asked_too_late",
            "Every team was asked only after the separations in this file. Whoever left had no "
            "part in that answer, and nothing says what followed from a mood.",
        )
