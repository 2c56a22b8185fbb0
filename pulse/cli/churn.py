"""`flask churn`: the study of separations beside sentiment."""

import json
from collections.abc import Iterator
from dataclasses import asdict
from importlib import import_module
from pathlib import Path

import click

from pulse import clock, studying
from pulse.churn import panel_file
from pulse.churn.panel import gather
from pulse.cli import output, survival
from pulse.config import settings
from pulse.db import reading
from pulse.domain.study_values import Estimate, Headline


@click.group("churn")
def commands() -> None:
    """Study separations beside sentiment."""


commands.add_command(survival.command)


@commands.command("refresh")
@output.plain_errors
def refresh() -> None:
    """Compute the study anew if anything that goes into it has changed."""
    stored = studying.make(clock.now())
    if not stored:
        raise click.ClickException(studying.NOTHING_YET)
    click.echo(f"study {stored} is up to date")


@commands.command("study")
@click.option(
    "--panel",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="CSV with " + ",".join(panel_file.COLUMNS) + "; without it, Pulse's own releases.",
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object (docs/methods.md).")
@output.plain_errors
def study_panel(panel: Path | None, as_json: bool) -> None:
    """Study whether teams lose people after they have lost heart.

    That no size can be stated yet is an answer, with its reasons. It ends with 1 where a file
    cannot be studied at all, or where there is nothing to study.
    """
    found = _of_file(panel) if panel else _of_releases()
    if as_json:
        click.echo(json.dumps(asdict(found), ensure_ascii=False, indent=2))
    else:
        for line in _told(found):
            click.echo(line)
    if not found.is_usable:
        raise SystemExit(1)


def _of_file(panel: Path) -> Headline:
    cells = panel_file.read(panel)
    # Loaded by name, here and below: commands start without statistics libraries.
    found: Headline = import_module("pulse.domain.headline").headline(cells)
    return found


def _of_releases() -> Headline:
    with reading() as session:
        panel = gather(session, clock.now().date(), settings().policy.leaver_floor)
    if panel is None:
        raise click.ClickException(studying.NOTHING_YET)
    found: Headline = import_module("pulse.churn.computing").linked(panel)[1]
    return found


def _told(found: Headline) -> Iterator[str]:
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
    yield from (f"Not shown: {reason.text} {reason.change}".strip() for reason in found.refusals)
    yield from (f"Note: {reason.text}" for reason in found.warnings)


def _estimates(found: Headline) -> Iterator[tuple[str, Estimate]]:
    named = {
        "within teams": found.within,
        "between teams": found.between,
        "next period": found.next_period,
        "participation": found.participation,
    }
    yield from ((name, one) for name, one in named.items() if one is not None)
