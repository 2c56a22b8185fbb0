"""The tables of the study: a row for each set of inputs ever studied, and one for each order.

The body of a result is never changed. With its fingerprint, the policy and the versions of the
libraries that computed it, any figure on the churn page can be computed again.
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
    # The method, its thresholds and the floor of leavers.
    policy: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    libraries: Mapped[dict[str, Any]] = mapped_column(JSON)
    body: Mapped[str] = mapped_column(Text)


class ChurnOrder(Model):
    """A study that somebody asked for, and how far the worker has come with it."""

    __tablename__ = "churn_order"

    id: Mapped[int] = mapped_column(primary_key=True)
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    done: Mapped[int]
    steps: Mapped[int]
    problem: Mapped[str | None] = mapped_column(String(300))
