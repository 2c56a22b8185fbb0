"""Tables of what has been published. Nothing here was ever below the floor.

There are no hidden rows for later: a suppressed group has its name and its reason, and no number
about answers. A release is written once and never changed; no row knows more than the day.
"""

from datetime import date
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from pulse.db import Model

REASONS = "'BELOW_FLOOR', 'COMPLEMENTARY', 'OUTSIDE', 'TOO_FEW_BALLOTS'"
WITHHELD = "'TOO_FEW_BALLOTS', 'LOCKED', 'DAMAGED', 'UNSAFE', 'NOT_COUNTED'"


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
            "opted_out IS NULL OR (NOT withheld AND opted_out % 5 = 0)", name="told_in_fives"
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
    # Those invited who want no mails, in steps of five; none before it was counted.
    opted_out: Mapped[int | None]
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
    """A group of a dimension: shown with its number of ballots, merged into another, or neither.

    A block is a group that is no sum of others; every figure of the dimension is made from them.
    """

    __tablename__ = "release_group"
    __table_args__ = (
        UniqueConstraint("release_id", "dimension", "code"),
        Index("ix_release_group_line", "dimension", "code"),
        CheckConstraint("status IN ('released', 'merged', 'suppressed')", name="known_status"),
        CheckConstraint(f"reason IS NULL OR reason IN ({REASONS})", name="known_reason"),
        CheckConstraint(
            "(status = 'released') = (n IS NOT NULL) AND (status = 'suppressed') = "
            "(reason IS NOT NULL) AND (status = 'merged') = (merged_into IS NOT NULL)",
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
    # The labels of ballots that it is made of, and the units or classes behind them.
    labels: Mapped[list[str]] = mapped_column(JSON)
    members: Mapped[list[str]] = mapped_column(JSON)
    invited: Mapped[int]
    status: Mapped[str] = mapped_column(String(12))
    reason: Mapped[str | None] = mapped_column(String(20))
    merged_into: Mapped[str | None] = mapped_column(Text)
    block: Mapped[bool]
    n: Mapped[int | None]


class ReleaseCell(Model):
    """The counts of one question in one released group. `n` is that of the group, always.

    A count of a block that is nearly of one mind is an interval; every other one has equal ends.
    What is neither favourable nor unfavourable was neutral or not answered, and is not kept apart.
    """

    __tablename__ = "release_cell"
    __table_args__ = (
        CheckConstraint("n >= 5", name="never_below_five"),
        CheckConstraint(
            "favourable_low >= 0 AND unfavourable_low >= 0"
            " AND favourable_low <= favourable_high AND unfavourable_low <= unfavourable_high"
            " AND favourable_low + unfavourable_low <= n"
            " AND favourable_high <= n AND unfavourable_high <= n",
            name="within_the_group",
        ),
        # The promise itself: no published count says that everybody, or nobody, was of one mind.
        CheckConstraint(
            "favourable_high > 0 AND favourable_low < n"
            " AND unfavourable_high > 0 AND unfavourable_low < n",
            name="never_of_one_mind",
        ),
    )

    group_id: Mapped[int] = mapped_column(ForeignKey("release_group.id"), primary_key=True)
    question: Mapped[str] = mapped_column(String(32), primary_key=True)
    n: Mapped[int]
    favourable_low: Mapped[float]
    favourable_high: Mapped[float]
    unfavourable_low: Mapped[float]
    unfavourable_high: Mapped[float]
    score_sum: Mapped[float | None]
