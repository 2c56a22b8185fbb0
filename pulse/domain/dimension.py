"""The ways in which everybody invited is divided into groups, and the labels that follow."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

ORGANISATION = "organisation"
ROOT = "all"
# Stands in the key of a crossing between its two parts; no key or code of anything else holds it.
CROSS = "*"
# The most characters that the key of a dimension has where releases are kept.
LONGEST_KEY = 64
# Stands in the name of a group of a crossing between the part and the class within it.
WITHIN = ": "
# Stands for the class where a part is not divided.
EVERYBODY = "everybody"


@dataclass(frozen=True, slots=True)
class Node:
    """A group of a dimension. One with `invited` above 0 is a label that a ballot can carry.

    `invited` counts the people whose own label this is, not those of the nodes below.
    `members` names the units or classes that make the label up, beside those of the nodes above.
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

    @property
    def is_crossing(self) -> bool:
        """Whether it divides by an attribute within each part of the organisation."""
        return CROSS in self.key

    @property
    def tops(self) -> Mapping[str, str]:
        """Give for each node the node directly under the root that it belongs to."""
        top = {ROOT: ROOT}
        for node in self.nodes[1:]:
            above = node.parent or ROOT
            top[node.code] = node.code if above == ROOT else top[above]
        return top


def crossing(first: str, second: str) -> str:
    """Give the key of the crossing of two dimensions, or of two labels.

    >>> crossing(ORGANISATION, "site")
    'organisation*site'
    """
    return f"{first}{CROSS}{second}"


def parts(key: str) -> tuple[str, ...]:
    """Give what a key is made of: two keys for a crossing, itself for any other dimension.

    >>> parts("organisation*site"), parts("site")
    (('organisation', 'site'), ('site',))
    """
    return tuple(key.split(CROSS))


def together(names: Iterable[str]) -> str:
    """Name a crossing in plain words; the name of a single dimension stays as it is.

    >>> together(["Organisation", "Site"]), together(["Site"])
    ('Organisation and Site together', 'Site')
    """
    given = tuple(names)
    return f"{' and '.join(given)} together" if len(given) > 1 else "".join(given)


def unit_code(unit_id: int) -> str:
    """Give the code that a unit has as a group of the organisation, unless it is the only root.

    >>> unit_code(17)
    'u17'
    """
    return f"u{unit_id}"
