"""Where the files of imports are kept, and which of them are small enough to work on at once."""

from pathlib import Path

from pulse import clock
from pulse.config import settings
from pulse.db import reading, transaction
from pulse.domain.errors import NotFound
from pulse.people import jobs
from pulse.people.imports import ImportInfo, ImportState
from pulse.people.jobs import Workshop
from pulse.people.uploads import Upload

# Files up to this size are checked and applied while HR waits; larger ones by the worker.
AT_ONCE = 2 * 1024 * 1024


def folder() -> Path:
    return settings().instance / jobs.FOLDER


def upload_of(info: ImportInfo) -> Upload:
    """Give the files of an import. Raises NotFound once they are gone before they should be."""
    kept = Upload(folder(), info.stored_as or "none")
    if info.state is not ImportState.APPLIED and not kept.file.exists():
        raise NotFound("The uploaded file is no longer there. Please upload it again.")
    return kept


def small(info: ImportInfo) -> bool:
    return upload_of(info).file.stat().st_size <= AT_ONCE


def work_if_small(info: ImportInfo) -> None:
    """Carry out at once what was just ordered, unless the file is for the worker."""
    if small(info):
        jobs.run(Workshop(transaction, reading, folder(), clock.now()), info.id)
