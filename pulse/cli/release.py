"""`flask release`: what has been published, as files that anyone may see."""

from io import BytesIO
from pathlib import Path

import click

from pulse.cli import output
from pulse.db import reading as reading_transaction
from pulse.release import attacking, downloads, export, reading

WORKBOOK = "release-with-comments.xlsx"


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
    """Write cells.csv, groups.csv, spread.csv, comments.csv and release.json of WAVE.

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
@output.plain_errors
def audit(wave: int | None) -> None:
    """Attack what was published of WAVE, or of every wave, as somebody who subtracts would.

    Reads the exported files, the staff list and who started, and says what it tried. Ends with 1
    and the cells used where it learns something about fewer people than the floor, or is certain of
    somebody's answer.
    """
    with reading_transaction() as session:
        releases = [reading.by_wave(session, wave)] if wave else list(reading.listing(session))
        reports = [attacking.attack(session, release) for release in releases]
    for report in reports:
        for line in report.lines():
            click.echo(line)
    if not reports:
        click.echo("Nothing has been released yet.")
    if not all(report.is_safe for report in reports):
        raise SystemExit(1)
