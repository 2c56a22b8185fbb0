"""Carries out ordered checks and imports: at once for a small file, by the worker for a large one.

Each step is safe to repeat: a check writes nothing, and applying is one transaction that also
notes its own end. Transactions are opened by what the caller hands in.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy.orm import Session

from pulse.domain.errors import Invalid, PulseError
from pulse.people import csv_file, importing, imports, mappings, staging
from pulse.people.csv_file import StaffFile
from pulse.people.importing import ApplyOrder
from pulse.people.imports import ImportInfo, ImportState
from pulse.people.scratch import Scratch
from pulse.people.staging import Staged
from pulse.people.uploads import Upload, sweep

# Below the instance folder; the worker and the web look at the same place.
FOLDER = "uploads"

Opening = Callable[[], AbstractContextManager[Session]]


@dataclass(frozen=True, slots=True)
class Workshop:
    """What work needs: ways to open transactions, the folder of uploads, the time."""

    transaction: Opening
    reading: Opening
    folder: Path
    now: datetime


def run_due(shop: Workshop) -> int:
    """Carry out everything ordered that nobody has in hand; give how many imports that were."""
    sweep(shop.folder, shop.now.timestamp())
    with shop.reading() as session:
        waiting = imports.due(session)
    return sum(run(shop, import_id) for import_id in waiting)


def run(shop: Workshop, import_id: int) -> bool:
    """Carry out what is ordered for one import; False where another process has it in hand."""
    with shop.transaction() as session:
        if not imports.claim(session, import_id, shop.now):
            return False
        info = imports.get(session, import_id)
    try:
        _carry_out(shop, info)
    except PulseError as error:
        _fail(shop, import_id, error.message)
    except Exception:
        _fail(shop, import_id, "Something went wrong on our side; nothing was applied.")
        raise
    return True


def _fail(shop: Workshop, import_id: int, reason: str) -> None:
    with shop.transaction() as session:
        imports.fail(session, import_id, reason, shop.now)


def _carry_out(shop: Workshop, info: ImportInfo) -> None:
    upload = Upload(shop.folder, info.stored_as or "")
    if info.plan is None or not upload.file.exists():
        raise Invalid("The uploaded file is no longer there. Please upload it again.", "file")
    file = csv_file.inspect(upload.file)
    with Scratch(upload.scratch) as scratch:
        staged = staging.stage(file, info.plan, scratch, shop.now.date(), upload.report_progress)
        if info.state is ImportState.CHECKING:
            _check(shop, info, staged, upload)
        else:
            _apply(shop, info, staged, (file, upload))
    if info.state is ImportState.APPLYING:
        upload.remove()


def _check(shop: Workshop, info: ImportInfo, staged: Staged, upload: Upload) -> None:
    with shop.reading() as session:
        report = importing.check(
            session, staged, info.as_of, lambda n: upload.report_progress(staged.rows + n)
        )
    with shop.transaction() as session:
        imports.finish(session, info.id, ImportState.CHECKED, report, shop.now)


def _apply(
    shop: Workshop, info: ImportInfo, staged: Staged, source: tuple[StaffFile, Upload]
) -> None:
    file, upload = source
    order = ApplyOrder(info.as_of, info.skip_rejected)
    with shop.transaction() as session:
        report = importing.apply(
            session, staged, order, lambda n: upload.report_progress(staged.rows + n)
        )
        mappings.remember(session, file.header, staged.plan, shop.now)
        imports.finish(session, info.id, ImportState.APPLIED, report, shop.now)
