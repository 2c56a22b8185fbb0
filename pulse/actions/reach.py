"""Which released groups a leader may answer: their own unit and all below it, or everything.

A leader without a unit, or with the unit at the top of the only tree, answers for the company.
"""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from pulse.domain.dimension import ORGANISATION, unit_code
from pulse.people import units


@dataclass(frozen=True, slots=True)
class Reach:
    """The whole company, or the codes of a unit and all units below it."""

    whole_company: bool
    unit_codes: frozenset[str] = frozenset()

    def covers(self, dimension: str, group_code: str) -> bool:
        """Say whether a group lies within.

        A unit's own people, without its teams, are a group of the unit. Groups by attribute (a
        location, say) cut across units, so only the whole company covers them.
        """
        unit = group_code.removesuffix(".own")
        return self.whole_company or (dimension == ORGANISATION and unit in self.unit_codes)


def of_unit(session: Session, unit_id: int | None) -> Reach:
    """Give the reach of a leader who answers for this unit, or for no unit in particular."""
    nodes = units.tree(session)
    roots = [node.id for node in nodes if node.parent_id is None]
    if unit_id is None or roots == [unit_id]:
        return Reach(whole_company=True)
    inside = {unit_id}
    for node in nodes:  # Parents come before their children.
        if node.parent_id in inside:
            inside.add(node.id)
    return Reach(whole_company=False, unit_codes=frozenset(map(unit_code, inside)))
