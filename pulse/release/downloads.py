"""The files of a release by name: what each of them is, and who may read it."""

from collections.abc import Callable
from io import TextIOWrapper
from typing import IO

from sqlalchemy.orm import Session

from pulse.domain.errors import NotFound
from pulse.release import export, exported_about, spreadsheet
from pulse.release.values import ReleaseInfo

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# Those that anyone may see, and those with the words that people wrote, which HR reads.
FOR_ALL = {
    "cells.csv": "text/csv",
    "groups.csv": "text/csv",
    "spread.csv": "text/csv",
    "moments.csv": "text/csv",
    "release.json": "application/json",
    "release.xlsx": XLSX,
}
FOR_HR = {"comments.csv": "text/csv", "release-with-comments.xlsx": XLSX}


def write(session: Session, release: ReleaseInfo, name: str, file: IO[bytes]) -> None:
    """Write a file by its name. Raises NotFound where there is none of that name."""
    maker = _MAKERS.get(name)
    if maker is None:
        raise NotFound("There is no such file.")
    maker(session, release, file)


def _csv(name: str) -> Callable[[Session, ReleaseInfo, IO[bytes]], None]:
    def make(session: Session, release: ReleaseInfo, file: IO[bytes]) -> None:
        # The mark at the beginning tells spreadsheets that it is UTF-8.
        text = TextIOWrapper(file, encoding="utf-8-sig", newline="", write_through=True)
        wanted = {sheet.name: sheet for sheet in export.sheets(session, release)}[name]
        export.write_csv(wanted, text)
        text.detach()

    return make


def _json(session: Session, release: ReleaseInfo, file: IO[bytes]) -> None:
    file.write(exported_about.text(session, release).encode())


def _with_comments(session: Session, release: ReleaseInfo, file: IO[bytes]) -> None:
    spreadsheet.write(session, release, file, with_comments=True)


_MAKERS: dict[str, Callable[[Session, ReleaseInfo, IO[bytes]], None]] = {
    "cells.csv": _csv("cells"),
    "groups.csv": _csv("groups"),
    "spread.csv": _csv("spread"),
    "moments.csv": _csv("moments"),
    "comments.csv": _csv("comments"),
    "release.json": _json,
    "release.xlsx": spreadsheet.write,
    "release-with-comments.xlsx": _with_comments,
}
