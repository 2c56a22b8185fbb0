"""Imports of small staff files, as tests of other rooms need them too."""

from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

from pulse.db import reading, transaction
from pulse.domain.staff_columns import guess
from pulse.domain.staff_plan import AttributeChoice, StaffPlan
from pulse.domain.staff_row import Problem
from pulse.people import csv_file, importing, staging
from pulse.people.importing import ApplyOrder
from pulse.people.report import ImportReport
from pulse.people.scratch import Scratch

TODAY = date(2026, 3, 2)
SEX = (AttributeChoice("Sex", reportable=True),)


def load(
    text: str,
    as_of: date = TODAY,
    *,
    attributes: tuple[AttributeChoice, ...] = (),
    skip_rejected: bool = False,
) -> ImportReport:
    """Apply a file. Raises Invalid where rows are rejected."""
    with TemporaryDirectory() as folder, Scratch(Path(folder) / "scratch") as scratch:
        staged = _staged(Path(folder), text, attributes, scratch)
        with transaction() as session:
            return importing.apply(session, staged, ApplyOrder(as_of, skip_rejected))


def look(text: str, as_of: date = TODAY) -> tuple[ImportReport, tuple[Problem, ...]]:
    """Check a file twice, which must not find more problems than once."""
    with TemporaryDirectory() as folder, Scratch(Path(folder) / "scratch") as scratch:
        staged = _staged(Path(folder), text, (), scratch)
        with reading() as session:
            importing.check(session, staged, as_of)
            report = importing.check(session, staged, as_of)
        return report, scratch.problems().problems


def _staged(
    folder: Path, text: str, attributes: tuple[AttributeChoice, ...], scratch: Scratch
) -> staging.Staged:
    path = folder / "staff.csv"
    path.write_text(text, encoding="utf-8")
    file = csv_file.inspect(path)
    return staging.stage(file, StaffPlan(guess(file.header), attributes), scratch, TODAY)
