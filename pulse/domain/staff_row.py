"""One row of a staff file becomes a record, or the list of everything that is wrong with it.

Every cell is looked at even after the first problem, so that HR sees all of a row's problems
in one go. What holds for single cells is in `staff_rules`, what holds between them is here.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple

from pulse.domain import org_tree, staff_cells, staff_rules
from pulse.domain.org_tree import UnitRef
from pulse.domain.separation import Meaning, Separation
from pulse.domain.staff_cells import BadCell
from pulse.domain.staff_columns import Field
from pulse.domain.staff_dates import DateOrder
from pulse.domain.staff_plan import StaffPlan
from pulse.domain.staff_rules import Rule, Word

SHOWN = 80
UNKNOWN_WORD = "is not known as a kind of leaving"
NOTICE_WAITS = "notice dates wait until the last day is known"
NO_KIND = "leavers without a stated kind count as “other”"


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a row is rejected: the line it begins on, the field, the reason, what the cell said."""

    line: int
    field: str
    reason: str
    value: str = ""


class StaffRecord(NamedTuple):
    """What a row says about one person, every value checked.

    A named tuple, because a million of them are made and a frozen dataclass takes six times as
    long to make.
    """

    line: int
    number: str
    name: str
    email: str | None
    units: tuple[UnitRef, ...]
    unit_since: date | None
    manager: str | None
    hired_on: date
    left_on: date | None
    separation: Separation | None
    notice_on: date | None
    locale: str | None
    time_zone: str | None
    attributes: tuple[str, ...]

    @property
    def unit(self) -> str:
        """The key of the person's own unit."""
        return self.units[-1].key


class _Column(NamedTuple):
    """A column that is read: whose it is, where it stands, how its cells are read."""

    name: Any
    place: int
    rule: Rule


@dataclass(slots=True)
class RowReader:
    """Reads rows of one file. `orders` is the order of each date column that needs one.

    What is assumed on the way is counted, so that nothing is assumed silently.
    """

    plan: StaffPlan
    header: Sequence[str]
    orders: Mapping[Field, DateOrder | None]
    today: date
    assumed: Counter[str] = field(default_factory=Counter)
    places: dict[Field, int] = field(init=False)
    _facts: tuple[_Column, ...] = field(init=False)
    _attributes: tuple[_Column, ...] = field(init=False)

    def __post_init__(self) -> None:
        place = {name: index for index, name in enumerate(self.header)}
        self.places = {fact: place[column] for fact, column in self.plan.columns.items()}
        rules = staff_rules.rules(self.plan, self.orders, self.today)
        self._facts = tuple(_Column(fact, at, rules[fact]) for fact, at in self.places.items())
        self._attributes = tuple(
            _Column(choice.column, place[choice.column], staff_rules.attribute())
            for choice in self.plan.attributes
        )

    def read(self, line: int, cells: Sequence[str]) -> StaffRecord | tuple[Problem, ...]:
        """Give a `StaffRecord`, or every problem of the row."""
        if len(cells) != len(self.header):
            wrong = f"the row has {len(cells)} cells, the header has {len(self.header)}"
            return (Problem(line, "row", wrong),)
        row = _Row(line, self)
        record = row.record(row.values(cells, self._facts), row.values(cells, self._attributes))
        return tuple(row.problems) or record


Values = dict[Any, Any]


class _Row:
    """One row on its way to a record, and the problems met on it."""

    __slots__ = ("_line", "_reader", "problems")

    def __init__(self, line: int, reader: RowReader) -> None:
        self._line = line
        self._reader = reader
        self.problems: list[Problem] = []

    def _wrong(self, fact: str, reason: str, value: str = "") -> None:
        self.problems.append(Problem(self._line, fact, reason, value[:SHOWN]))

    def values(self, cells: Sequence[str], columns: Sequence[_Column]) -> Values:
        """Read the cells one by one; there is no value where there is a problem."""
        values: Values = {}
        for name, place, rule in columns:
            try:
                values[name] = rule(cells[place])
            except BadCell as error:
                self._wrong(name, str(error), staff_cells.tidy(cells[place]))
        return values

    def record(self, said: Values, attributes: Values) -> StaffRecord:
        get = said.get
        left_on, notice_on = get(Field.LEFT_ON), get(Field.NOTICE_ON)
        if left_on or notice_on:
            self._check_order(get(Field.HIRED_ON), left_on, notice_on)
        return StaffRecord(
            self._line,
            get(Field.NUMBER, ""),
            get(Field.NAME) or self._joined_name(said),
            get(Field.EMAIL),
            self._numbered(said) if Field.UNIT_ID in said else get(Field.UNIT, _NO_UNIT),
            get(Field.UNIT_SINCE),
            get(Field.MANAGER),
            get(Field.HIRED_ON, date.min),
            left_on,
            self._separation(left_on, get(Field.SEPARATION), get(Field.REASON)),
            notice_on if left_on else None,
            get(Field.LOCALE),
            get(Field.TIME_ZONE),
            tuple(attributes.values()),
        )

    def _joined_name(self, said: Values) -> str:
        name = f"{said.get(Field.GIVEN_NAME) or ''} {said.get(Field.FAMILY_NAME) or ''}".strip()
        try:
            return staff_cells.plain(name, staff_cells.NAME_LENGTH)
        except BadCell as error:
            self._wrong(Field.NAME, str(error), name)
            return ""

    def _check_order(self, hired: date | None, left: date | None, notice: date | None) -> None:
        hired = hired or date.min
        if left is not None and left < hired:
            self._wrong(Field.LEFT_ON, f"is before the day of hiring, {hired}", str(left))
        if notice is not None and notice < hired:
            self._wrong(Field.NOTICE_ON, f"is before the day of hiring, {hired}", str(notice))
        if notice is not None and left is not None and notice > left:
            self._wrong(Field.NOTICE_ON, f"is after the last day, {left}", str(notice))
        if notice is not None and left is None:
            self._reader.assumed[NOTICE_WAITS] += 1

    def _numbered(self, said: Values) -> tuple[UnitRef, ...]:
        key, parent = said[Field.UNIT_ID], said.get(Field.UNIT_PARENT)
        if parent == key:
            self._wrong(Field.UNIT_PARENT, "is the unit itself", key)
        name = said.get(Field.UNIT) or key[: org_tree.NAME_LENGTH]
        return (UnitRef(key, name, parent),)

    def _separation(
        self, left_on: date | None, status: Word | None, reason: Word | None
    ) -> Separation | None:
        if left_on is None:
            self._check_still_here(status)
            return None
        stays = status is not None and status.said is Meaning.EMPLOYED
        if stays and left_on <= self._reader.today:
            wrong = f"says employed, but the last day is {left_on}"
            self._wrong(Field.SEPARATION, wrong, status.text if status else "")
        words = {Field.SEPARATION: status, Field.REASON: reason}
        kinds = [word.said for word in words.values() if word is not None]
        for kind in kinds:
            if isinstance(kind, Separation):
                return kind
        for fact, word in words.items():
            if word is not None and word.said is Meaning.UNKNOWN:
                return self._unknown(fact, word)
        self._reader.assumed[NO_KIND] += 1
        return Separation.OTHER

    def _check_still_here(self, status: Word | None) -> None:
        if status is None or any(one.field == Field.LEFT_ON for one in self.problems):
            return
        if isinstance(status.said, Separation) or status.said is Meaning.LEFT:
            self._wrong(Field.LEFT_ON, f"is empty, but the status says “{status.text}”")

    def _unknown(self, fact: Field, word: Word) -> Separation | None:
        kind = self._reader.plan.unknown
        if kind is None:
            self._wrong(fact, UNKNOWN_WORD, word.text)
        else:
            self._reader.assumed[f"leavers with words nobody has sorted count as “{kind}”"] += 1
        return kind


_NO_UNIT = (UnitRef("", "", None),)
