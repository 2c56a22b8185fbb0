"""`flask churn`: the study of separations beside sentiment."""

import json
from collections.abc import Iterator
from dataclasses import asdict
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

import click

from pulse import clock
from pulse.churn import panel_file, study
from pulse.cli import output, survival
from pulse.config import settings
from pulse.db import transaction

if TYPE_CHECKING:
    from pulse.domain.headline import Headline
    from pulse.domain.within_between import Estimate


@click.group("churn")
def commands() -> None:
    """Study separations beside sentiment."""


commands.add_command(survival.command)


@commands.command("refresh")
@output.plain_errors
def refresh() -> None:
    """Compute the study anew if anything that goes into it has changed."""
    with transaction() as session:
        stored = study.refresh(session, clock.now(), leaver_floor=settings().policy.leaver_floor)
    if not stored:
        raise click.ClickException("There is nothing to study before a release and a staff file.")
    click.echo(f"study {stored} is up to date")


@commands.command("study")
@click.option(
    "--panel",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    required=True,
    help="CSV with " + ",".join(panel_file.COLUMNS),
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object (docs/methods.md).")
@output.plain_errors
def study_panel(panel: Path, as_json: bool) -> None:
    """Study in a panel file whether teams lose people after they have lost heart.

    That no size can be stated yet is an answer, with its reasons. It ends with 1 where the file
    cannot be studied at all.
    """
    cells = panel_file.read(panel)
    # Loaded by name: commands start without statistics libraries.
    found = import_module("pulse.domain.headline").headline(cells)
    if as_json:
        click.echo(json.dumps(asdict(found), ensure_ascii=False, indent=2))
    else:
        for line in _told(found):
            click.echo(line)
    if not found.is_usable:
        raise SystemExit(1)


def _told(found: "Headline") -> Iterator[str]:
    counts = found.counts
    yield (
        f"{counts.teams} teams, {counts.periods} periods, {counts.answers} answers; "
        f"{counts.separations} resignations in {counts.usable_rows} rows that follow a score"
    )
    for name, one in _estimates(found):
        low, high = one.interval
        yield (
            f"{name}: {one.estimate:+.3f} (standard error {one.standard_error:.3f}, "
            f"95 % interval {low:+.3f} to {high:+.3f}, {one.df} degrees of freedom)"
        )
    if found.reliability is not None:
        yield f"{100 * found.reliability:.0f} % of the movement from period to period is real"
    if found.sentence:
        yield found.sentence
    yield from (f"Not shown: {reason.text}" for reason in found.refusals)
    yield from (f"Note: {reason.text}" for reason in found.warnings)


def _estimates(found: "Headline") -> Iterator[tuple[str, "Estimate"]]:
    named = {
        "within teams": found.within,
        "between teams": found.between,
        "next period": found.next_period,
        "participation": found.participation,
    }
    yield from ((name, one) for name, one in named.items() if one is not None)
