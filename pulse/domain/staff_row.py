"""One row of a staff file becomes a record, or the list of everything that is wrong with it.

Every cell is looked at even after the first problem, so that HR sees all of a row's problems
in one go.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache

from pulse.domain import org_tree, staff_cells, staff_dates
from pulse.domain.org_tree import UnitRef
from pulse.domain.separation import Meaning, Separation, meaning, normal
from pulse.domain.staff_cells import BadCell
from pulse.domain.staff_columns import Field
from pulse.domain.staff_dates import DateOrder
from pulse.domain.staff_plan import StaffPlan

SHOWN = 80
UNKNOWN_WORD = "is not known as a kind of leaving"


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a row is rejected: the line it begins on, the field, the reason, what the cell said."""

    line: int
    field: str
    reason: str
    value: str = ""


@dataclass(frozen=True, slots=True)
class StaffRecord:
    """What a row says about one person, every value checked."""

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
    _at: dict[Field, int] = field(init=False)
    _attributes: tuple[tuple[str, int], ...] = field(init=False)

    def __post_init__(self) -> None:
        place = {name: index for index, name in enumerate(self.header)}
        self._at = {fact: place[column] for fact, column in self.plan.columns.items()}
        self._attributes = tuple((c.column, place[c.column]) for c in self.plan.attributes)

    def read(self, line: int, cells: Sequence[str]) -> StaffRecord | tuple[Problem, ...]:
        if len(cells) != len(self.header):
            wrong = f"the row has {len(cells)} cells, the header has {len(self.header)}"
            return (Problem(line, "row", wrong),)
        row = _Row(self, line, cells)
        record = row.record()
        return tuple(row.problems) or record

    @property
    def places(self) -> Mapping[Field, int]:
        """Where each mapped field stands in a row."""
        return self._at

    @property
    def further(self) -> tuple[tuple[str, int], ...]:
        return self._attributes


class _Row:
    """The cells of one row on their way to a record, and the problems met on it."""

    __slots__ = ("_at", "_cells", "_line", "_reader", "problems")

    def __init__(self, reader: RowReader, line: int, cells: Sequence[str]) -> None:
        self._reader = reader
        self._line = line
        self._cells = cells
        self._at = reader.places
        self.problems: list[Problem] = []

    def record(self) -> StaffRecord:
        hired_on = self._date(Field.HIRED_ON, needed=True) or date.min
        left_on = self._date(Field.LEFT_ON)
        notice_on = self._date(Field.NOTICE_ON)
        self._check_order(hired_on, left_on, notice_on)
        if notice_on and not left_on:
            self._reader.assumed["notice dates wait until the last day is known"] += 1
        return StaffRecord(
            line=self._line,
            number=self._text(Field.NUMBER, staff_cells.NUMBER_LENGTH, needed=True),
            name=self._name(),
            email=self._checked(Field.EMAIL, staff_cells.email),
            units=self._units(),
            unit_since=self._date(Field.UNIT_SINCE),
            manager=self._text(Field.MANAGER, staff_cells.NUMBER_LENGTH) or None,
            hired_on=hired_on,
            left_on=left_on,
            separation=self._separation(left_on),
            notice_on=notice_on if left_on else None,
            locale=self._checked(Field.LOCALE, staff_cells.locale),
            time_zone=self._checked(Field.TIME_ZONE, staff_cells.time_zone),
            attributes=tuple(self._attribute(*place) for place in self._reader.further),
        )

    def _cell(self, fact: Field) -> str:
        place = self._at.get(fact)
        return "" if place is None else staff_cells.tidy(self._cells[place])

    def _wrong(self, fact: str, reason: str, value: str = "") -> None:
        self.problems.append(Problem(self._line, fact, reason, value[:SHOWN]))

    def _text(self, fact: Field, longest: int, *, needed: bool = False) -> str:
        text = self._cell(fact)
        if needed and not text:
            self._wrong(fact, "is empty")
        return self._plain(fact, text, longest)

    def _plain(self, name: str, text: str, longest: int) -> str:
        if not text:
            return ""
        try:
            return staff_cells.plain(text, longest)
        except BadCell as error:
            self._wrong(name, str(error), text)
            return ""

    def _checked(self, fact: Field, rule: Callable[[str], str]) -> str | None:
        text = self._cell(fact)
        try:
            return rule(text) if text else None
        except BadCell as error:
            self._wrong(fact, str(error), text)
            return None

    def _name(self) -> str:
        longest = staff_cells.NAME_LENGTH
        if Field.NAME in self._at:
            return self._text(Field.NAME, longest, needed=True)
        family = self._text(Field.FAMILY_NAME, longest, needed=True)
        name = f"{self._cell(Field.GIVEN_NAME)} {family}".strip()
        return self._plain(Field.NAME, name, longest)

    def _date(self, fact: Field, *, needed: bool = False) -> date | None:
        text = self._cell(fact)
        if not text:
            if needed:
                self._wrong(fact, "is empty")
            return None
        day = staff_dates.parse(text, self._reader.orders.get(fact), self._reader.today)
        if day is None:
            self._wrong(fact, "is not a date in the order of this column", text)
        elif not staff_dates.acceptable(day, self._reader.today):
            self._wrong(fact, f"is before {staff_dates.EARLIEST_YEAR} or too far ahead", text)
        return day

    def _check_order(self, hired: date, left: date | None, notice: date | None) -> None:
        if left is not None and left < hired:
            self._wrong(Field.LEFT_ON, f"is before the day of hiring, {hired}", str(left))
        if notice is not None and notice < hired:
            self._wrong(Field.NOTICE_ON, f"is before the day of hiring, {hired}", str(notice))
        if notice is not None and left is not None and notice > left:
            self._wrong(Field.NOTICE_ON, f"is after the last day, {left}", str(notice))

    def _units(self) -> tuple[UnitRef, ...]:
        text = self._cell(Field.UNIT)
        units = self._path(text) if Field.UNIT_ID not in self._at else self._numbered(text)
        return units or (UnitRef("", "", None),)

    def _path(self, text: str) -> tuple[UnitRef, ...]:
        units = org_tree.from_path(text)
        try:
            _check_units(units)
        except BadCell as error:
            self._wrong(Field.UNIT, str(error), text)
        return units

    def _numbered(self, name: str) -> tuple[UnitRef, ...]:
        key = self._text(Field.UNIT_ID, staff_cells.NUMBER_LENGTH, needed=True)
        parent = self._text(Field.UNIT_PARENT, staff_cells.NUMBER_LENGTH) or None
        name = self._plain(Field.UNIT, name, org_tree.NAME_LENGTH) or key
        if parent == key:
            self._wrong(Field.UNIT_PARENT, "is the unit itself", key)
        return (UnitRef(key, name, parent),)

    def _separation(self, left_on: date | None) -> Separation | None:
        words = [self._cell(Field.SEPARATION), self._cell(Field.REASON)]
        said = [self._reader.plan.words.get(normal(word)) or meaning(word) for word in words]
        kind = next((one for one in said if isinstance(one, Separation)), None)
        if left_on is None:
            self._check_still_here(said[0], words[0])
            return None
        if said[0] is Meaning.EMPLOYED and left_on <= self._reader.today:
            self._wrong(Field.SEPARATION, f"says employed, but the last day is {left_on}", words[0])
        if kind is None and Meaning.UNKNOWN in said:
            return self._unknown(said.index(Meaning.UNKNOWN), words)
        if kind is None:
            self._reader.assumed["leavers without a stated kind count as “other”"] += 1
        return kind or Separation.OTHER

    def _check_still_here(self, status: Separation | Meaning | None, word: str) -> None:
        if isinstance(status, Separation) or status is Meaning.LEFT:
            self._wrong(Field.LEFT_ON, f"is empty, but the status says “{word}”")

    def _unknown(self, which: int, words: Sequence[str]) -> Separation | None:
        kind = self._reader.plan.unknown
        if kind is None:
            fact = (Field.SEPARATION, Field.REASON)[which]
            self._wrong(fact, UNKNOWN_WORD, words[which])
        else:
            self._reader.assumed[f"leavers with words nobody has sorted count as “{kind}”"] += 1
        return kind

    def _attribute(self, name: str, place: int) -> str:
        text = staff_cells.tidy(self._cells[place])
        return self._plain(name, text, staff_cells.VALUE_LENGTH)


@lru_cache(maxsize=32768)
def _check_units(units: tuple[UnitRef, ...]) -> None:
    """Raise BadCell for a path that is empty, too deep or too long."""
    if not units:
        raise BadCell("is empty")
    if len(units) > org_tree.MAX_DEPTH or len(units[-1].key) > org_tree.KEY_LENGTH:
        raise BadCell(f"is deeper than {org_tree.MAX_DEPTH} units or too long")
    for unit in units:
        staff_cells.plain(unit.name, org_tree.NAME_LENGTH)
