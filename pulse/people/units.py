"""The tree of units: read by other rooms, written by an import.

An import adds units and follows the file where it renames one or hangs it elsewhere; it never
removes a unit, because past spells stand in it.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.orm import Session

from pulse.domain import org_tree
from pulse.domain.org_tree import UnitRef
from pulse.people.model import Unit


@dataclass(frozen=True, slots=True)
class UnitNode:
    """A unit as other rooms see it."""

    id: int
    key: str
    name: str
    parent_id: int | None


def tree(session: Session) -> tuple[UnitNode, ...]:
    """Give every unit, parents before children, siblings by name."""
    rows = session.execute(
        select(Unit.id, Unit.key, Unit.name, Unit.parent_id).order_by(Unit.name, Unit.id)
    ).all()
    nodes = {str(row.id): UnitNode(row.id, row.key, row.name, row.parent_id) for row in rows}
    parents = {
        key: None if node.parent_id is None else str(node.parent_id) for key, node in nodes.items()
    }
    return tuple(nodes[key] for key in org_tree.parents_first(parents))


def with_below(tree: Sequence[UnitNode], chosen: Collection[int]) -> set[int]:
    """Give the units chosen and all below them, from a tree that names parents first."""
    inside = set(chosen)
    for node in tree:
        if node.parent_id in inside:
            inside.add(node.id)
    return inside


def known(session: Session) -> dict[str, UnitRef]:
    """Give the units in the form a file names them, by key."""
    nodes = tree(session)
    keys = {node.id: node.key for node in nodes}
    return {node.key: UnitRef(node.key, node.name, keys.get(node.parent_id or 0)) for node in nodes}


def ids(session: Session) -> dict[str, int]:
    """Give the id of each unit by key."""
    return {row.key: row.id for row in session.execute(select(Unit.key, Unit.id))}


def with_file(stored: Mapping[str, UnitRef], named: Mapping[str, UnitRef]) -> dict[str, UnitRef]:
    """Give the tree as it will be: what is stored, overruled by what the file says.

    A unit that the file names only as a parent is kept as it is stored, or else becomes a root
    that goes by its number.
    """
    units = {**stored, **named}
    for ref in tuple(named.values()):
        if ref.parent is not None and ref.parent not in units:
            units[ref.parent] = UnitRef(ref.parent, ref.parent[: org_tree.NAME_LENGTH], None)
    return units


def write(session: Session, units: Mapping[str, UnitRef]) -> dict[str, int]:
    """Bring the table to the given tree and give the id of each unit by key."""
    stored = known(session)
    fresh = [ref for key, ref in units.items() if key not in stored]
    if fresh:
        session.execute(insert(Unit), [{"key": ref.key, "name": ref.name} for ref in fresh])
    found = ids(session)
    changed = [ref for key, ref in units.items() if stored.get(key) != ref]
    if changed:
        table = Unit.metadata.tables["unit"]
        session.connection().execute(
            update(table).where(table.c.id == bindparam("unit")),
            [
                {
                    "unit": found[ref.key],
                    "name": ref.name,
                    "parent_id": found[ref.parent] if ref.parent is not None else None,
                }
                for ref in changed
            ],
        )
    return found
