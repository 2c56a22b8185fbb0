"""Cutting a dimension into labels, so that no ballot carries one that few people share.

It is done once, when a wave opens, from the number of people invited and from nothing else.
Every label stands for at least `minimum` people, and everybody has exactly one.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from pulse.domain.dimension import ORGANISATION, ROOT, Dimension, Node
from pulse.domain.errors import Conflict

NOT_STATED = "Not stated"
_CODE_LENGTH = 40
_FEW = 2
_OTHERS = "c.others"


@dataclass(frozen=True, slots=True)
class TreeUnit:
    """A unit as the cut sees it: a code of its own, a name, the code of the unit above."""

    code: str
    name: str
    parent: str | None


@dataclass(frozen=True, slots=True)
class Cut:
    """A dimension, and for each unit or class with people in it the label that they carry."""

    dimension: Dimension
    label_of: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Dropped:
    """A dimension that cannot be reported in this wave, and why."""

    key: str
    name: str
    reason: str


@dataclass(slots=True)
class _Label:
    code: str
    name: str
    roof: str
    units: list[str]
    size: int


@dataclass(slots=True)
class _Cutting:
    """The state of one pass over the tree, from the leaves to the root."""

    units: dict[str, TreeUnit]
    own: Mapping[str, int]
    minimum: int
    labels: list[_Label] = field(default_factory=list)
    below: dict[str, list[_Label]] = field(default_factory=dict)
    rising: dict[str, list[str]] = field(default_factory=dict)
    partial: set[str] = field(default_factory=set)

    def size(self, pool: Iterable[str]) -> int:
        return sum(self.own.get(code, 0) for code in pool)

    def add(self, label: _Label) -> None:
        self.labels.append(label)
        for code in self.path(label.roof) if label.roof else ():
            self.below.setdefault(code, []).append(label)

    def path(self, code: str) -> list[str]:
        """List the unit and all units above it."""
        found = [code]
        while (parent := self.units[found[-1]].parent) is not None:
            found.append(parent)
        return found

    def pool_name(self, unit: TreeUnit, pool: Sequence[str]) -> str:
        others = [self.units[code].name for code in pool if code != unit.code]
        if len(others) == len(pool):
            few = len(others) <= _FEW
            return " and ".join(others) if few else f"{unit.name} (small teams)"
        return f"{unit.name} (office and small teams)" if others else f"{unit.name} (office)"


def cut_tree(
    units: Sequence[TreeUnit], own: Mapping[str, int], minimum: int, company: str = "Everyone"
) -> Cut:
    """Cut the organisation; `own` gives the people attached to each unit itself.

    The people of a unit too small for a label pool with those attached to the unit above.
    A pool that is still too small there joins the smallest team beside it, so that the figure
    of the unit above stays whole; where all its teams are divided further it rises one more
    level, and the unit it left says so in its name. Units come parents before children.
    """
    if sum(own.values()) < minimum:
        raise Conflict(f"Fewer than {minimum} people are invited, so nobody would be hidden.")
    rooted = _rooted(units, company)
    cutting = _Cutting({unit.code: unit for unit in rooted}, _under_root(own, units), minimum)
    for unit in reversed(rooted):
        _place(cutting, unit)
    tops = _tops(units)
    keys = {unit.code: unit.code for unit in rooted}
    keys |= {ROOT: tops[0].code} if len(tops) == 1 else {}
    label_of = {code: label.code for label in cutting.labels for code in label.units}
    if len(tops) == 1 and ROOT in label_of:
        label_of[tops[0].code] = label_of.pop(ROOT)
    return Cut(Dimension(ORGANISATION, "Organisation", _nodes(cutting, keys)), label_of)


def _tops(units: Sequence[TreeUnit]) -> list[TreeUnit]:
    return [unit for unit in units if unit.parent is None]


def _rooted(units: Sequence[TreeUnit], company: str) -> list[TreeUnit]:
    """Put everything under one root: the only top unit there is, or one made for the purpose."""
    tops = _tops(units)
    if len(tops) == 1:
        only = tops[0]
        rest = [
            TreeUnit(unit.code, unit.name, ROOT if unit.parent == only.code else unit.parent)
            for unit in units
            if unit is not only
        ]
        return [TreeUnit(ROOT, only.name, None), *rest]
    rest = [TreeUnit(unit.code, unit.name, unit.parent or ROOT) for unit in units]
    return [TreeUnit(ROOT, company, None), *rest]


def _under_root(own: Mapping[str, int], units: Sequence[TreeUnit]) -> dict[str, int]:
    tops = _tops(units)
    only = tops[0].code if len(tops) == 1 else None
    return {ROOT if code == only else code: count for code, count in own.items()}


def _place(cutting: _Cutting, unit: TreeUnit) -> None:
    """Decide what becomes of the people pooled at one unit."""
    pool = cutting.rising.pop(unit.code, [])
    if cutting.own.get(unit.code, 0):
        pool = [unit.code, *pool]
    below = cutting.below.get(unit.code, [])
    size = cutting.size(pool)
    if not pool:
        return
    if size >= cutting.minimum:
        cutting.add(_own_label(cutting, unit, pool, whole=not below))
    elif beside := [label for label in below if label.roof == unit.code]:
        _join(cutting, min(beside, key=_smallest), unit, pool)
    elif unit.parent is not None:
        cutting.rising.setdefault(unit.parent, []).extend(pool)
        cutting.partial.update([unit.code] if below else [])
    else:
        _join(cutting, _lifted(cutting, min(below, key=_smallest)), unit, pool)


def _own_label(cutting: _Cutting, unit: TreeUnit, pool: list[str], *, whole: bool) -> _Label:
    """Make the pool a label: the unit itself where nothing below it has a label of its own."""
    size = cutting.size(pool)
    if whole:
        return _Label(unit.code, unit.name, unit.parent or "", pool, size)
    name = cutting.pool_name(unit, pool)
    return _Label(f"{unit.code}.own", name, unit.code, pool, size)


def _join(cutting: _Cutting, label: _Label, unit: TreeUnit, pool: list[str]) -> None:
    label.name = f"{label.name} and {cutting.pool_name(unit, pool)}"
    label.units += pool
    label.size += cutting.size(pool)


def _lifted(cutting: _Cutting, label: _Label) -> _Label:
    """Hang a label directly under the root; the units it leaves are no longer whole."""
    cutting.partial.update(code for code in cutting.path(label.roof) if code != ROOT)
    label.roof = ROOT
    return label


def _smallest(label: _Label) -> tuple[int, str]:
    return label.size, label.code


def _nodes(cutting: _Cutting, keys: Mapping[str, str]) -> tuple[Node, ...]:
    labels = {label.code: label for label in cutting.labels}
    roofs = {code for label in cutting.labels if label.roof for code in cutting.path(label.roof)}
    nodes: list[Node] = []
    for unit in cutting.units.values():
        if unit.code in roofs:
            name = f"{unit.name} (larger teams)" if unit.code in cutting.partial else unit.name
            nodes.append(Node(unit.code, name, unit.parent, 0))
        nodes += [
            _label_node(labels[code], keys)
            for code in (unit.code, f"{unit.code}.own")
            if code in labels
        ]
    return tuple(nodes)


def _label_node(label: _Label, keys: Mapping[str, str]) -> Node:
    """Name the members by key: a unit that is only renamed keeps its line from wave to wave."""
    members = tuple(keys[code] for code in label.units)
    return Node(label.code, label.name, label.roof or None, label.size, members)


def cut_classes(key: str, name: str, counts: Mapping[str, int], minimum: int) -> Cut | Dropped:
    """Cut an attribute: classes that are too small become one, or join the smallest kept one."""
    present = {value: count for value, count in sorted(counts.items()) if count}
    groups = _class_groups(present, minimum)
    if len(groups) <= 1:
        return Dropped(key, name, f"fewer than two classes have at least {minimum} people")
    nodes = [Node(ROOT, "Everyone", None, 0)]
    label_of: dict[str, str] = {}
    for code, members in groups.items():
        size = sum(present[value] for value in members)
        nodes.append(Node(code, _class_name(code, members), ROOT, size, tuple(members)))
        label_of |= dict.fromkeys(members, code)
    return Cut(Dimension(key, name, tuple(nodes)), label_of)


def _class_groups(present: Mapping[str, int], minimum: int) -> dict[str, list[str]]:
    codes = _class_codes(present)
    groups = {codes[value]: [value] for value, count in present.items() if count >= minimum}
    small = [value for value, count in present.items() if count < minimum]
    if sum(present[value] for value in small) >= minimum:
        groups[_OTHERS] = small
    elif small and groups:
        smallest = min(groups, key=lambda code: (present[groups[code][0]], code))
        groups[smallest] += small
    return groups


def _class_name(code: str, members: Sequence[str]) -> str:
    stated = [value or NOT_STATED for value in members]
    return f"Other: {', '.join(stated)}" if code == _OTHERS else " and ".join(stated)


def _class_codes(values: Iterable[str]) -> dict[str, str]:
    """Give each class a readable code, the same from wave to wave while the classes stay."""
    codes: dict[str, str] = {}
    for value in sorted(values):
        plain = "c-" + (re.sub(r"\W+", "-", value.casefold()).strip("-")[:_CODE_LENGTH] or "none")
        code, twin = plain, 1
        while code in codes.values():
            twin += 1
            code = f"{plain}~{twin}"
        codes[value] = code
    return codes
