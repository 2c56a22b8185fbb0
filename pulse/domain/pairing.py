"""Pairs what happened in a team's period with the score of the team some periods before.

cells ──► pairs of a team's period and an earlier one with answers ──► rows of the rate model
"""

from collections import defaultdict
from collections.abc import Container, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np

from pulse.domain.calibration import Codes, Vector
from pulse.domain.panel_cell import FEWEST_ANSWERS, Cell
from pulse.domain.rate_model import Rows
from pulse.domain.study_values import LAG

FEWEST_PERIODS = 3
_Value = TypeVar("_Value", str, int)


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

    def only(self, places: Container[tuple[str, int]]) -> "Usable":
        """Keep the rows of some teams and periods."""
        kept = [
            (cell, before)
            for cell, before in zip(self.cells, self.before, strict=True)
            if (cell.unit, cell.period) in places
        ]
        return _usable([cell for cell, _ in kept], [before for _, before in kept])


def usable(cells: Sequence[Cell], floor: int = FEWEST_ANSWERS) -> Usable:
    """Pair what happened in each period with the score of the team in the period before."""
    return paired(cells, LAG, floor)


def paired(cells: Sequence[Cell], lag: int, floor: int = FEWEST_ANSWERS) -> Usable:
    """Pair what happened in each period with the score of the team some periods before."""
    at: defaultdict[str, dict[int, Cell]] = defaultdict(dict)
    for cell in cells:
        at[cell.unit][cell.period] = cell
    # Two lists and not one of pairs, which would be another object for each row of a large panel.
    after: list[Cell] = []
    before: list[Cell] = []
    for unit in sorted(at):
        for number, cell in sorted(at[unit].items()):
            earlier = at[unit].get(number - lag)
            if earlier is not None and earlier.answers >= floor:
                after.append(cell)
                before.append(earlier)
    return _usable(after, before)


def _usable(after: Sequence[Cell], before: Sequence[Cell]) -> Usable:
    group = _codes([cell.unit for cell in after])
    period = _codes([cell.period for cell in after])
    return Usable(tuple(after), tuple(before), group, period)


def rows_of(found: Usable, columns: Vector) -> Rows:
    """Give the rows of the model with any columns beside them."""
    return Rows(
        np.array([cell.separations for cell in found.cells], dtype=np.float64),
        np.array([cell.person_years for cell in found.cells], dtype=np.float64),
        found.group,
        found.period,
        columns,
    )


def _codes(values: Sequence[_Value]) -> Codes:
    """Give each value its place in order; numpy would first copy every name at full width."""
    places = {value: at for at, value in enumerate(sorted(set(values)))}
    return np.array([places[value] for value in values], dtype=np.int64)
