"""Decides which groups of one dimension may be shown, from how many ballots each holds.

It is given turnout and never an answer, so the plan cannot tell anything about answers. What it
shows is safe in this sense: every group shown, less the groups shown inside it, is empty or
holds at least `floor` ballots. Those remainders are disjoint and every sum or difference of
groups shown is constant on each of them, so none can isolate fewer than `floor` people.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from pulse.domain.cells import Reason, Released, Suppressed

SMALLEST_FLOOR = 5


@dataclass(frozen=True, slots=True)
class Branch:
    """A group of the tree: its parent, and the ballots that carry its own label."""

    parent: str | None
    ballots: int


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
Plan: TypeAlias = dict[str, Released[int] | Suppressed]


def plan(nodes: Mapping[str, Branch], floor: int) -> Plan:
    """Give each group its number of ballots, or the reason why nothing of it is shown.

    Shows as many groups as can be shown safely, and among such plans the one in which most
    people see a number for their own group. A higher floor never shows what a lower one hid.

    >>> small_class = {"all": Branch(None, 0), "a": Branch("all", 3), "b": Branch("all", 9),
    ...                "c": Branch("all", 30)}
    >>> [code for code, found in plan(small_class, 5).items() if isinstance(found, Released)]
    ['all', 'c']
    """
    totals = subtree_totals(nodes)
    shown = frozenset(nodes)
    for level in range(min(SMALLEST_FLOOR, floor), floor + 1):
        shown = _largest_safe(nodes, totals, level, shown)
    return {
        code: Released(totals[code]) if code in shown else _suppressed(totals[code], floor)
        for code in nodes
    }


def subtree_totals(nodes: Mapping[str, Branch]) -> dict[str, int]:
    """Give the ballots of each group with all groups below it."""
    totals = {code: branch.ballots for code, branch in nodes.items()}
    for code in _children_first(nodes):
        parent = nodes[code].parent
        if parent is not None:
            totals[parent] += totals[code]
    return totals


def _suppressed(ballots: int, floor: int) -> Suppressed:
    reason = Reason.BELOW_FLOOR if ballots < floor else Reason.COMPLEMENTARY
    return Suppressed(reason, floor)


def _largest_safe(
    nodes: Mapping[str, Branch], totals: Mapping[str, int], floor: int, among: frozenset[str]
) -> frozenset[str]:
    """Find the most that can be shown, by dynamic programming over (group, pool)."""
    pools: dict[str, _Pools] = {
        code: {min(branch.ballots, floor): _Choice()} for code, branch in nodes.items()
    }
    shown: set[str] = set()
    for code in _children_first(nodes):
        branch, ways = nodes[code], pools.pop(code)
        if totals[code] >= floor and code in among:
            # It beats any way that hides this group and leaves nothing uncovered either.
            ways[0] = _showing(code, branch, ways, floor)
        if branch.parent is not None:
            pools[branch.parent] = _joined(pools[branch.parent], ways, floor)
        elif totals[code] >= floor:
            # A whole tree that reaches the floor is always shown, and takes up every rest.
            shown.update(_codes(ways[0].shown))
    return frozenset(shown)


def _showing(code: str, branch: Branch, ways: _Pools, floor: int) -> _Choice:
    """Give the best way that shows this group: its rest must be empty or reach the floor.

    There is always one, since a group that reaches the floor does so with all below it hidden.
    """
    safe = [ways[pool] for pool in (0, floor) if pool in ways]
    best = max(safe, key=lambda choice: choice.worth)
    return _Choice(best.groups + 1, best.ballots + branch.ballots, (code, best.shown))


def _joined(left: _Pools, right: _Pools, floor: int) -> _Pools:
    """Combine the ways of two disjoint parts of a group."""
    result: _Pools = {}
    for pool, one in left.items():
        for other_pool, two in right.items():
            key = min(pool + other_pool, floor)
            worth = (one.groups + two.groups, one.ballots + two.ballots)
            if key not in result or worth > result[key].worth:
                result[key] = _Choice(*worth, (one.shown, two.shown))
    return result


def _codes(shown: object) -> Iterator[str]:
    """Walk nested pairs without recursion, because a tree may be deeper than the stack."""
    waiting = [shown]
    while waiting:
        item = waiting.pop()
        if isinstance(item, str):
            yield item
        elif isinstance(item, tuple):
            waiting.extend(item)


def _children_first(nodes: Mapping[str, Branch]) -> list[str]:
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
