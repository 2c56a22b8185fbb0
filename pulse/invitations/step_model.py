"""The table of what HR sees, while a wave is open, of how many have started."""

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from pulse.db import Model


class StartedStep(Model):
    """What is shown of one label of the organisation; the count behind it is not kept."""

    __tablename__ = "started_step"

    wave_id: Mapped[int] = mapped_column(ForeignKey("wave.id"), primary_key=True)
    label: Mapped[str] = mapped_column(String(64), primary_key=True)
    # At least so many have started, a multiple of the floor; 0 says that nothing is told.
    shown: Mapped[int]
    # The night on which it was last looked at, whether or not anything has changed.
    taken_on: Mapped[date]

    __table_args__ = (CheckConstraint("shown >= 0", name="shown_from_zero"),)
