"""`flask release`: what has been published, as files that anyone may see."""

import json
from io import BytesIO
from pathlib import Path

import click

from pulse.cli import output
from pulse.db import reading as reading_transaction
from pulse.release import attacking, downloads, export, reading

WORKBOOK = "release-with-comments.xlsx"

_MINUTE = 60.0


@click.group("release")
def commands() -> None:
    """Read what has been published."""


@commands.command("list")
@output.plain_errors
def list_releases() -> None:
    """List the releases, the newest first."""
    with reading_transaction() as session:
        releases = reading.listing(session)
    for release in releases:
        state = "withheld" if release.withheld else "released"
        click.echo(f"wave {release.wave_id}: {release.title}, {release.closed_on}, {state}")
    if not releases:
        click.echo("Nothing has been released yet.")


@commands.command("export")
@click.argument("wave", type=int)
@click.option(
    "--out",
    "folder",
    type=click.Path(file_okay=False, path_type=Path),
    required=True,
    help="Folder for the files; made if it is not there.",
)
@click.option(
    "--xlsx", is_flag=True, help="Write release-with-comments.xlsx too, with the same rows."
)
@output.plain_errors
def export_wave(wave: int, folder: Path, xlsx: bool) -> None:
    """Write cells.csv, groups.csv, spread.csv, moments.csv, comments.csv and release.json of WAVE.

    They hold exactly what anyone may see, and nothing else.
    """
    with reading_transaction() as session:
        release = reading.by_wave(session, wave)
        files = {name: text.encode() for name, text in export.files(session, release).items()}
        if xlsx:
            book = BytesIO()
            downloads.write(session, release, WORKBOOK, book)
            files[WORKBOOK] = book.getvalue()
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        (folder / name).write_bytes(content)
    click.echo(f"{len(files)} files written to {folder}")


@commands.command("audit")
@click.argument("wave", type=int, required=False)
@click.option(
    "--minutes",
    type=click.FloatRange(min=0.01),
    default=10.0,
    show_default=True,
    help="How long it may take; what it had no time for is said.",
)
@click.option("--json", "as_json", is_flag=True, help="Print the report as JSON.")
@output.plain_errors
def audit(wave: int | None, minutes: float, as_json: bool) -> None:
    """Attack what was published of WAVE, or of every wave, as somebody who subtracts would.

    Reads the exported files, the staff list and who started, and says what it tried. Ends with 1
    and the cells used where it learns something about fewer people than the floor, is certain of
    somebody's answer, or could not read all that was published.
    """
    with reading_transaction() as session:
        one = (reading.by_wave(session, wave),) if wave else ()
        releases = one or attacking.oldest_first(session)
        report = attacking.attack(session, releases, minutes * _MINUTE)
    if as_json:
        click.echo(json.dumps(report.plain(), indent=2, ensure_ascii=False))
    elif not releases:
        click.echo("Nothing has been released yet.")
    else:
        click.echo("\n".join(report.lines()))
    if not report.is_safe:
        raise SystemExit(1)
