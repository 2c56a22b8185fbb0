"""Studies that somebody asked for, and how far the worker has come with them.

One may be open at a time: whoever asks again while it runs gets the same.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from pulse.churn.model import ChurnOrder


@dataclass(frozen=True, slots=True)
class Order:
    """A study asked for: `done` of `steps` steps, which are 0 until the worker begins."""

    id: int
    asked_at: datetime
    done: int
    steps: int
    finished_at: datetime | None = None
    problem: str | None = None


def place(session: Session, now: datetime) -> Order:
    """Ask the worker for a study."""
    order = is_open(session)
    if order is None:
        row = ChurnOrder(asked_at=now, done=0, steps=0)
        session.add(row)
        session.flush()
        order = _order(row)
    return order


def is_open(session: Session) -> Order | None:
    """Give the order that is not finished yet."""
    row = session.scalar(
        select(ChurnOrder).where(ChurnOrder.finished_at.is_(None)).order_by(ChurnOrder.id).limit(1)
    )
    return _order(row) if row else None


def latest(session: Session) -> Order | None:
    """Give the newest order, finished or not."""
    row = session.scalar(select(ChurnOrder).order_by(ChurnOrder.id.desc()).limit(1))
    return _order(row) if row else None


def advance(session: Session, order: int, done: int, steps: int) -> None:
    """Note how far an order is."""
    row = session.get_one(ChurnOrder, order)
    row.done, row.steps = done, steps


def finish(session: Session, order: int, now: datetime, problem: str | None = None) -> None:
    """Close an order, with what was in its way; one that another worker closed stays as it is."""
    row = session.get_one(ChurnOrder, order)
    if row.finished_at is None:
        row.finished_at, row.problem = now, problem


def note(session: Session, now: datetime, problem: str) -> None:
    """Leave a word of a study that nobody ordered and that failed."""
    session.add(ChurnOrder(asked_at=now, finished_at=now, done=0, steps=0, problem=problem))


def _order(row: ChurnOrder) -> Order:
    return Order(row.id, row.asked_at, row.done, row.steps, row.finished_at, row.problem)
