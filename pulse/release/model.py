"""Tables of what has been published. Nothing here was ever below the floor.

There are no hidden rows for later: a suppressed group has its name and its reason, and no number
about answers. A release is written once and never changed; no row knows more than the day.
"""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from pulse.db import Model, UtcDateTime

REASONS = "'BELOW_FLOOR', 'COMPLEMENTARY', 'TOO_FEW_BALLOTS'"
WITHHELD = "'TOO_FEW_BALLOTS', 'LOCKED', 'DAMAGED', 'NOT_COUNTED'"
HELD = "'LOCKED', 'DAMAGED', 'NOT_COUNTED'"


class Release(Model):
    """The one publication of a wave, with the policy and the plan that it was made by."""

    __tablename__ = "release"
    __table_args__ = (
        CheckConstraint("floor >= 5 AND comment_floor >= 10", name="floors"),
        # A wave with too few ballots publishes that, and not how many there were.
        CheckConstraint(
            "withheld = (ballots IS NULL) AND withheld = (redeemed IS NULL)"
            " AND withheld = (unreadable IS NULL) AND withheld = (surplus IS NULL)",
            name="withheld_says_nothing",
        ),
        CheckConstraint("ballots IS NULL OR ballots >= 10", name="enough_ballots"),
        CheckConstraint(
            "NOT withheld OR (handed IS NULL AND excess IS NULL AND lost IS NULL"
            " AND accepted IS NULL)",
            name="withheld_says_no_more",
        ),
        CheckConstraint(
            f"withheld_reason IS NULL OR (withheld AND withheld_reason IN ({WITHHELD}))",
            name="known_withheld_reason",
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    wave_id: Mapped[int] = mapped_column(ForeignKey("wave.id"), unique=True)
    title: Mapped[str] = mapped_column(Text)
    closed_on: Mapped[date] = mapped_column(index=True)
    created_on: Mapped[date]
    rule: Mapped[str] = mapped_column(String(40))
    floor: Mapped[int]
    comment_floor: Mapped[int]
    manifest_sha256: Mapped[str] = mapped_column(String(64))
    # The thresholds in force and the groups chosen, kept as they were for whoever audits them.
    policy: Mapped[dict[str, Any]] = mapped_column(JSON)
    plan: Mapped[dict[str, Any]] = mapped_column(JSON)
    withheld: Mapped[bool]
    invited: Mapped[int]
    redeemed: Mapped[int | None]
    ballots: Mapped[int | None]
    unreadable: Mapped[int | None]
    surplus: Mapped[int | None]
    # New slips handed out, ballots beyond all tokens, ballots missing where most are, and why
    # somebody published all the same.
    handed: Mapped[int | None]
    excess: Mapped[int | None]
    lost: Mapped[int | None]
    accepted: Mapped[str | None] = mapped_column(Text)
    withheld_reason: Mapped[str | None] = mapped_column(String(20))


class ReleaseQuestion(Model):
    """A question as it was asked, so that a release can be read without its survey."""

    __tablename__ = "release_question"
    __table_args__ = (UniqueConstraint("release_id", "code"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    release_id: Mapped[int] = mapped_column(ForeignKey("release.id"))
    position: Mapped[int]
    code: Mapped[str] = mapped_column(String(32))
    text: Mapped[str] = mapped_column(String(200))
    scale: Mapped[str] = mapped_column(String(16))
    driver: Mapped[str] = mapped_column(String(32))
    reverse: Mapped[bool]


class ReleaseGroup(Model):
    """A group of a dimension: shown with its number of ballots, or not shown with a reason."""

    __tablename__ = "release_group"
    __table_args__ = (
        UniqueConstraint("release_id", "dimension", "code"),
        Index("ix_release_group_line", "dimension", "code"),
        CheckConstraint("status IN ('released', 'suppressed')", name="known_status"),
        CheckConstraint(f"reason IS NULL OR reason IN ({REASONS})", name="known_reason"),
        CheckConstraint(
            "(status = 'released') = (n IS NOT NULL) AND (status = 'released') = (reason IS NULL)",
            name="number_or_reason",
        ),
        CheckConstraint("n IS NULL OR n >= 5", name="never_below_five"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    release_id: Mapped[int] = mapped_column(ForeignKey("release.id"))
    position: Mapped[int]
    dimension: Mapped[str] = mapped_column(String(64))
    dimension_name: Mapped[str] = mapped_column(Text)
    code: Mapped[str] = mapped_column(Text)
    name: Mapped[str] = mapped_column(Text)
    parent: Mapped[str | None] = mapped_column(Text)
    members: Mapped[list[str]] = mapped_column(JSON)
    invited: Mapped[int]
    status: Mapped[str] = mapped_column(String(12))
    reason: Mapped[str | None] = mapped_column(String(20))
    n: Mapped[int | None]


class ReleaseCell(Model):
    """The counts of one question in one released group. `n` is that of the group, always."""

    __tablename__ = "release_cell"
    __table_args__ = (
        CheckConstraint("n >= 5", name="never_below_five"),
        CheckConstraint(
            "favourable >= 0 AND neutral >= 0 AND unfavourable >= 0 AND no_answer >= 0"
            " AND favourable + neutral + unfavourable + no_answer = n",
            name="adds_up",
        ),
    )

    group_id: Mapped[int] = mapped_column(ForeignKey("release_group.id"), primary_key=True)
    question: Mapped[str] = mapped_column(String(32), primary_key=True)
    n: Mapped[int]
    favourable: Mapped[int]
    neutral: Mapped[int]
    unfavourable: Mapped[int]
    no_answer: Mapped[int]
    score_sum: Mapped[int]
    score_sumsq: Mapped[int]


class ReleaseComment(Model):
    """A comment under a group of at least ten ballots, in an order drawn at random."""

    __tablename__ = "release_comment"

    id: Mapped[int] = mapped_column(primary_key=True)
    group_id: Mapped[int] = mapped_column(ForeignKey("release_group.id"), index=True)
    question: Mapped[str] = mapped_column(String(32))
    position: Mapped[int]
    text: Mapped[str] = mapped_column(Text)


class CountHold(Model):
    """Why a closed wave has not been released yet, as HR reads it; gone with the release."""

    __tablename__ = "count_hold"
    __table_args__ = (CheckConstraint(f"kind IN ({HELD})", name="known_kind"),)

    wave_id: Mapped[int] = mapped_column(ForeignKey("wave.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))
    words: Mapped[str] = mapped_column(Text)
    since: Mapped[datetime] = mapped_column(UtcDateTime)
