"""The frame: who is asked, and which label each of them carries, frozen when a wave opens.

staff file of the day -> audience -> cut into labels -> frame rows. Nothing here ever changes
again for that wave, however people move afterwards.
"""

import json
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import cast

from sqlalchemy import Table, func, or_, select
from sqlalchemy.orm import Session

from pulse import bulk
from pulse.domain.dimension import CROSS, ORGANISATION, Dimension, crossing, parts, unit_code
from pulse.domain.errors import Conflict
from pulse.domain.joint import Joint
from pulse.domain.labels import Cut, Dropped, TreeUnit, cut_classes, cut_tree
from pulse.invitations import chosen, crossings
from pulse.invitations.chosen import Chosen, Limits
from pulse.invitations.model import FrameMember
from pulse.people import attributes, roster, units
from pulse.people.attributes import AttributeInfo
from pulse.people.model import Employee
from pulse.people.roster import RosterEntry
from pulse.people.units import UnitNode
from pulse.surveys.audience import Audience

_BATCH = 5_000
_MEMBER = cast(Table, FrameMember.__table__)
_COLUMNS = ("wave_id", "employee_id", "unit_id", "labels")


@dataclass(frozen=True, slots=True)
class FrameRequest:
    """Who is to be asked on which day, and the least numbers of people that make it safe.

    `dimensions` are keys of attributes, and of crossings of them or with the organisation.
    """

    wave_id: int
    audience: Audience
    dimensions: tuple[str, ...]
    day: date
    label_minimum: int = 8
    fewest: int = 20
    company: str = "Everyone"
    limits: Limits = field(default_factory=Limits)


@dataclass(frozen=True, slots=True)
class Frame:
    """What a frame would be: its people, its dimensions, and those that had to be dropped."""

    chosen: Chosen
    cuts: tuple[Cut, ...]
    dropped: tuple[Dropped, ...]

    @property
    def people(self) -> tuple[RosterEntry, ...]:
        """Everybody who would be asked."""
        return self.chosen.people

    @property
    def dimensions(self) -> tuple[Dimension, ...]:
        """The dimensions that the manifest of the wave will have."""
        return tuple(cut.dimension for cut in self.cuts)


def freeze(session: Session, request: FrameRequest) -> tuple[Dimension, ...]:
    """Write the frame of a wave and give its dimensions, the organisation first.

    Raises Conflict where too few people would be asked, and where the frame is there already.
    """
    if invited(session, request.wave_id):
        raise Conflict(f"The frame of wave {request.wave_id} is frozen already.")
    found = preview(session, request)
    for start in range(0, len(found.people), _BATCH):
        people = found.people[start : start + _BATCH]
        rows = (_row(request.wave_id, person, found.cuts) for person in people)
        bulk.insert_rows(session, _MEMBER, _COLUMNS, rows)
    chosen.keep(session, request.limits.turn, found.chosen.drawn)
    return found.dimensions


def preview(session: Session, request: FrameRequest) -> Frame:
    """Work out the frame without writing it. Raises Conflict where too few would be asked."""
    # People first: whoever an import moves into a new unit meanwhile is in the tree read after.
    employed = roster.employed_on(session, request.day)
    tree = units.tree(session)
    audience = of_audience(employed, request.audience, tree)
    found_now = chosen.choose(session, audience, request.limits, (request.wave_id, request.day))
    people = found_now.people
    if len(people) < request.fewest:
        raise Conflict(_too_few(len(people), found_now.spared, request.fewest))
    known = {item.key: item for item in attributes.reportable(session)}
    wanted = [known[key] for key in request.dimensions if key in known]
    found: list[Cut | Dropped] = [
        _by_unit(people, tree, request),
        *(_by_class(people, item, request.label_minimum) for item in wanted),
    ]
    if crossed := [key for key in request.dimensions if CROSS in key]:
        single = _cuts(found)
        carried = [_labels(person, single) for person in people]
        found += crossings.cut(crossed, found, carried, request.label_minimum)
    dropped = tuple(item for item in found if isinstance(item, Dropped))
    return Frame(found_now, _cuts(found), dropped)


def _too_few(people: int, spared: int, fewest: int) -> str:
    words = (
        f"Only {people} people would be asked. A wave needs at least {fewest}, or it could not "
        "keep anybody anonymous."
    )
    return f"{words} {spared} are spared: they were asked often enough lately." if spared else words


def invited(session: Session, wave_id: int) -> int:
    """Count the people of a frame; 0 before it is frozen."""
    return (
        session.scalar(
            select(func.count()).select_from(FrameMember).where(FrameMember.wave_id == wave_id)
        )
        or 0
    )


@dataclass(frozen=True, slots=True)
class FramedPerson:
    """One person of a frozen frame with a label in each dimension."""

    employee_id: int
    number: str
    labels: Mapping[str, str]


def members(session: Session, wave_id: int) -> tuple[FramedPerson, ...]:
    """Give everybody in the frame of a wave, by staff number."""
    rows = session.execute(
        select(FrameMember.employee_id, Employee.number, FrameMember.labels)
        .join(Employee, Employee.id == FrameMember.employee_id)
        .where(FrameMember.wave_id == wave_id)
        .order_by(Employee.number)
    )
    return tuple(FramedPerson(*row) for row in rows)


def joint(session: Session, wave_id: int, keys: Sequence[str]) -> Joint:
    """Count who is asked in a wave by the labels that they carry together."""
    query = select(FrameMember.labels).where(FrameMember.wave_id == wave_id)
    return Joint.of(keys, session.scalars(query.execution_options(yield_per=_BATCH)))


def names(session: Session, wave_id: int, day: date) -> tuple[str, ...]:
    """Give the names of everybody asked in a wave and of everybody employed on a day."""
    asked = select(FrameMember.employee_id).where(FrameMember.wave_id == wave_id)
    query = select(Employee.name).where(
        or_(Employee.id.in_(asked), Employee.id.in_(roster.ids_on(day)))
    )
    return tuple(session.scalars(query.distinct().order_by(Employee.name)))


def label_units(session: Session, wave_id: int) -> dict[str, tuple[int, ...]]:
    """Give the ids of the units whose people carry each label of the organisation."""
    carried = FrameMember.labels[ORGANISATION].as_string()
    rows = session.execute(
        select(carried, FrameMember.unit_id).where(FrameMember.wave_id == wave_id).distinct()
    )
    found: defaultdict[str, list[int]] = defaultdict(list)
    for label, unit_id in rows:
        found[label].append(unit_id)
    return {label: tuple(sorted(ids)) for label, ids in found.items()}


def of_audience(
    employed: Sequence[RosterEntry], audience: Audience, tree: Sequence[UnitNode]
) -> tuple[RosterEntry, ...]:
    """Give those of the people employed whom an audience means."""
    inside = units.with_below(tree, audience.unit_ids or [node.id for node in tree])
    return tuple(
        person
        for person in employed
        if person.unit_id in inside and audience.matches(person.attributes)
    )


def _cuts(found: Sequence[Cut | Dropped]) -> tuple[Cut, ...]:
    return tuple(item for item in found if isinstance(item, Cut))


def _by_unit(people: Sequence[RosterEntry], tree: Sequence[UnitNode], request: FrameRequest) -> Cut:
    codes = {node.id: unit_code(node.id) for node in tree}
    shapes = [TreeUnit(codes[node.id], node.name, codes.get(node.parent_id or 0)) for node in tree]
    own = Counter(codes[person.unit_id] for person in people)
    return cut_tree(shapes, own, request.label_minimum, request.company)


def _by_class(people: Sequence[RosterEntry], info: AttributeInfo, minimum: int) -> Cut | Dropped:
    classes = Counter(person.attributes.get(info.key, "") for person in people)
    return cut_classes(info.key, info.label, classes, minimum)


def _labels(person: RosterEntry, cuts: Sequence[Cut]) -> dict[str, str]:
    """Give the label of a person in each cut; those of crossings follow from the others."""
    found: dict[str, str] = {}
    for cut in cuts:
        key = cut.dimension.key
        if cut.dimension.is_crossing:
            own = crossing(*(found[part] for part in parts(key)))
        elif key == ORGANISATION:
            own = unit_code(person.unit_id)
        else:
            own = person.attributes.get(key, "")
        found[key] = cut.label_of[own]
    return found


def _row(wave_id: int, person: RosterEntry, cuts: Sequence[Cut]) -> bulk.Row:
    labels = json.dumps(_labels(person, cuts))
    return (wave_id, person.employee_id, person.unit_id, labels)
