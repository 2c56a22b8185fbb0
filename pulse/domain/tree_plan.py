"""Decides which groups of a tree are shown, from how many ballots each holds.

It is given turnout and never an answer, so the plan cannot tell anything about answers. What it
shows is safe in this sense: every group shown, less the groups shown inside it, has nobody in it
or holds at least `floor` ballots. Those rests are disjoint and every sum or difference of groups
shown is constant on each of them, so none can isolate fewer than `floor` people.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TypeAlias

SMALLEST_FLOOR = 5
# The pool of a group in which nobody was invited: there is nothing in it to protect.
_NOBODY = -1


@dataclass(frozen=True, slots=True)
class Branch:
    """A group of the tree: its parent, the ballots that carry its own label, and whether any could.

    `invited` is false for a group that nobody belongs to directly. Where people were invited and
    none of them took part, that they did not is something that must not show either.
    """

    parent: str | None
    ballots: int
    invited: bool = True


@dataclass(frozen=True, slots=True)
class _Choice:
    """The best way found to reach some pool: how much it shows, and (as nested pairs) what."""

    groups: int = 0
    ballots: int = 0
    shown: tuple[object, ...] = ()

    @property
    def worth(self) -> tuple[int, int]:
        return self.groups, self.ballots


# Ballots below a group that no group shown covers yet (capped at the floor), and the best way
# to leave just that many uncovered.
_Pools: TypeAlias = dict[int, _Choice]


def shown_groups(
    nodes: Mapping[str, Branch], floor: int, among: frozenset[str] | None = None
) -> frozenset[str]:
    """Choose the groups that are shown; only `among` these, where given.

    Shows as many groups as can be shown safely, the rests of groups among them, and of such plans
    the one in which most people see a number for their own group. A higher floor never shows what
    a lower one hid.

    >>> small_class = {"all": Branch(None, 0, False), "a": Branch("all", 3),
    ...                "b": Branch("all", 9), "c": Branch("all", 30)}
    >>> sorted(shown_groups(small_class, 5))
    ['all', 'c']
    """
    totals = subtree_totals(nodes)
    shown = frozenset(nodes) if among is None else among
    for level in range(min(SMALLEST_FLOOR, floor), floor + 1):
        shown = _largest_safe(nodes, totals, level, shown)
    return shown


def subtree_totals(nodes: Mapping[str, Branch]) -> dict[str, int]:
    """Give the ballots of each group with all groups below it."""
    totals = {code: branch.ballots for code, branch in nodes.items()}
    for code in children_first(nodes):
        parent = nodes[code].parent
        if parent is not None:
            totals[parent] += totals[code]
    return totals


def _largest_safe(
    nodes: Mapping[str, Branch], totals: Mapping[str, int], floor: int, among: frozenset[str]
) -> frozenset[str]:
    """Find the most that can be shown, by dynamic programming over (group, pool)."""
    pools: dict[str, _Pools] = {
        code: {min(branch.ballots, floor) if branch.invited else _NOBODY: _Choice()}
        for code, branch in nodes.items()
    }
    shown: set[str] = set()
    for code in children_first(nodes):
        branch, ways = nodes[code], pools.pop(code)
        if totals[code] >= floor and code in among:
            # It beats any way that hides this group and leaves nothing uncovered either.
            ways[_NOBODY] = _showing(code, branch, ways, floor)
        if branch.parent is not None:
            pools[branch.parent] = _joined(pools[branch.parent], ways, floor)
        elif totals[code] >= floor:
            # A whole tree that reaches the floor is always shown, and takes up every rest.
            shown.update(_codes(ways[_NOBODY].shown))
    return frozenset(shown)


def _showing(code: str, branch: Branch, ways: _Pools, floor: int) -> _Choice:
    """Give the best way that shows this group: its rest must hold nobody or reach the floor.

    There is always one, since a group that reaches the floor does so with all below it hidden. A
    rest beside groups that are shown is a block with a number of its own, and counts as one.
    """
    safe = [ways[_NOBODY]] if _NOBODY in ways else []
    if floor in ways:
        rest = ways[floor]
        safe.append(_Choice(rest.groups + (rest.groups > 0), rest.ballots, rest.shown))
    best = max(safe, key=lambda choice: choice.worth)
    return _Choice(best.groups + 1, best.ballots + branch.ballots, (code, best.shown))


def _joined(left: _Pools, right: _Pools, floor: int) -> _Pools:
    """Combine the ways of two disjoint parts of a group."""
    result: _Pools = {}
    for pool, one in left.items():
        for other_pool, two in right.items():
            key = _pooled(pool, other_pool, floor)
            worth = (one.groups + two.groups, one.ballots + two.ballots)
            if key not in result or worth > result[key].worth:
                result[key] = _Choice(*worth, (one.shown, two.shown))
    return result


def _pooled(one: int, other: int, floor: int) -> int:
    if _NOBODY in {one, other}:
        return max(one, other)
    return min(one + other, floor)


def _codes(shown: object) -> Iterator[str]:
    """Walk nested pairs without recursion, because a tree may be deeper than the stack."""
    waiting = [shown]
    while waiting:
        item = waiting.pop()
        if isinstance(item, str):
            yield item
        elif isinstance(item, tuple):
            waiting.extend(item)


def children_first(nodes: Mapping[str, Branch]) -> list[str]:
    """Order the groups so that each comes after everything below it."""
    children: dict[str | None, list[str]] = {}
    for code, branch in nodes.items():
        children.setdefault(branch.parent, []).append(code)
    order: list[str] = []
    waiting = list(children.get(None, ()))
    while waiting:
        code = waiting.pop()
        order.append(code)
        waiting.extend(children.get(code, ()))
    return order[::-1]
