"""Cutting a crossing into labels: the classes of one dimension within each part of another.

It is done when a wave opens, after both dimensions were cut, and from the number of people invited
alone. A part is a group directly under the whole: a division, or a class of the first attribute.
Every part holds at least one label of its own dimension, so it has enough people to be a label of
the crossing as a whole; classes that are too small within it are merged with the next one.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from pulse.domain.blocks import joined
from pulse.domain.dimension import EVERYBODY, ROOT, WITHIN, Dimension, Node, crossing, together
from pulse.domain.labels import Cut, Dropped

_FEWEST = 2


@dataclass(frozen=True, slots=True)
class _Piece:
    """Neighbouring classes of the second dimension within one part, and the people in them."""

    classes: tuple[Node, ...]
    sizes: tuple[int, ...]

    @property
    def people(self) -> int:
        return sum(self.sizes)

    @property
    def largest(self) -> Node:
        return self.classes[self.sizes.index(max(self.sizes))]

    def with_(self, other: "_Piece") -> "_Piece":
        return _Piece(self.classes + other.classes, self.sizes + other.sizes)


def cut_crossing(
    first: Dimension, second: Dimension, people: Mapping[tuple[str, str], int], minimum: int
) -> Cut | Dropped:
    """Cut the crossing of two dimensions; `people` counts everybody by their labels in both.

    The keys of the cut's `label_of` are crossings of two labels. It is dropped, with the reason,
    where it would say no more than its dimensions, or where a label would have fewer than `minimum`
    people.
    """
    key, name = crossing(first.key, second.key), together((first.name, second.name))
    tops = first.tops
    roofs = [
        node for node in first.nodes if node.code in {tops[item.code] for item in first.labels}
    ]
    if len(roofs) < _FEWEST:
        return Dropped(key, name, f"{first.name} has only one part")
    sizes = _sizes(people, tops)
    pieces = {roof.code: _pieces(second, sizes[roof.code], minimum) for roof in roofs}
    if any(piece.people < minimum for found in pieces.values() for piece in found):
        return Dropped(key, name, f"a part of it has fewer than {minimum} people")
    if all(len(found) < _FEWEST for found in pieces.values()):
        why = f"in no part do two classes have at least {minimum} people each"
        return Dropped(key, name, why)
    nodes = [Node(ROOT, first.nodes[0].name, None, 0)]
    label_of: dict[str, str] = {}
    for roof in roofs:
        if roof.code == ROOT:
            # Those directly under the whole are a part as well; its node is there already.
            nodes[0] = replace(nodes[0], members=_roof(first, roof).members)
        else:
            nodes.append(_roof(first, roof))
        for label, piece in _labels(roof, pieces[roof.code]):
            nodes.append(label)
            codes = {node.code for node in piece.classes}
            label_of |= {
                crossing(one, other): label.code
                for one, other in people
                if tops[one] == roof.code and other in codes
            }
    return Cut(Dimension(key, name, tuple(nodes)), label_of)


def _sizes(
    people: Mapping[tuple[str, str], int], tops: Mapping[str, str]
) -> Mapping[str, Mapping[str, int]]:
    """Count people by part and class."""
    sizes: defaultdict[str, defaultdict[str, int]] = defaultdict(lambda: defaultdict(int))
    for (one, other), count in people.items():
        sizes[tops[one]][other] += count
    return sizes


def _pieces(second: Dimension, sizes: Mapping[str, int], minimum: int) -> list[_Piece]:
    """Merge the classes of one part, the smallest first, with the next one, or the one before."""
    present = [node for node in second.labels if sizes.get(node.code, 0)]
    pieces = [_Piece((node,), (sizes[node.code],)) for node in present]
    while len(pieces) > 1:
        smallest = min(pieces, key=lambda piece: piece.people)
        if smallest.people >= minimum:
            break
        left = min(pieces.index(smallest), len(pieces) - 2)
        pieces[left : left + 2] = [pieces[left].with_(pieces[left + 1])]
    return pieces


def _roof(first: Dimension, roof: Node) -> Node:
    """Give a part as a node above its labels; it names the units or classes it consists of.

    Each is named with the part, so that what moves from one part to another is no longer the same.
    """
    inside = [node for node in first.labels if first.tops[node.code] == roof.code]
    members = tuple(crossing(roof.code, member) for node in inside for member in node.members)
    return Node(roof.code, roof.name, ROOT, 0, members)


def _labels(roof: Node, pieces: Sequence[_Piece]) -> Iterator[tuple[Node, _Piece]]:
    """Give the labels of a part; the code is that of the largest class, for lines over waves."""
    for piece in pieces:
        whole = len(pieces) == 1
        code = ROOT if whole else piece.largest.code
        name = EVERYBODY if whole else joined([node.name for node in piece.classes])
        values = [] if whole else [member for node in piece.classes for member in node.members]
        members = tuple(crossing(roof.code, value) for value in values)
        label = Node(
            crossing(roof.code, code),
            f"{roof.name}{WITHIN}{name}",
            roof.code,
            piece.people,
            members,
        )
        yield label, piece
