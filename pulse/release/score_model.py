"""Tables of what is computed from the cells of a release: figures with intervals, and spreads."""

from sqlalchemy import CheckConstraint, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from pulse.db import Model


class ReleaseScore(Model):
    """A figure that people read: of a question, a driver or eNPS, with its 95 % interval.

    It is computed from the cells of its group when the wave is released, because no process that
    serves pages holds a statistics library. `change` is against the same figure of the same group
    in the release `before`; without such a one it is empty, and so is whether it `holds`.
    """

    __tablename__ = "release_score"
    __table_args__ = (
        CheckConstraint("kind IN ('question', 'driver', 'enps')", name="known_kind"),
        CheckConstraint("low <= high", name="ends_in_order"),
        CheckConstraint(
            "(before_id IS NULL) = (change IS NULL) AND (before_id IS NULL) = (holds IS NULL)"
            " AND (before_id IS NULL) = (change_low IS NULL)"
            " AND (before_id IS NULL) = (change_high IS NULL)",
            name="change_is_whole",
        ),
    )

    group_id: Mapped[int] = mapped_column(ForeignKey("release_group.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(String(8), primary_key=True)
    measure: Mapped[str] = mapped_column(String(32), primary_key=True)
    value: Mapped[float]
    low: Mapped[float]
    high: Mapped[float]
    before_id: Mapped[int | None] = mapped_column(ForeignKey("release.id"))
    change: Mapped[float | None]
    change_low: Mapped[float | None]
    change_high: Mapped[float | None]
    holds: Mapped[bool | None]


class ReleaseSpread(Model):
    """How far the blocks of a dimension lie apart in one figure, in points, beyond chance."""

    __tablename__ = "release_spread"

    release_id: Mapped[int] = mapped_column(ForeignKey("release.id"), primary_key=True)
    dimension: Mapped[str] = mapped_column(String(64), primary_key=True)
    measure: Mapped[str] = mapped_column(String(32), primary_key=True)
    groups: Mapped[int]
    observed: Mapped[float]
    by_chance: Mapped[float]
    beyond: Mapped[float]
    lowest: Mapped[str] = mapped_column(Text)
    highest: Mapped[str] = mapped_column(Text)
    verdict: Mapped[str] = mapped_column(String(16))
