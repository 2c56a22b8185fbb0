"""The staff list and who took part, as the attacker has them: everybody's labels are known."""

import csv
from dataclasses import dataclass
from io import StringIO

FIXED = ("people", "took_part", "person")


@dataclass(frozen=True, slots=True)
class Atom:
    """People with the same labels; or, where the list has `person`, one of them.

    `person` only serves to find the same one in another list of the same wave.
    """

    labels: dict[str, str]
    people: int
    took_part: int
    person: str | None = None

    @property
    def name(self) -> str:
        return ", ".join(self.labels.values())

    @property
    def key(self) -> object:
        """What the same people have in every staff list of a wave."""
        return self.person or tuple(sorted(self.labels.items()))


def read(text: str) -> tuple[Atom, ...]:
    """Read staff.csv: `people`, `took_part`, and a column with a label for each dimension.

    Lines with the same labels, but for those with a `person`, are added up. Raises ValueError for
    numbers that cannot be.
    """
    found: dict[object, Atom] = {}
    for row in csv.DictReader(StringIO(text)):
        atom = _atom(row)
        if not 0 <= atom.took_part <= atom.people:
            raise ValueError(f"{atom.took_part} of {atom.people} took part among {atom.name}")
        before = found.get(atom.key)
        found[atom.key] = atom if before is None else _added(before, atom)
    return tuple(found.values())


def roster(text: str) -> dict[str, dict[str, str]]:
    """Read who was asked by name or number: `person`, and a label for each dimension."""
    rows = csv.DictReader(StringIO(text))
    return {row["person"]: {key: row[key] for key in row if key != "person"} for row in rows}


def _atom(row: dict[str, str]) -> Atom:
    labels = {key: label for key, label in row.items() if key not in FIXED}
    return Atom(labels, int(row["people"]), int(row["took_part"]), row.get("person") or None)


def _added(one: Atom, other: Atom) -> Atom:
    if one.person is not None:
        raise ValueError(f"person {one.person} stands in the list twice")
    return Atom(one.labels, one.people + other.people, one.took_part + other.took_part)
