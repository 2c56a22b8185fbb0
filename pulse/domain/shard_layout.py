"""The layout of a wave's shards: how long each is and which labels it may carry.

It follows from the manifest alone, so the respondent's side, the box and the count agree on
it without telling one another anything. It is worked out once and used for many ballots.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass

from pulse.domain.manifest import (
    ORGANISATION,
    ROOT,
    Dimension,
    Manifest,
    Question,
    Slot,
    SlotKind,
    slots,
)

COMMENT_LENGTH = 2_000
COMMENT_INVITED = 10
_BYTES_PER_LETTER = 3


@dataclass(frozen=True, slots=True)
class Layout:
    """What `shred` and `read_shard` need to know of a wave, by slot number where it is a tuple."""

    manifest: Manifest
    slots: tuple[Slot, ...]
    lengths: tuple[int, ...]
    labels: Mapping[str, frozenset[str]]
    questions: Mapping[str, Question]
    coarse: Mapping[str, str]


def layout(manifest: Manifest) -> Layout:
    """Work out the layout of a wave."""
    places = slots(manifest)
    longest = {item.key: _longest(item) for item in manifest.dimensions}
    return Layout(
        manifest,
        places,
        tuple(_length(slot, manifest, longest) for slot in places),
        {item.key: frozenset(node.code for node in item.labels) for item in manifest.dimensions},
        {item.code: item for item in manifest.questions},
        comment_labels(manifest),
    )


def comment_labels(manifest: Manifest) -> dict[str, str]:
    """Give the coarse label of each organisation label: the one that its comments carry.

    It is the group directly under the root, where at least ten people are invited in it. The
    rest carry the root's, and are joined by the smallest group if they would be fewer than ten.

    >>> from datetime import UTC, datetime
    >>> from pulse.domain.manifest import Node
    >>> top = Node(ROOT, "All", None, 0)
    >>> rest = [Node("a", "A", ROOT, 30), Node("b", "B", ROOT, 12), Node("c", "C", ROOT, 8)]
    >>> tree = Dimension(ORGANISATION, "Organisation", (top, *rest))
    >>> comment_labels(Manifest(1, "", "", (), (tree,), 5, 10, "", datetime.now(UTC)))
    {'a': 'a', 'b': 'all', 'c': 'all'}
    """
    dimension = manifest.dimension(ORGANISATION)
    top = _top_groups(dimension)
    invited: dict[str, int] = {}
    for node in dimension.labels:
        invited[top[node.code]] = invited.get(top[node.code], 0) + node.invited
    needed = max(COMMENT_INVITED, manifest.comment_floor)
    large = {code for code, people in invited.items() if people >= needed and code != ROOT}
    rest = sum(people for code, people in invited.items() if code not in large)
    if large and 0 < rest < needed:
        large.remove(min(large, key=lambda code: (invited[code], code)))
    return {
        node.code: top[node.code] if top[node.code] in large else ROOT for node in dimension.labels
    }


def _top_groups(dimension: Dimension) -> dict[str, str]:
    """Give for each node the node directly under the root that it belongs to."""
    top = {ROOT: ROOT}
    for node in dimension.nodes[1:]:
        above = node.parent or ROOT
        top[node.code] = node.code if above == ROOT else top[above]
    return top


def _length(slot: Slot, manifest: Manifest, longest: Mapping[str, int]) -> int:
    if slot.kind is SlotKind.TURNOUT:
        return 2 + sum(_written(key) + label + len(":,") for key, label in longest.items())
    if slot.kind is SlotKind.ANSWER:
        return longest[slot.dimension or ""] + len("[,null]")
    if slot.kind is SlotKind.VECTOR:
        return 2 + sum(_written(item.code) + len(":null,") for item in manifest.scored)
    return longest[ORGANISATION] + len('[,""]') + _BYTES_PER_LETTER * COMMENT_LENGTH


def _longest(dimension: Dimension) -> int:
    return max(_written(node.code) for node in dimension.nodes)


def _written(text: str) -> int:
    """Give the bytes that a text takes in a shard, quotes included."""
    return len(json.dumps(text, ensure_ascii=False).encode())
