"""What can be left out of a release whose results would tell too much: any way of dividing but one.

The organisation stays, because every release is read by it.
"""

from collections.abc import Iterable

from pulse.domain.dimension import CROSS, ORGANISATION, Dimension
from pulse.domain.errors import Invalid
from pulse.domain.manifest import Manifest


def optional(manifest: Manifest) -> tuple[Dimension, ...]:
    """Give the dimensions that can be left out."""
    return tuple(item for item in manifest.dimensions if item.key != ORGANISATION)


def closure(manifest: Manifest, keys: Iterable[str]) -> frozenset[str]:
    """Give all that goes with these dimensions: they and their crossings.

    Raises Invalid for one that the wave does not have, and for the organisation.
    """
    chosen, known = set(keys), {item.key for item in optional(manifest)}
    for key in sorted(chosen - known):
        names = " or ".join(sorted(known)) or "Nothing"
        raise Invalid(f"“{key}” cannot be left out of this wave. {names} can.", "without")
    return frozenset(key for key in known if chosen & {key, *key.split(CROSS)})
