"""Chooses which groups are drawn: as fine as their leavers and time allow, and none twice.

each group ──► its parts, where nearly all of it can be drawn as parts
           ──► itself,    where that leaves too much out
           ──► the rest,  where it is too small itself
"""

from collections.abc import Sequence

from pulse.churn.groups import Group

# A group is split only where its parts hold this share of its time: the rest of it is not lost,
# but it is no longer seen beside its own.
NEARLY_ALL = 0.8


def finest(groups: Sequence[Group], leaver_floor: int) -> tuple[Group, ...]:
    """Choose groups without a unit in common, each with enough leavers and time.

    Takes groups that form a tree: of any two, one holds the other or they share nothing.
    """
    ordered = sorted(groups, key=lambda group: group.order)
    drawn: dict[frozenset[str], tuple[Group, ...]] = {group.units: () for group in ordered}
    above = _above(ordered)
    roots: list[Group] = []
    for group in reversed(ordered):
        chosen = _chosen(group, drawn[group.units], leaver_floor)
        roof = above[group.units]
        if roof is None:
            roots = [*chosen, *roots]
        else:
            drawn[roof.units] = (*chosen, *drawn[roof.units])
    return tuple(sorted(roots, key=lambda group: group.order))


def _chosen(group: Group, parts: tuple[Group, ...], leaver_floor: int) -> tuple[Group, ...]:
    held = sum(part.flow.person_days for part in parts)
    split = parts and held >= NEARLY_ALL * group.flow.person_days
    return (group,) if group.enough(leaver_floor) and not split else parts


def _above(ordered: Sequence[Group]) -> dict[frozenset[str], Group | None]:
    """Give the smallest group around each group; `ordered` has the largest first."""
    smallest: dict[str, Group] = {}
    found: dict[frozenset[str], Group | None] = {}
    for group in ordered:
        found[group.units] = smallest.get(min(group.units))
        smallest |= dict.fromkeys(group.units, group)
    return found
