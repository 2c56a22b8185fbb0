"""How one record stands in the scratch file: days as numbers, attributes as JSON."""

import json
from datetime import date
from functools import lru_cache
from typing import Any

from pulse.domain.org_tree import UnitRef
from pulse.domain.separation import Separation
from pulse.domain.staff_row import StaffRecord


def stored(record: StaffRecord) -> tuple[str | int | None, ...]:
    """Give the row to keep for a record."""
    kind = record.separation
    return (
        record.number,
        record.line,
        record.name,
        record.email,
        record.units[-1].key,
        _ordinal(record.unit_since),
        record.manager,
        record.hired_on.toordinal(),
        _ordinal(record.left_on),
        # The driver takes long over a text that is not quite a text.
        None if kind is None else kind.value,
        _ordinal(record.notice_on),
        record.locale,
        record.time_zone,
        _packed(record.attributes),
    )


def _ordinal(day: date | None) -> int | None:
    return None if day is None else day.toordinal()


def read(row: tuple[Any, ...]) -> StaffRecord:
    """Give the record again; of its units only the key of its own."""
    number, line, name, email, unit, since, manager, hired, left, kind, notice, *rest = row
    locale, time_zone, attributes = rest
    return StaffRecord(
        line,
        number,
        name,
        email,
        _standing_in(unit),
        since and _day(since),
        manager,
        _day(hired),
        left and _day(left),
        kind and Separation(kind),
        notice and _day(notice),
        locale,
        time_zone,
        _unpacked(attributes),
    )


# Most rows share these with many others.
_day = lru_cache(16_384)(date.fromordinal)


@lru_cache(16_384)
def _standing_in(unit: str) -> tuple[UnitRef, ...]:
    return (UnitRef(unit, "", None),)


@lru_cache(16_384)
def _packed(attributes: tuple[str, ...]) -> str:
    return json.dumps(attributes)


@lru_cache(16_384)
def _unpacked(attributes: str) -> tuple[str, ...]:
    return tuple(json.loads(attributes))
