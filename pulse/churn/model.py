"""The table of study results: one row for each set of inputs that was ever studied.

The body of a row is never changed. With its fingerprint and the versions of the libraries
that computed it, any figure on the churn page can be computed again.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from pulse.db import Model, UtcDateTime


class ChurnResult(Model):
    """What the study found on one set of inputs, ready to be shown."""

    __tablename__ = "churn_result"
    __table_args__ = (CheckConstraint("length(fingerprint) = 64", name="whole_fingerprint"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    # When it was computed, or was found to be the current one again.
    computed_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    # SHA-256 over everything that went in: released scores, exposure, floors and method.
    fingerprint: Mapped[str] = mapped_column(String(64), unique=True)
    libraries: Mapped[dict[str, Any]] = mapped_column(JSON)
    body: Mapped[str] = mapped_column(Text)
