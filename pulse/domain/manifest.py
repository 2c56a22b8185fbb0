"""The manifest of a wave: what is asked of whom, frozen at opening and equal for everyone.

The respondent's page, the ballot box, the count and the release all read this one value; its
SHA-256 stands in every invitation, so that two colleagues can compare what they were shown.
"""

import hashlib
import json
from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from pulse.domain.errors import Invalid
from pulse.domain.scale import Scale

ORGANISATION = "organisation"
ROOT = "all"


@dataclass(frozen=True, slots=True)
class Question:
    """One question as it was asked."""

    code: str
    text: str
    scale: Scale
    driver: str
    reverse: bool = False


@dataclass(frozen=True, slots=True)
class Node:
    """A group of a dimension. One with `invited` above 0 is a label that a ballot can carry.

    `invited` counts the people whose own label this is, not those of the nodes below.
    `members` names the units or classes that make the label up.
    """

    code: str
    name: str
    parent: str | None
    invited: int
    members: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Dimension:
    """One way of dividing everybody invited; `nodes[0]` is its root, parents before children."""

    key: str
    name: str
    nodes: tuple[Node, ...]

    @property
    def labels(self) -> tuple[Node, ...]:
        """The nodes that a ballot can carry."""
        return tuple(node for node in self.nodes if node.invited > 0)


class SlotKind(StrEnum):
    """What a shard of the slot carries."""

    TURNOUT = "turnout"
    ANSWER = "answer"
    VECTOR = "vector"
    COMMENT = "comment"


@dataclass(frozen=True, slots=True)
class Slot:
    """A place for exactly one shard of every ballot."""

    number: int
    kind: SlotKind
    dimension: str | None = None
    question: str | None = None


@dataclass(frozen=True, slots=True)
class Manifest:
    """Everything that is fixed when a wave opens."""

    wave: int
    title: str
    introduction: str
    questions: tuple[Question, ...]
    dimensions: tuple[Dimension, ...]
    floor: int
    comment_floor: int
    rule: str
    closes_at: datetime
    # Below this nothing at all is published.
    fewest_ballots: int = 10

    @property
    def scored(self) -> tuple[Question, ...]:
        """The questions that are answered with a scale point."""
        return tuple(item for item in self.questions if item.scale is not Scale.OPEN)

    @property
    def open_questions(self) -> tuple[Question, ...]:
        """The questions that are answered in words."""
        return tuple(item for item in self.questions if item.scale is Scale.OPEN)

    @property
    def invited(self) -> int:
        """How many people are asked: the sum over the labels of any one dimension."""
        return sum(node.invited for node in self.dimensions[0].nodes)

    def dimension(self, key: str) -> Dimension:
        """Give a dimension by key. Raises KeyError where the wave has none of that key."""
        for item in self.dimensions:
            if item.key == key:
                return item
        raise KeyError(key)

    def canonical(self) -> bytes:
        """Give the one byte string that stands for this manifest: sorted keys, no spaces."""
        value = asdict(self) | {"closes_at": self.closes_at.isoformat()}
        return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()

    def sha256(self) -> str:
        """Give the fingerprint (64 hexadecimal digits) that people can compare."""
        return hashlib.sha256(self.canonical()).hexdigest()

    @staticmethod
    def parse(data: bytes | str) -> "Manifest":
        """Read what `canonical` wrote. Raises Invalid when it is not a manifest."""
        try:
            return _from_json(json.loads(data))
        except (ValueError, KeyError, TypeError) as error:
            raise Invalid(f"this is not a manifest: {error}", "manifest") from error


def slots(manifest: Manifest) -> tuple[Slot, ...]:
    """List the slots of a wave, numbered from 0, the same for every ballot.

    One for turnout, one for each dimension and scored question, one for the unlabelled vector
    of answers, one for each open question.
    """
    kinds: list[tuple[SlotKind, str | None, str | None]] = [(SlotKind.TURNOUT, None, None)]
    kinds += [
        (SlotKind.ANSWER, dimension.key, question.code)
        for dimension in manifest.dimensions
        for question in manifest.scored
    ]
    kinds.append((SlotKind.VECTOR, None, None))
    kinds += [(SlotKind.COMMENT, None, question.code) for question in manifest.open_questions]
    return tuple(Slot(number, *kind) for number, kind in enumerate(kinds))


def unit_code(unit_id: int) -> str:
    """Give the code that a unit has as a group of the organisation, unless it is the only root.

    >>> unit_code(17)
    'u17'
    """
    return f"u{unit_id}"


def _from_json(value: dict[str, Any]) -> Manifest:
    questions = tuple(
        Question(**(item | {"scale": Scale(item["scale"])})) for item in value["questions"]
    )
    dimensions = tuple(_dimension(item) for item in value["dimensions"])
    closes_at = datetime.fromisoformat(value["closes_at"])
    fixed = {"questions": questions, "dimensions": dimensions, "closes_at": closes_at}
    return Manifest(**(value | fixed))


def _dimension(value: dict[str, Any]) -> Dimension:
    nodes = tuple(Node(**(item | {"members": tuple(item["members"])})) for item in value["nodes"])
    return Dimension(value["key"], value["name"], nodes)
