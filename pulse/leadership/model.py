"""The table of who leads."""

from datetime import datetime

from sqlalchemy import CheckConstraint, String
from sqlalchemy.orm import Mapped, mapped_column

from pulse.db import Model, UtcDateTime


class WorkerLease(Model):
    """One row for each thing to be led; it names a process by a random number, and nobody else."""

    __tablename__ = "worker_lease"

    name: Mapped[str] = mapped_column(String(16), primary_key=True)
    # Empty while nobody leads.
    holder: Mapped[str] = mapped_column(String(32))
    # Grows by one with each change of the holder, and never otherwise.
    epoch: Mapped[int]
    # Both by the clock of the database.
    renewed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    # What the holder's own clock said at that moment: steps are due by that one.
    seen_at: Mapped[datetime] = mapped_column(UtcDateTime)
    # By how many seconds the holder's clock has jumped, as long as steps are held for it.
    clock_jump: Mapped[int | None]
    # How many ticks there have been, under whoever led, and in how many of them something failed.
    ticks: Mapped[int]
    failures: Mapped[int]

    __table_args__ = (
        CheckConstraint("epoch >= 0", name="epoch_from_zero"),
        CheckConstraint("failures <= ticks", name="failures_are_ticks"),
    )
