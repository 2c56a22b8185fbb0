"""What of a release a reader of the heatmap asks for: which groups, which columns, in which order.

It is always within what is published: what is hidden has no figure to be found by, and stands
last in the order of the tree, whatever the rest is sorted by.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from sqlalchemy.orm import Session

from pulse.domain.cells import Released
from pulse.domain.dimension import ORGANISATION
from pulse.domain.scores import ENPS
from pulse.release import measures, rows
from pulse.release.measures import PARTICIPATION
from pulse.release.values import Asked, Group, ReleaseInfo

BY_NAME, BY_BALLOTS = "name", "n"
ALL_LEVELS = "all"
# What the smallest size may be set to: a floor would find nothing that is not found without it.
SIZES = (10, 20, 50, 100, 250)


@dataclass(frozen=True, slots=True)
class View:
    """What a reader asked for. What is not known or not published changes nothing.

    `level` is empty for the parts of a group, `ALL_LEVELS`, or how deep they lie in the tree;
    `drivers` empty for all columns; `page` 0 for the one to begin with.
    """

    sort: str = ""
    descending: bool = False
    words: str = ""
    level: str = ""
    smallest: int = 0
    drivers: tuple[str, ...] = ()
    page: int = 0

    @property
    def filters(self) -> bool:
        """Whether it leaves groups out."""
        return bool(self.words or self.level or self.smallest)


AS_IT_IS = View()


@dataclass(frozen=True, slots=True)
class Column:
    """A driver, eNPS or participation; `low` is the lower end of its scale, the upper is 100."""

    key: str
    name: str

    @property
    def low(self) -> int:
        """Where the scale begins, which decides the colour of a cell."""
        return -100 if self.key == ENPS else 0


@dataclass(frozen=True, slots=True)
class Sheet:
    """A release with its groups, and the questions that were asked."""

    session: Session
    release: ReleaseInfo
    groups: Sequence[Group]
    asked: Sequence[Asked]


@dataclass(frozen=True, slots=True)
class Found:
    """The first row, everything below it, and what of that a view asks for, in its order."""

    top: Group
    below: Sequence[Group]
    groups: Sequence[Group]


# The figure that a group is put in order by; None for one that has none.
_Key: TypeAlias = Callable[[Group], Any]


def find(sheet: Sheet, chosen: Group, view: View) -> Found:
    """Find groups below one; sorting by a figure reads the questions behind it, of all found."""
    top, below = _below(sheet.groups, chosen)
    wanted = [item for item in _level(below, view) if _wanted(item, view)]
    return Found(top, below, _sorted(wanted, sheet, view))


def columns(asked: Sequence[Asked]) -> tuple[Column, ...]:
    """List the drivers asked about, eNPS if it was asked, and participation."""
    keys = [*measures.drivers_of(asked)]
    if any(measures.is_enps(question) for question in asked):
        keys.append(ENPS)
    return tuple(Column(key, measures.name(key)) for key in [*keys, PARTICIPATION])


def _below(groups: Sequence[Group], chosen: Group) -> tuple[Group, list[Group]]:
    """Give the first row, and everything below it, in the order of the tree."""
    beside = [item for item in groups if item.dimension == chosen.dimension]
    if chosen.dimension != ORGANISATION:
        # The classes of an attribute stand beside one another, below everybody.
        return groups[0], beside
    top = chosen
    if all(item.parent != chosen.code for item in beside):
        top = next((item for item in beside if item.code == chosen.parent), chosen)
    inside = {top.code}
    below = []
    for item in beside:
        if item.parent in inside and item is not top:
            inside.add(item.code)
            below.append(item)
    return top, below


def _level(below: Sequence[Group], view: View) -> list[Group]:
    """Keep the parts of the group, those of one depth, or all."""
    if view.level == ALL_LEVELS or not below:
        return list(below)
    depth = min(item.depth for item in below)
    asked = int(view.level) if view.level.isascii() and view.level.isdigit() else depth
    return [item for item in below if item.depth == asked]


def _wanted(group: Group, view: View) -> bool:
    """Whether a group has the words in its name, and is published with as many ballots."""
    if view.words.casefold() not in group.name.casefold():
        return False
    return not view.smallest or (
        isinstance(group.ballots, Released) and group.ballots.value >= view.smallest
    )


def _sorted(found: list[Group], sheet: Sheet, view: View) -> list[Group]:
    """Put in order what is shown; what is hidden follows in the order of the tree."""
    shown = [item for item in found if item.shown]
    key = _key(shown, sheet, view.sort)
    if key is None:
        return found
    figures = [(key(item), item) for item in shown]
    valued = [(figure, item) for figure, item in figures if figure is not None]
    valued.sort(key=lambda pair: pair[0], reverse=view.descending)
    without = [item for figure, item in figures if figure is None]
    return [item for _, item in valued] + without + [item for item in found if not item.shown]


def _key(shown: Sequence[Group], sheet: Sheet, sort: str) -> _Key | None:
    if sort == BY_NAME:
        return lambda group: group.name.casefold()
    if sort == BY_BALLOTS:
        return lambda group: getattr(group.ballots, "value", None)
    if sort == PARTICIPATION:
        return lambda group: getattr(group.rate, "value", None)
    if sort not in {item.key for item in columns(sheet.asked)}:
        return None
    behind = [question for question in sheet.asked if question.driver == sort]
    codes = [question.code for question in behind]
    cells = rows.cells(sheet.session, [item.id for item in shown], codes)
    figures = {
        item.id: measures.measure(rows.results(item, behind, cells), sort, sheet.release.floor)
        for item in shown
    }
    return lambda group: getattr(figures[group.id], "value", None)
