"""One group and those directly below it, by driver: what the heatmap and its table show."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from pulse.domain.cells import Released
from pulse.domain.dimension import ORGANISATION
from pulse.release import measures, rows
from pulse.release.values import Asked, Group, Number, ReleaseInfo

PAGE = 40


@dataclass(frozen=True, slots=True)
class Row:
    """A group and its driver scores, in the order of the columns."""

    group: Group
    cells: tuple[Number, ...]


@dataclass(frozen=True, slots=True)
class Heat:
    """A page of groups by drivers; the first row is the group that the others are parts of."""

    columns: tuple[tuple[str, str], ...]
    rows: tuple[Row, ...]
    page: int
    pages: int

    @property
    def suppressed(self) -> int:
        """How many of the groups on this page are not shown."""
        return sum(not row.group.shown for row in self.rows)

    @property
    def extremes(self) -> tuple[tuple[str, str, float], tuple[str, str, float]] | None:
        """The lowest and the highest cell below the first row: group, driver, per cent."""
        shown = [
            (row.group.name, name, cell.value)
            for row in self.rows[1:]
            for (_, name), cell in zip(self.columns, row.cells, strict=True)
            if isinstance(cell, Released)
        ]
        if not shown:
            return None
        return min(shown, key=lambda cell: cell[2]), max(shown, key=lambda cell: cell[2])


def heat(
    session: Session, release: ReleaseInfo, groups: Sequence[Group], chosen: Group, page: int
) -> Heat:
    """Give a group and a page of those directly below it; page 0 is the one to begin with.

    A group without parts is shown beside its neighbours, below the group they are parts of. At
    most one page of groups is read, so the cost does not grow with the company.
    """
    beside = [item for item in groups if item.dimension == chosen.dimension]
    if chosen.dimension == ORGANISATION:
        top = chosen
        if all(item.parent != chosen.code for item in beside):
            top = next((item for item in beside if item.code == chosen.parent), chosen)
        children = [item for item in beside if item.parent == top.code]
    else:
        # The classes of an attribute stand beside one another, below everybody.
        top, children = groups[0], beside
    pages = max(1, -(-len(children) // PAGE))
    begin = children.index(chosen) // PAGE + 1 if chosen in children else 1
    page = min(max(page or begin, 1), pages)
    listed = [top, *children[(page - 1) * PAGE : page * PAGE]]
    asked = rows.questions(session, release.id)
    found = rows.cells(session, [item.id for item in listed if item.shown])
    keys = measures.drivers_of(asked)
    return Heat(
        columns=tuple((key, measures.name(key)) for key in keys),
        rows=tuple(_row(item, asked, found, release.floor) for item in listed),
        page=page,
        pages=pages,
    )


def _row(group: Group, asked: Sequence[Asked], found: rows.Cells, floor: int) -> Row:
    results = rows.results(group, asked, found)
    return Row(group, tuple(item.score for item in measures.drivers(results, floor)))
