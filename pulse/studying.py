"""Makes the study of turnover: at the end of every period, and whenever HR asks for it.

    what is due? ──► gather (one reading) ──► compute (no transaction) ──► keep (one transaction)

Computing may take a minute in a large company. Nobody else is kept from writing meanwhile, and
the page shows how far it is.
"""

import logging
from datetime import datetime, timedelta

from pulse.churn import orders, study
from pulse.churn.orders import Order
from pulse.churn.panel import gather
from pulse.config import settings
from pulse.db import reading, transaction

NOTHING_YET = "There is nothing to study before a release and a staff file."
FAILED = "The study failed; the log of the worker has the trace."
AGAIN = timedelta(days=1)
log = logging.getLogger(__name__)


def study_due(now: datetime, *, released: bool = False) -> bool:
    """Make the study if it is due or a wave was released, and say whether one was made.

    A release adds to the lines; it brings no further look at a size, which rests on whole periods.
    """
    with reading() as session:
        order = orders.is_open(session)
        failed = _failed_lately(orders.latest(session), now)
        due = released or (study.is_due(session, now.date()) and not failed)
    if order is None and not due:
        return False
    number = order.id if order else None
    try:
        problem = None if make(now, number) else NOTHING_YET
    except Exception:
        # Nothing that a study does may hold up a wave.
        log.exception("the study of turnover failed")
        problem = FAILED
    _finish(number, now, problem if number is not None or problem == FAILED else None)
    return problem is None


def _failed_lately(order: Order | None, now: datetime) -> bool:
    """Whether trying again at once would only fill the log."""
    if order is None or order.finished_at is None or order.problem != FAILED:
        return False
    return now - order.finished_at < AGAIN


def _finish(number: int | None, now: datetime, problem: str | None) -> None:
    """Close the order; a study that nobody ordered and that failed leaves a word to be seen."""
    with transaction() as session:
        if number is not None:
            orders.finish(session, number, now, problem)
        elif problem is not None:
            orders.note(session, now, problem)


def make(now: datetime, order: int | None = None) -> int:
    """Study what there is, and give the id of the result; 0 while there is nothing to study."""

    def progress(done: int, steps: int) -> None:
        if order is not None:
            with transaction() as session:
                orders.advance(session, order, done, steps)

    with reading() as session:
        panel = gather(session, now.date(), settings().policy.leaver_floor)
        known = panel is not None and study.is_known(session, panel)
    if panel is None:
        return 0
    done = study.found(panel, known=known, progress=progress)
    with transaction() as session:
        return study.keep(session, done, now)
