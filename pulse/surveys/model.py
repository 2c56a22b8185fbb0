"""Tables of surveys and their waves.

A question's text is copied into its survey, so that later changes of the bank never change
what has been asked. The manifest of a wave is written once, when it opens.
"""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, String, Text, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column

from pulse.db import Model, UtcDateTime


class Survey(Model):
    """What is asked, and of whom; waves ask it again and again."""

    __tablename__ = "survey"

    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str] = mapped_column(String(120))
    introduction: Mapped[str] = mapped_column(Text, default="")
    audience: Mapped[dict[str, Any]] = mapped_column(JSON)
    # Keys of the reportable attributes by which results may be shown, in order, and of crossings.
    dimensions: Mapped[list[str]] = mapped_column(JSON)
    # In which language its texts are, and what HR wrote in others: language -> texts.
    language: Mapped[str] = mapped_column(String(8), server_default="en")
    translations: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    # In how many parts the staff take turns, and how many of the rotating questions a wave asks.
    parts: Mapped[int] = mapped_column(default=1, server_default="1")
    rotating_per_wave: Mapped[int] = mapped_column(default=0, server_default="0")


class SurveyQuestion(Model):
    """One question of a survey, as it was worded when the survey was composed."""

    __tablename__ = "survey_question"
    __table_args__ = (
        UniqueConstraint("survey_id", "position"),
        UniqueConstraint("survey_id", "code"),
        CheckConstraint(
            "scale IN ('likert5', 'zero_to_ten', 'yes_no', 'open')", name="known_scale"
        ),
        CheckConstraint("position >= 1", name="position_from_one"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    survey_id: Mapped[int] = mapped_column(ForeignKey("survey.id", ondelete="CASCADE"))
    position: Mapped[int]
    code: Mapped[str] = mapped_column(String(32))
    text: Mapped[str] = mapped_column(String(200))
    scale: Mapped[str] = mapped_column(String(16))
    driver: Mapped[str] = mapped_column(String(32))
    reverse: Mapped[bool]
    # Whether it takes turns with others instead of being asked in every wave.
    rotates: Mapped[bool] = mapped_column(default=False, server_default=false())


class Wave(Model):
    """One asking of a survey: a plan first, then fieldwork, then a release."""

    __tablename__ = "wave"
    __table_args__ = (
        UniqueConstraint("survey_id", "opens_on"),
        UniqueConstraint("survey_id", "number"),
        CheckConstraint("state IN ('planned', 'open', 'closed', 'released')", name="known_state"),
        CheckConstraint("opens_at < closes_at", name="closes_after_opening"),
        CheckConstraint("(manifest IS NULL) = (manifest_sha256 IS NULL)", name="whole_manifest"),
        # Nobody can be asked anything before what is asked has been frozen.
        CheckConstraint("state = 'planned' OR manifest IS NOT NULL", name="frozen_when_open"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    survey_id: Mapped[int] = mapped_column(ForeignKey("survey.id"), index=True)
    number: Mapped[int]
    state: Mapped[str] = mapped_column(String(16), index=True)
    opens_at: Mapped[datetime] = mapped_column(UtcDateTime)
    closes_at: Mapped[datetime] = mapped_column(UtcDateTime)
    # The local date of the opening in `time_zone`: one wave per survey and local date.
    opens_on: Mapped[date]
    time_zone: Mapped[str] = mapped_column(String(64))
    manifest: Mapped[str | None] = mapped_column(Text)
    manifest_sha256: Mapped[str | None] = mapped_column(String(64))
    # Of a wave that a cadence planned: the time, HH:MM, at which each person is asked on the own
    # clocks on `opens_on`. None for a wave planned by hand, whose invitations all go at once.
    own_time: Mapped[str | None] = mapped_column(String(5))
    # Whether somebody for whom that day is a public holiday is asked on the next working day.
    keeps_holidays: Mapped[bool] = mapped_column(default=False, server_default=false())
    # The codes of the questions that this wave asks, where some take turns; None for all of them.
    asked: Mapped[list[str] | None] = mapped_column(JSON(none_as_null=True))
    # Which part of the staff it asks, counted from 0; None for everybody.
    part: Mapped[int | None]
    parts: Mapped[int | None]
    # The state that HR wishes the wave to have now, until the worker has seen to it.
    asked_for: Mapped[str | None] = mapped_column(String(16))
    # Why the worker could not take the last step that was due.
    trouble: Mapped[str | None] = mapped_column(Text)
