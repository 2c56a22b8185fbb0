"""How the installation is, read from both databases and the disk; nothing personal is looked at."""

import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path

from sqlalchemy import Connection, text
from sqlalchemy.exc import ProgrammingError, SQLAlchemyError

from pulse.churn import consented
from pulse.config import settings
from pulse.db import box_reading, reading
from pulse.domain.readiness import Condition, Schema
from pulse.domain.wave_state import WaveState
from pulse.leadership import lease
from pulse.leadership.lease import Standing
from pulse.outbox import backlog
from pulse.people import imports
from pulse.surveys import waves

_MIGRATIONS = Path(__file__).resolve().parent.parent / "migrations"
_NOT_ALLOWED = "42501"
_AT = text("SELECT version_num FROM alembic_version")


@dataclass(frozen=True, slots=True)
class Figures:
    """What there is to measure; `outbox` by kind and state, `standing` None before any worker."""

    outbox: Mapping[tuple[str, str], int]
    waves: Mapping[str, int]
    standing: Standing | None
    oldest: timedelta
    jobs: int
    free: int


def condition(now: datetime) -> Condition:
    """Look whether everything works; a database that does not answer is no error here."""
    free = _free()
    try:
        with box_reading() as box:
            is_current = _box_is_newest(box)
        with reading() as session:
            is_current &= _is_newest(session.connection(), "main")
            if not is_current:
                return Condition(Schema.BEHIND, led=False, oldest=timedelta(), free=free)
            standing = lease.standing(session)
            led = standing is not None and standing.is_led
            return Condition(Schema.CURRENT, led, backlog.oldest(session, now), free)
    except SQLAlchemyError:
        return Condition(Schema.SILENT, led=False, oldest=timedelta(), free=free)


def figures(now: datetime) -> Figures:
    """Read what there is to measure."""
    with reading() as session:
        return Figures(
            outbox=backlog.by_kind(session),
            waves={state.value: len(waves.with_state(session, state)) for state in WaveState},
            standing=lease.standing(session),
            oldest=backlog.oldest(session, now),
            jobs=len(imports.due(session)) + consented.waits(session),
            free=_free(),
        )


@cache
def newest(history: str) -> str:
    """Give the newest revision by the names of the files: Alembic itself would be slow to load."""
    return max(path.name[:4] for path in (_MIGRATIONS / history / "versions").glob("[0-9]*.py"))


def _box_is_newest(connection: Connection) -> bool:
    """Look at the box's revision; the web's own role may not, and learns that the box answers."""
    try:
        return _is_newest(connection, "box")
    except ProgrammingError as error:
        if getattr(error.orig, "sqlstate", None) == _NOT_ALLOWED:
            return True
        raise


def _is_newest(connection: Connection, history: str) -> bool:
    return str(connection.scalar(_AT)) == newest(history)


def _free() -> int:
    return shutil.disk_usage(settings().instance).free
