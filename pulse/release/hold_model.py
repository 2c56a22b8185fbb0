"""The table of closed waves that wait: the only one here that is written before a release."""

from datetime import datetime

from sqlalchemy import JSON, CheckConstraint, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from pulse.db import Model, UtcDateTime

HELD = "'LOCKED', 'DAMAGED', 'UNSAFE', 'NOT_COUNTED'"


class CountHold(Model):
    """Why a closed wave has not been released yet, as HR reads it; gone with the release."""

    __tablename__ = "count_hold"
    __table_args__ = (CheckConstraint(f"kind IN ({HELD})", name="known_kind"),)

    wave_id: Mapped[int] = mapped_column(ForeignKey("wave.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))
    words: Mapped[str] = mapped_column(Text)
    since: Mapped[datetime] = mapped_column(UtcDateTime)
    # The dimensions by which HR decided to show nothing, because the results were unsafe.
    left_out: Mapped[list[str] | None] = mapped_column(JSON)
