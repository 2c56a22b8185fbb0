"""Tables of cadences: by which rule a survey is asked, and which of its dates are decided.

A date is decided once, whatever becomes of it: a wave was planned, or it was left out. This is
what keeps the worker from planning it again after HR withdrew the wave, or after a clock went back.
"""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from pulse.db import Model, UtcDateTime


class SurveyCadence(Model):
    """The one cadence of a survey, in the fields of `domain.cadence`."""

    __tablename__ = "survey_cadence"
    __table_args__ = (
        CheckConstraint("state IN ('running', 'paused', 'ended')", name="known_state"),
        CheckConstraint(
            "repeats IN ('once', 'weeks', 'month_day', 'month_weekday')", name="known_rule"
        ),
        CheckConstraint("days BETWEEN 1 AND 92", name="days_open"),
        CheckConstraint("ends_on >= starts_on", name="ends_after_start"),
    )

    survey_id: Mapped[int] = mapped_column(
        ForeignKey("survey.id", ondelete="CASCADE"), primary_key=True
    )
    state: Mapped[str] = mapped_column(String(8))
    repeats: Mapped[str] = mapped_column(String(16))
    every: Mapped[int]
    weekday: Mapped[int | None]
    day: Mapped[int | None]
    week: Mapped[int | None]
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]
    # Local time of the day, HH:MM: each person's own.
    at: Mapped[str] = mapped_column(String(5))
    days: Mapped[int]
    keeps_holidays: Mapped[bool]
    # What would have opened before it was set or resumed is not asked for any more.
    runs_from: Mapped[datetime] = mapped_column(UtcDateTime)
    # The last date on which a wave was due and could not open in time.
    skipped_on: Mapped[date | None]


class SurveyOccurrence(Model):
    """One date of a cadence that is decided. No wave: it was left out, or its wave withdrawn."""

    __tablename__ = "survey_occurrence"

    survey_id: Mapped[int] = mapped_column(
        ForeignKey("survey_cadence.survey_id", ondelete="CASCADE"), primary_key=True
    )
    due_on: Mapped[date] = mapped_column(primary_key=True)
    wave_id: Mapped[int | None] = mapped_column(
        ForeignKey("wave.id", ondelete="SET NULL"), unique=True
    )
