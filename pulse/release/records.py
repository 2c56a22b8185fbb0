"""A release as records with named fields, for programs: the rows of the files, nothing else.

A field without a value is left out, so a suppressed figure has its status and its reason, and no
place in which a number could stand.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from sqlalchemy.orm import Session

from pulse.domain.cells import Span
from pulse.release import export, exported_about, rows
from pulse.release.values import ReleaseInfo

Record: TypeAlias = dict[str, Any]
# Groups on a page; each has a record for every question, driver and eNPS.
PAGE = 100


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which groups: all, those of a dimension, those of a code, by pages from 1."""

    dimension: str | None = None
    group: str | None = None
    page: int = 1


@dataclass(frozen=True, slots=True)
class Records:
    """A page of records; `groups` is how many groups there are on all pages."""

    records: tuple[Record, ...]
    groups: int
    page: int
    pages: int


def cells(session: Session, release: ReleaseInfo, wanted: Wanted) -> Records:
    """Give the figures of a page of groups."""
    found = [
        group
        for group in rows.groups(session, release)
        if wanted.dimension in {None, group.dimension} and wanted.group in {None, group.code}
    ]
    pages = max(1, -(-len(found) // PAGE))
    page = min(max(wanted.page, 1), pages)
    body = export.cells(session, release, found[(page - 1) * PAGE : page * PAGE])
    records = tuple(_record(export.CELLS, row) for row in body)
    return Records(records, len(found), page, pages)


def groups(session: Session, release: ReleaseInfo) -> tuple[Record, ...]:
    """Give every group with its name, its status and what it is made of."""
    sheet = export.sheets(session, release)[1]
    return tuple(_record(sheet.headers, row) for row in sheet.body)


def about(session: Session, release: ReleaseInfo) -> Record:
    """Say what was asked, by which rules it was published, and how it was counted."""
    return {"id": release.id} | exported_about.entries(session, release)


def _record(names: Sequence[str], row: Sequence[object]) -> Record:
    return {
        name: _value(value)
        for name, value in zip(names, row, strict=True)
        if value not in {"", None}
    }


def _value(value: object) -> object:
    """Give a count as a number, or as the two ends of what is published."""
    if not isinstance(value, Span):
        return value
    return value.low if value.is_exact else {"low": value.low, "high": value.high}
