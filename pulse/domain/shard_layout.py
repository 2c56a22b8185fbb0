"""What cutting and reading shards need to know of a wave, worked out once for many ballots."""

from collections.abc import Mapping
from dataclasses import dataclass

from pulse.domain.manifest import Manifest
from pulse.domain.question import Question
from pulse.domain.slots import Slot
from pulse.domain.vectors import Driver, drivers_of


@dataclass(frozen=True, slots=True)
class Layout:
    """Slots and their lengths in bytes by number, labels by dimension, questions by code.

    `drivers` are those that vectors are added up by.
    """

    manifest: Manifest
    slots: tuple[Slot, ...]
    lengths: tuple[int, ...]
    labels: Mapping[str, frozenset[str]]
    questions: Mapping[str, Question]
    coarse: Mapping[str, str]
    drivers: tuple[Driver, ...]

    @property
    def dimensions(self) -> tuple[str, ...]:
        """The keys of the dimensions, in the order of the manifest."""
        return tuple(self.labels)


def layout(manifest: Manifest) -> Layout:
    """Work out the layout of a wave."""
    return Layout(
        manifest,
        manifest.slots,
        tuple(slot.length for slot in manifest.slots),
        {item.key: frozenset(node.code for node in item.labels) for item in manifest.dimensions},
        {item.code: item for item in manifest.questions},
        manifest.comment_labels,
        drivers_of(manifest.questions),
    )
