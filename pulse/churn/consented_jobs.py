"""Counts consented files, in the worker alone. Each step is safe to repeat.

Two workers may count the same file: the first to end writes, and the other finds nothing to do.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime
from importlib import import_module

from sqlalchemy.orm import Session

from pulse.churn import consented, consented_file
from pulse.churn.survival_model import ConsentedStudy
from pulse.db import empty_logs, forget_versions
from pulse.domain.errors import PulseError

Opening = Callable[[], AbstractContextManager[Session]]
FAILED = "Something went wrong on our side. Nothing was counted, and the file is deleted."


def run_due(transaction: Opening, reading: Opening, now: datetime) -> int:
    """Count every file that waits; give how many those were."""
    with reading() as session:
        waiting = consented.waiting(session)
    for row_id, text in waiting.items():
        _run(transaction, row_id, text, now)
    return len(waiting)


def _run(transaction: Opening, row_id: int, text: str, now: datetime) -> None:
    try:
        # Loaded by name, and only here: the web, which knows this room, holds no statistics.
        statistics = import_module("pulse.domain.survival")
        found = statistics.study(consented_file.parsed(text))
        with transaction() as session:
            consented.finish(session, row_id, found, dict(statistics.LIBRARIES), now)
    except PulseError as error:
        _fail(transaction, row_id, error.message, now)
    except Exception:
        _fail(transaction, row_id, FAILED, now)
        raise
    finally:
        _forget()


def _fail(transaction: Opening, row_id: int, problem: str, now: datetime) -> None:
    with transaction() as session:
        consented.fail(session, row_id, problem, now)


def _forget() -> None:
    """Drop what databases go on holding of a row that was written over."""
    forget_versions(ConsentedStudy.__tablename__, whole=True)
    empty_logs()
