"""One rule for each column of a staff file: the cell as it stands becomes a checked value.

A rule gives None for an empty cell and raises `BadCell` for one that cannot be used. Most columns
say the same few things over and over, so their rules remember what they gave; good cells only,
and never more than a fixed number of them.
"""

from collections.abc import Callable, Mapping
from datetime import date
from functools import lru_cache, partial
from typing import Any, NamedTuple

from pulse.domain import org_tree, staff_cells, staff_dates
from pulse.domain.org_tree import UnitRef
from pulse.domain.separation import Meaning, Separation, meaning, normal
from pulse.domain.staff_cells import BadCell, tidy
from pulse.domain.staff_columns import DATES, Field
from pulse.domain.staff_dates import DateOrder
from pulse.domain.staff_plan import StaffPlan

REMEMBERED = 16_384
Rule = Callable[[str], Any]

_NEEDED = frozenset({Field.NUMBER, Field.NAME, Field.FAMILY_NAME, Field.HIRED_ON, Field.UNIT_ID})
# What differs from person to person; remembering it would only cost.
_OWN = frozenset({Field.NUMBER, Field.NAME, Field.GIVEN_NAME, Field.FAMILY_NAME, Field.EMAIL})
_LONGEST = {
    Field.NUMBER: staff_cells.NUMBER_LENGTH,
    Field.MANAGER: staff_cells.NUMBER_LENGTH,
    Field.UNIT_ID: staff_cells.NUMBER_LENGTH,
    Field.UNIT_PARENT: staff_cells.NUMBER_LENGTH,
    Field.UNIT: org_tree.NAME_LENGTH,
    Field.NAME: staff_cells.NAME_LENGTH,
    Field.FAMILY_NAME: staff_cells.NAME_LENGTH,
    Field.GIVEN_NAME: staff_cells.NAME_LENGTH,
}
_CHECKS: Mapping[Field, Callable[[str], str]] = {
    Field.EMAIL: staff_cells.email,
    Field.LOCALE: staff_cells.locale,
    Field.TIME_ZONE: staff_cells.time_zone,
}


class Word(NamedTuple):
    """A word about employment or leaving, and what it is taken for."""

    text: str
    said: Separation | Meaning


def rules(
    plan: StaffPlan, orders: Mapping[Field, DateOrder | None], today: date
) -> dict[Field, Rule]:
    """Give the rule of each mapped field."""
    found: dict[Field, Rule] = {}
    for fact in plan.columns:
        rule = _rule(fact, plan, partial(_day, order=orders.get(fact), today=today))
        if fact in _NEEDED:
            rule = partial(_needed, rule)
        found[fact] = rule if fact in _OWN else lru_cache(REMEMBERED)(rule)
    return found


def attribute() -> Rule:
    """Give the rule of a column with an attribute; an empty cell is an empty value."""
    return lru_cache(REMEMBERED)(partial(_value, longest=staff_cells.VALUE_LENGTH))


def _rule(fact: Field, plan: StaffPlan, day: Rule) -> Rule:
    if fact in DATES:
        return day
    if fact in _CHECKS:
        return partial(_checked, check=_CHECKS[fact])
    if fact in {Field.SEPARATION, Field.REASON}:
        return partial(_word, words=plan.words)
    if fact is Field.UNIT and Field.UNIT_ID not in plan.columns:
        return _path
    return partial(_text, longest=_LONGEST[fact])


def _needed(rule: Rule, cell: str) -> object:
    value = rule(cell)
    if value is None:
        raise BadCell("is empty")
    return value


def _value(cell: str, longest: int) -> str:
    return staff_cells.plain(tidy(cell), longest)


def _text(cell: str, longest: int) -> str | None:
    return staff_cells.plain(tidy(cell), longest) or None


def _checked(cell: str, check: Callable[[str], str]) -> str | None:
    text = tidy(cell)
    return check(text) if text else None


def _word(cell: str, words: Mapping[str, Separation]) -> Word | None:
    text = tidy(cell)
    said = words.get(normal(text)) or meaning(text)
    return None if said is None else Word(text, said)


def _day(cell: str, order: DateOrder | None, today: date) -> date | None:
    text = tidy(cell)
    if not text:
        return None
    day = staff_dates.parse(text, order, today)
    if day is None:
        raise BadCell("is not a date in the order of this column")
    if not staff_dates.acceptable(day, today):
        raise BadCell(f"is before {staff_dates.EARLIEST_YEAR} or too far ahead")
    return day


def _path(cell: str) -> tuple[UnitRef, ...]:
    """Read a path; one that is empty, too deep or too long is refused."""
    units = org_tree.from_path(tidy(cell))
    if not units:
        raise BadCell("is empty")
    if len(units) > org_tree.MAX_DEPTH or len(units[-1].key) > org_tree.KEY_LENGTH:
        raise BadCell(f"is deeper than {org_tree.MAX_DEPTH} units or too long")
    for unit in units:
        staff_cells.plain(unit.name, org_tree.NAME_LENGTH)
    return units
