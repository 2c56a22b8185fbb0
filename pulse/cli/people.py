"""The staff file from the command line: read, checked, and applied all or nothing."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypedDict, Unpack

import click
from flask.cli import AppGroup

from pulse import clock
from pulse.cli.output import plain_errors
from pulse.db import reading, transaction
from pulse.domain.errors import Invalid
from pulse.domain.separation import Separation, normal
from pulse.domain.staff_changes import Outcome
from pulse.domain.staff_columns import Field
from pulse.domain.staff_columns import normal as column_normal
from pulse.domain.staff_dates import DateOrder
from pulse.domain.staff_plan import AttributeChoice, StaffPlan
from pulse.people import csv_file, importing, imports, mappings, staging
from pulse.people.csv_file import StaffFile
from pulse.people.importing import ApplyOrder
from pulse.people.imports import ImportState, NewImport
from pulse.people.report import ImportReport
from pulse.people.scratch import Scratch
from pulse.people.staging import Progress, Staged

commands = AppGroup("people", help="Import the staff file.")

_KINDS = tuple(kind.value for kind in Separation)
_REPORTED = ":report"


class Wishes(TypedDict):
    """What the options of `import` say about reading the file."""

    maps: tuple[str, ...]
    attributes: tuple[str, ...]
    words: tuple[str, ...]
    date_order: str | None
    unknown: str | None


class Options(Wishes):
    """All options of `import`."""

    as_of: datetime | None
    dry_run: bool
    skip_rejected: bool


@commands.command("import")
@click.argument(
    "path", metavar="FILE", type=click.Path(exists=True, dir_okay=False, path_type=Path)
)
@click.option(
    "--map",
    "maps",
    multiple=True,
    metavar="FIELD=COLUMN",
    help=f"Where a field stands; FIELD is one of {', '.join(Field)}. FIELD= leaves it out.",
)
@click.option(
    "--attribute",
    "attributes",
    multiple=True,
    metavar="COLUMN[:report]",
    help="A further column to keep; with :report results may be shown by it.",
)
@click.option(
    "--date-order",
    type=click.Choice([order.value for order in DateOrder]),
    help="Day or month first.",
)
@click.option(
    "--separation",
    "words",
    multiple=True,
    metavar="WORD=KIND",
    help=f"What a word for leaving means: {', '.join(_KINDS)}.",
)
@click.option(
    "--unknown-separations",
    "unknown",
    type=click.Choice(_KINDS),
    help="What words that nobody has sorted count as; without it their rows are rejected.",
)
@click.option(
    "--as-of",
    type=click.DateTime(["%Y-%m-%d"]),
    help="The day the file is true for (default: today); moves are dated by it.",
)
@click.option("--dry-run", is_flag=True, help="Say what would change and write nothing.")
@click.option("--skip-rejected", is_flag=True, help="Apply the rest where rows are rejected.")
@plain_errors
def import_file(path: Path, **options: Unpack[Options]) -> None:
    """Import a staff file: CSV with a header, one row for each person.

    Columns are guessed from their names, or taken from the last file with this header.
    """
    now = clock.now()
    file = csv_file.inspect(path)
    with reading() as session:
        plan = _plan(mappings.propose(session, file.header), file.header, options)
    _show_plan(plan)
    with TemporaryDirectory() as folder, Scratch(Path(folder) / "scratch") as scratch:
        with _bar("Reading", file.lines) as progress:
            staged = _stage(file, plan, scratch, (now.date(), progress))
        order = ApplyOrder(options["as_of"].date() if options["as_of"] else now.date())
        order = replace(order, skip_rejected=options["skip_rejected"])
        if options["dry_run"]:
            _rehearse(staged, order)
        else:
            _apply(staged, order, file, now)


def _stage(
    file: StaffFile, plan: StaffPlan, scratch: Scratch, when: tuple[date, Progress]
) -> Staged:
    today, progress = when
    try:
        return staging.stage(file, plan, scratch, today, progress)
    except Invalid as error:
        hints = {"date_order": " Use --date-order dmy or mdy.", "columns": " Use --map."}
        raise Invalid(error.message + hints.get(error.field or "", ""), error.field) from error


def _rehearse(staged: Staged, order: ApplyOrder) -> None:
    with _bar("Comparing", staged.rows) as progress, reading() as session:
        report = importing.check(session, staged, order.as_of, progress)
    _show(report, staged, "Dry run: nothing was written.")
    if report.rejected and not order.skip_rejected:
        sys.exit(1)


def _apply(staged: Staged, order: ApplyOrder, file: StaffFile, now: datetime) -> None:
    try:
        with _bar("Applying", staged.rows) as progress, transaction() as session:
            report = importing.apply(session, staged, order, progress)
            mappings.remember(session, file.header, staged.plan, now)
            kept = imports.receive(session, NewImport(file.path.name, None, order.as_of), now)
            imports.finish(session, kept, ImportState.APPLIED, report, now)
    except Invalid as error:
        if error.field != "rejected":
            raise
        _show_problems(staged)
        raise Invalid(
            f"{error.message} Correct the file, or leave these rows out with --skip-rejected."
        ) from error
    _show(report, staged, "Applied.")


def _plan(proposed: StaffPlan, header: tuple[str, ...], wishes: Wishes) -> StaffPlan:
    columns = dict(proposed.columns)
    for field, column in (_pair(text, "--map") for text in wishes["maps"]):
        if field not in set(Field):
            raise Invalid(f"--map: there is no field {field!r}; use {', '.join(Field)}.")
        columns.pop(Field(field), None)
        if column:
            columns[Field(field)] = _column(column, header)
    words = dict(proposed.words)
    for word, kind in (_pair(text, "--separation") for text in wishes["words"]):
        if kind not in _KINDS:
            raise Invalid(f"--separation: {kind!r} is none of {', '.join(_KINDS)}.")
        words[normal(word)] = Separation(kind)
    chosen = tuple(_attribute(text, header) for text in wishes["attributes"])
    return StaffPlan(
        columns=columns,
        attributes=chosen or proposed.attributes,
        date_order=(
            DateOrder(wishes["date_order"]) if wishes["date_order"] else proposed.date_order
        ),
        words=words,
        unknown=Separation(wishes["unknown"]) if wishes["unknown"] else proposed.unknown,
    )


def _pair(text: str, option: str) -> tuple[str, str]:
    left, equals, right = text.partition("=")
    if not equals:
        raise Invalid(f"{option} needs the form A=B, not {text!r}.")
    return left.strip(), right.strip()


def _attribute(text: str, header: tuple[str, ...]) -> AttributeChoice:
    column = text.removesuffix(_REPORTED)
    return AttributeChoice(_column(column, header), reportable=text != column)


def _column(name: str, header: tuple[str, ...]) -> str:
    """Find a column by its name, forgiving case, spaces and punctuation."""
    found = next((c for c in header if c == name), None)
    found = found or next((c for c in header if column_normal(c) == column_normal(name)), None)
    if found is None:
        raise Invalid(f"The file has no column {name!r}. It has: {', '.join(header)}.")
    return found


@contextmanager
def _bar(label: str, length: int) -> Iterator[Progress]:
    """Show progress on a terminal; a pipe gets none."""
    with click.progressbar(
        length=max(length, 1), label=label, file=sys.stderr, hidden=not sys.stderr.isatty()
    ) as bar:
        yield lambda rows: bar.update(rows - bar.pos)


def _show_plan(plan: StaffPlan) -> None:
    for field, column in plan.columns.items():
        click.echo(f"{field} <- {column}")
    for choice in plan.attributes:
        click.echo(f"attribute {choice.key} <- {choice.column}{_mark(choice)}")


def _mark(choice: AttributeChoice) -> str:
    return " (may be reported)" if choice.reportable else ""


def _show(report: ImportReport, staged: Staged, last: str) -> None:
    _show_problems(staged)
    for notice in report.notices:
        click.echo(f"Note: {notice}")
    for number, name in report.missing_shown:
        click.echo(f"missing: {number} {name}")
    for outcome in Outcome:
        click.echo(f"{outcome}: {report.count(outcome)}")
    click.echo(f"rejected: {report.rejected}")
    click.echo(f"missing from the file: {report.missing}")
    click.echo(last)


def _show_problems(staged: Staged) -> None:
    for problem in staged.scratch.problems().problems:
        said = f" “{problem.value}”" if problem.value else ""
        click.echo(f"line {problem.line}: {problem.field}{said} {problem.reason}")
