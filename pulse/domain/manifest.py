"""The manifest of a wave: what is asked of whom, frozen at opening and equal for everyone.

The respondent's page, the ballot box, the count and the release all read this one value; its
SHA-256 stands in every invitation, so that two colleagues can compare what they were shown.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from pulse.domain import slots as slotting
from pulse.domain.dimension import Dimension, Node
from pulse.domain.errors import Invalid
from pulse.domain.question import Question
from pulse.domain.scale import Scale
from pulse.domain.slots import Slot

_DERIVED = ("slots", "comment_labels")
_ENGLISH = "en"


@dataclass(frozen=True, slots=True)
class Translation:
    """The texts of a manifest in another language; one that is empty falls back to the original.

    `questions` stand in the order of those of the manifest.
    """

    language: str
    title: str
    introduction: str
    questions: tuple[str, ...]


@dataclass(frozen=True)
class Manifest:
    """Everything that is fixed when a wave opens.

    `issuer_key` is the key under which the tokens of this wave verify (DER SubjectPublicKeyInfo,
    RSA-2048), `opening_key` the one to which shards are sealed (a point of P-256, uncompressed);
    both in base64url. They are empty for answers that never went through a box.
    """

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
    issuer_key: str = ""
    opening_key: str = ""
    # Fewest leavers whose rate stands beside answers, and how many dissenters a coded count hides.
    leaver_floor: int = 5
    edge: int = 1
    # Whether the count needs the passphrase of a second person.
    second_person: bool = False
    # The language of title, introduction and questions, and what they are in others.
    language: str = _ENGLISH
    translations: tuple[Translation, ...] = ()

    def said_in(self, language: str) -> Translation:
        """Give title, introduction and questions in a language, text by text as far as known."""
        original = tuple(item.text for item in self.questions)
        for item in self.translations:
            if item.language == language:
                texts = zip(item.questions, original, strict=True)
                return Translation(
                    language,
                    item.title or self.title,
                    item.introduction or self.introduction,
                    tuple(text or otherwise for text, otherwise in texts),
                )
        return Translation(self.language, self.title, self.introduction, original)

    @property
    def scored(self) -> tuple[Question, ...]:
        """The questions that are answered with a scale point."""
        return tuple(item for item in self.questions if not item.is_open)

    @property
    def open_questions(self) -> tuple[Question, ...]:
        """The questions that are answered in words."""
        return tuple(item for item in self.questions if item.is_open)

    @property
    def invited(self) -> int:
        """How many people are asked: the sum over the labels of any one dimension."""
        return sum(node.invited for node in self.dimensions[0].nodes)

    @cached_property
    def slots(self) -> tuple[Slot, ...]:
        """The slots, by number."""
        return slotting.slots(self.questions, self.dimensions)

    @cached_property
    def comment_labels(self) -> Mapping[str, str]:
        """The coarse label that the comments of each organisation label carry."""
        return slotting.comment_labels(self.dimensions, self.comment_floor)

    def dimension(self, key: str) -> Dimension:
        """Give a dimension by key. Raises KeyError where the wave has none of that key."""
        for item in self.dimensions:
            if item.key == key:
                return item
        raise KeyError(key)

    def canonical(self) -> bytes:
        """Give the one byte string that stands for this manifest: sorted keys, no spaces."""
        return self._canonical

    @cached_property
    def _canonical(self) -> bytes:
        # Everybody who answers asks for it, and it never changes.
        value = asdict(self) | {
            "closes_at": self.closes_at.isoformat(),
            "slots": [asdict(slot) for slot in self.slots],
            "comment_labels": dict(self.comment_labels),
        }
        # Manifests that say nothing of languages keep the bytes, and so the fingerprint, that they
        # had before there were any.
        if self.language == _ENGLISH:
            del value["language"]
        if not self.translations:
            del value["translations"]
        return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()

    @cached_property
    def digest(self) -> bytes:
        """SHA-256 of the canonical bytes."""
        return hashlib.sha256(self.canonical()).digest()

    def sha256(self) -> str:
        """Give the fingerprint (64 hexadecimal digits) that people can compare."""
        return self.digest.hex()

    @staticmethod
    def parse(data: bytes | str) -> "Manifest":
        """Read what `canonical` wrote. Raises Invalid when it is not a manifest."""
        try:
            return _from_json(json.loads(data))
        except (ValueError, KeyError, TypeError) as error:
            raise Invalid(f"this is not a manifest: {error}", "manifest") from error


def _from_json(value: dict[str, Any]) -> Manifest:
    questions = tuple(
        Question(**(item | {"scale": Scale(item["scale"])})) for item in value["questions"]
    )
    dimensions = tuple(_dimension(item) for item in value["dimensions"])
    closes_at = datetime.fromisoformat(value["closes_at"])
    translations = tuple(
        _translation(item, len(questions)) for item in value.get("translations", ())
    )
    fixed = {
        "questions": questions,
        "dimensions": dimensions,
        "closes_at": closes_at,
        "translations": translations,
    }
    stored = {name: part for name, part in value.items() if name not in _DERIVED}
    return Manifest(**(stored | fixed))


def _translation(value: dict[str, Any], questions: int) -> Translation:
    texts = tuple(value["questions"])
    if len(texts) != questions:
        raise ValueError("a translation has not as many questions as there are")
    return Translation(**(value | {"questions": texts}))


def _dimension(value: dict[str, Any]) -> Dimension:
    nodes = tuple(Node(**(item | {"members": tuple(item["members"])})) for item in value["nodes"])
    return Dimension(value["key"], value["name"], nodes)
