"""Tables of the staff file: units, employees, their spells of employment, and imports.

A spell holds its first day and not its last (`ends_on` is the first day after it). A move closes
one spell and opens the next on the same day, without a separation; a separation is the end of
employment. A spell therefore ends with a separation only if it ends at all, and the table says so.
"""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from pulse.db import Model, UtcDateTime

# Numbers are compared byte by byte on both databases, so that a merge in sorted order agrees.
NUMBER = String(64).with_variant(String(64, collation="C"), "postgresql")


class Unit(Model):
    """A unit of the organisation; `key` is its path or its number in the HR system."""

    __tablename__ = "unit"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(600), unique=True)
    name: Mapped[str] = mapped_column(String(120))
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"), index=True)

    __table_args__ = (CheckConstraint("parent_id <> id", name="not_above_itself"),)


class Employee(Model):
    """A person of the staff file, by the number the HR system gives them."""

    __tablename__ = "employee"

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(NUMBER, unique=True)
    name: Mapped[str] = mapped_column(String(200))
    # Lower case; not unique, because someone who returns may come back under a new number.
    email: Mapped[str | None] = mapped_column(String(254), index=True)
    # As the file says it; it need not be the number of anybody Pulse knows.
    manager_number: Mapped[str | None] = mapped_column(String(64))
    locale: Mapped[str | None] = mapped_column(String(35))
    time_zone: Mapped[str | None] = mapped_column(String(64))


class EmploymentSpell(Model):
    """Days that one person spent in one unit without a break."""

    __tablename__ = "employment_spell"

    id: Mapped[int] = mapped_column(primary_key=True)
    employee_id: Mapped[int] = mapped_column(ForeignKey("employee.id", ondelete="CASCADE"))
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), index=True)
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]
    separation: Mapped[str | None] = mapped_column(String(12))
    notice_on: Mapped[date | None]

    __table_args__ = (
        UniqueConstraint("employee_id", "starts_on"),
        Index(None, "starts_on", "ends_on"),
        CheckConstraint("ends_on > starts_on", name="ends_after_start"),
        CheckConstraint(
            "separation IN ('voluntary', 'involuntary', 'other')", name="separation_kind"
        ),
        CheckConstraint("separation IS NULL OR ends_on IS NOT NULL", name="separation_ends"),
        CheckConstraint("notice_on IS NULL OR separation IS NOT NULL", name="notice_separates"),
    )


class Attribute(Model):
    """A further fact HR chose to keep; only a reportable one may ever group results."""

    __tablename__ = "attribute"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(64), unique=True)
    label: Mapped[str] = mapped_column(String(120))
    reportable: Mapped[bool]


class EmployeeAttribute(Model):
    """The value of one attribute for one person; no row where the file says nothing."""

    __tablename__ = "employee_attribute"

    employee_id: Mapped[int] = mapped_column(
        ForeignKey("employee.id", ondelete="CASCADE"), primary_key=True
    )
    attribute_id: Mapped[int] = mapped_column(
        ForeignKey("attribute.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    value: Mapped[str] = mapped_column(String(200))


class ColumnMapping(Model):
    """How a header was mapped the last time a file with it was applied."""

    __tablename__ = "column_mapping"

    id: Mapped[int] = mapped_column(primary_key=True)
    fingerprint: Mapped[str] = mapped_column(String(64), unique=True)
    plan: Mapped[dict[str, Any]] = mapped_column(JSON)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)


class StaffImport(Model):
    """One staff file on its way in: its state, how far it got, and what it would or did change."""

    __tablename__ = "staff_import"

    id: Mapped[int] = mapped_column(primary_key=True)
    state: Mapped[str] = mapped_column(String(10), index=True)
    file_name: Mapped[str] = mapped_column(String(200))
    # The name of the uploaded file on disk; none for a file given on the command line.
    stored_as: Mapped[str | None] = mapped_column(String(64), unique=True)
    as_of: Mapped[date]
    plan: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    skip_rejected: Mapped[bool]
    rows_total: Mapped[int]
    rows_done: Mapped[int]
    report: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    error: Mapped[str | None] = mapped_column(String(500))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    # When a process took the work in hand; work in hand for too long is taken over.
    claimed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    __table_args__ = (
        CheckConstraint(
            "state IN ('uploaded', 'checking', 'checked', 'applying', 'applied', 'failed')",
            name="known_state",
        ),
    )
