"""The table of consented files: one that waits to be counted, or what was counted.

The file and its result are never in one row: the table itself refuses that.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, Text
from sqlalchemy.orm import Mapped, mapped_column

from pulse.db import Model, UtcDateTime


class ConsentedStudy(Model):
    """A file as it was uploaded, until the worker has counted it; then curves and ratios alone."""

    __tablename__ = "consented_study"
    __table_args__ = (
        CheckConstraint(
            "upload IS NULL OR (body IS NULL AND problem IS NULL AND counted_at IS NULL)",
            name="file_gone_once_counted",
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    uploaded_at: Mapped[datetime] = mapped_column(UtcDateTime)
    upload: Mapped[str | None] = mapped_column(Text)
    counted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    libraries: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    body: Mapped[str | None] = mapped_column(Text)
    # Why it could not be counted, in words for HR.
    problem: Mapped[str | None] = mapped_column(Text)
