"""One group and what lies below it, by driver: what the heatmap and its table show."""

from collections.abc import Sequence
from dataclasses import dataclass

from pulse.domain.cells import Released
from pulse.domain.scores import ENPS
from pulse.release import heat_view, measures, rows
from pulse.release.heat_view import Column, Sheet, View
from pulse.release.measures import PARTICIPATION
from pulse.release.values import Group, Number

PAGE = 40


@dataclass(frozen=True, slots=True)
class Row:
    """A group and its figures, in the order of the columns."""

    group: Group
    cells: tuple[Number, ...]


@dataclass(frozen=True, slots=True)
class Heat:
    """A page of groups by columns; the first row is the group that the others are parts of.

    `offered` are the columns to choose from, `levels` the depths at which there are parts, and
    `found` is how many groups were found besides the first.
    """

    columns: tuple[Column, ...]
    offered: tuple[Column, ...]
    rows: tuple[Row, ...]
    view: View
    levels: tuple[int, ...]
    found: int
    page: int
    pages: int

    @property
    def suppressed(self) -> int:
        """How many of the groups on this page are not shown."""
        return sum(not row.group.shown for row in self.rows)

    @property
    def extremes(self) -> tuple[tuple[str, str, float], tuple[str, str, float]] | None:
        """The lowest and the highest driver below the first row: group, driver, per cent."""
        shown = [
            (row.group.name, column.name, cell.value)
            for row in self.rows[1:]
            for column, cell in zip(self.columns, row.cells, strict=True)
            if isinstance(cell, Released) and column.key not in {ENPS, PARTICIPATION}
        ]
        if not shown:
            return None
        return min(shown, key=lambda cell: cell[2]), max(shown, key=lambda cell: cell[2])


def heat(sheet: Sheet, chosen: Group, view: View) -> Heat:
    """Give a group and a page of what lies below it.

    A group without parts is shown beside its neighbours, below the group they are parts of. At
    most one page of groups is read, and to sort by a figure also the questions behind it, of all
    groups found: one query for five thousand groups.
    """
    found = heat_view.find(sheet, chosen, view)
    pages = max(1, -(-len(found.groups) // PAGE))
    place = found.groups.index(chosen) if chosen in found.groups else 0
    page = min(max(view.page or place // PAGE + 1, 1), pages)
    offered = heat_view.columns(sheet.asked)
    kept = tuple(item for item in offered if item.key in view.drivers) or offered
    return Heat(
        columns=kept,
        offered=offered,
        rows=_rows(sheet, [found.top, *found.groups[(page - 1) * PAGE : page * PAGE]], kept),
        view=view,
        levels=tuple(sorted({item.depth for item in found.below})),
        found=len(found.groups),
        page=page,
        pages=pages,
    )


def _rows(sheet: Sheet, listed: Sequence[Group], kept: Sequence[Column]) -> tuple[Row, ...]:
    """Read the cells behind the columns, once for all rows."""
    keys = {item.key for item in kept}
    behind = [question for question in sheet.asked if question.driver in keys]
    shown = [item.id for item in listed if item.shown]
    cells = rows.cells(sheet.session, shown, [question.code for question in behind])
    floor = sheet.release.floor
    made = []
    for item in listed:
        results = rows.results(item, behind, cells)
        figures = (
            item.rate if key == PARTICIPATION else measures.measure(results, key, floor)
            for key in (column.key for column in kept)
        )
        made.append(Row(item, tuple(figures)))
    return tuple(made)
