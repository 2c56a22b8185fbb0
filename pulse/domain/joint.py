"""How many people, or ballots, carry which labels together: one count for each combination."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Self

# One label for each dimension, in the order of the dimensions.
Labels = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Joint:
    """Counts by combination of labels; `keys` names the dimension of each place."""

    keys: tuple[str, ...]
    counts: Mapping[Labels, int]

    @classmethod
    def of(cls, keys: Iterable[str], people: Iterable[Mapping[str, str]]) -> Self:
        """Count people, each given as a label for every dimension.

        >>> Joint.of(["site"], [{"site": "a"}, {"site": "b"}, {"site": "a"}]).counts
        {('a',): 2, ('b',): 1}
        """
        order = tuple(keys)
        counts = Counter(tuple(labels[key] for key in order) for labels in people)
        return cls(order, dict(counts))

    @property
    def total(self) -> int:
        """Give the number of people or ballots."""
        return sum(self.counts.values())

    def by_label(self, key: str) -> dict[str, int]:
        """Give the count of each label of one dimension."""
        place = self.keys.index(key)
        found: Counter[str] = Counter()
        for labels, count in self.counts.items():
            found[labels[place]] += count
        return dict(found)

    def marginals(self) -> dict[str, dict[str, int]]:
        """Give the counts by dimension and label."""
        return {key: self.by_label(key) for key in self.keys}
