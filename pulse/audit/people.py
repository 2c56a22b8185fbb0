"""The staff list and who took part, as the attacker has them: everybody's labels are known."""

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from io import StringIO

import numpy as np
from numpy.typing import NDArray

from pulse.audit.files import Group

FIXED = ("people", "took_part")


@dataclass(frozen=True, slots=True)
class Atom:
    """People whom no published group can tell apart: they carry the same labels."""

    labels: dict[str, str]
    people: int
    took_part: int

    @property
    def name(self) -> str:
        return ", ".join(self.labels.values())


def read(text: str) -> tuple[Atom, ...]:
    """Read staff.csv: `people`, `took_part`, and a column with a label for each dimension."""
    found = []
    for row in csv.DictReader(StringIO(text)):
        labels = {key: label for key, label in row.items() if key not in FIXED}
        found.append(Atom(labels, int(row["people"]), int(row["took_part"])))
    return tuple(found)


def counts(numbers: Iterable[int]) -> NDArray[np.float64]:
    """Give numbers of people as an array."""
    return np.array(list(numbers), dtype=np.float64)


def membership(atoms: tuple[Atom, ...], groups: tuple[Group, ...]) -> NDArray[np.float64]:
    """Give a matrix of atoms by groups: 1 where the atom belongs to the group."""
    return np.array(
        [[atom.labels[group.dimension] in group.labels for group in groups] for atom in atoms],
        dtype=np.float64,
    ).reshape(len(atoms), len(groups))
