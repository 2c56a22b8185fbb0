"""The files of an import on disk: the upload, its scratch file, and how far the work has got.

Names on disk are random and say nothing. Everything is removed once the import is applied or
discarded, and after a week in any case, because a staff file is about people.
"""

import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from pulse.domain.errors import Invalid
from pulse.people.csv_file import SIZE_LIMIT
from pulse.people.scratch import ProblemPage, Scratch

KEPT_SECONDS = 7 * 24 * 3600
_BLOCK = 1 << 18


@dataclass(frozen=True, slots=True)
class Upload:
    """Where the files of one import are."""

    folder: Path
    name: str

    @property
    def file(self) -> Path:
        return self.folder / f"{self.name}.csv"

    @property
    def scratch(self) -> Path:
        return self.folder / f"{self.name}.scratch"

    @property
    def progress(self) -> Path:
        return self.folder / f"{self.name}.progress"

    def report_progress(self, rows: int) -> None:
        # Not in the main database: while a file is applied it may have room for one writer only.
        self.progress.write_text(str(rows))

    def rows_done(self) -> int:
        try:
            return int(self.progress.read_text())
        except (OSError, ValueError):
            return 0

    def problems(self, limit: int = -1, offset: int = 0) -> ProblemPage:
        """Give problems found by the last check; none once the files are removed."""
        if not self.scratch.exists():
            return ProblemPage((), 0)
        with Scratch(self.scratch) as scratch:
            return scratch.problems(limit, offset)

    def remove(self) -> None:
        for path in (self.file, self.scratch, self.progress):
            path.unlink(missing_ok=True)


def receive(folder: Path, stream: BinaryIO, size_limit: int = SIZE_LIMIT) -> Upload:
    """Write a stream to disk under a random name. Raises Invalid once it is too large."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    upload = Upload(folder, secrets.token_hex(16))
    upload.file.touch(mode=0o600)
    size = 0
    with upload.file.open("wb") as target:
        while (block := stream.read(_BLOCK)) and size <= size_limit:
            size += len(block)
            target.write(block)
    if size > size_limit:
        upload.remove()
        limit = size_limit // 1024 // 1024
        raise Invalid(f"The file is larger than {limit} MB, which is the most we read.", "file")
    return upload


def sweep(folder: Path, now: float) -> None:
    """Remove files that nobody has touched for a week; `now` is in seconds since 1970."""
    for path in folder.glob("*") if folder.exists() else ():
        if now - path.stat().st_mtime > KEPT_SECONDS:
            path.unlink(missing_ok=True)
