"""Tables of how drivers vary and go together over everybody, as it was counted in a release.

They hold rounded figures over at least a hundred ballots, and no group: there is no column for one.
"""

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from pulse.db import Model


class ReleaseMoments(Model):
    """How many ballots the moments of a release rest on, and how one person's index varies.

    Releases from before moments were counted have no row, nor have those of too few ballots.
    """

    __tablename__ = "release_moments"
    __table_args__ = (
        CheckConstraint("people >= 100", name="never_below_a_hundred"),
        CheckConstraint("favourable_spread >= 0 AND favourable_spread < 1", name="of_a_share"),
    )

    release_id: Mapped[int] = mapped_column(ForeignKey("release.id"), primary_key=True)
    # Rounded down to tens: exactly, it would say how many skipped something.
    people: Mapped[int]
    favourable_spread: Mapped[float]


class ReleaseDeviation(Model):
    """The standard deviation of a driver over people, on a scale from 0 to 1."""

    __tablename__ = "release_deviation"
    __table_args__ = (CheckConstraint("value >= 0 AND value < 1", name="of_a_share"),)

    release_id: Mapped[int] = mapped_column(ForeignKey("release.id"), primary_key=True)
    driver: Mapped[str] = mapped_column(String(32), primary_key=True)
    position: Mapped[int]
    value: Mapped[float]


class ReleaseCorrelation(Model):
    """The correlation of two drivers over people; each pair once, in the order of the drivers."""

    __tablename__ = "release_correlation"
    __table_args__ = (
        CheckConstraint("value >= -1 AND value <= 1", name="is_one"),
        CheckConstraint("driver <> other", name="of_two"),
    )

    release_id: Mapped[int] = mapped_column(ForeignKey("release.id"), primary_key=True)
    driver: Mapped[str] = mapped_column(String(32), primary_key=True)
    other: Mapped[str] = mapped_column(String(32), primary_key=True)
    value: Mapped[float]
