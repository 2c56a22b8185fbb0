"""`flask churn survival`: a consented file counted at once, and nothing of it stored."""

import json
from collections.abc import Iterator
from dataclasses import asdict
from importlib import import_module
from pathlib import Path

import click

from pulse.churn import consented_file
from pulse.cli import output
from pulse.domain.consented import Curve, Survival


@click.command("survival")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object (docs/methods.md).")
@output.plain_errors
def command(file: Path, as_json: bool) -> None:
    """Say how long people stay, from a CSV of people of whom each agreed to it.

    Its columns are months, left, group, consent, if you like entry, and further ones to compare.
    Nothing is stored. It ends with 1 where a row is wrong or no curve can be drawn.
    """
    rows = consented_file.read(file)
    # Loaded by name: commands start without statistics libraries.
    found: Survival = import_module("pulse.domain.survival").study(rows)
    if as_json:
        click.echo(json.dumps(asdict(found), ensure_ascii=False, indent=2))
        return
    for line in _told(found):
        click.echo(line)


def _told(found: Survival) -> Iterator[str]:
    yield f"{found.rows} people, {found.leavers} of them left"
    for curve in found.curves:
        yield from _curve(curve)
    if found.too_small:
        yield f"Not shown, as too small: {found.too_small} of the groups"
    for one in found.hazards:
        note = "" if one.steady else "; it changes with the time served"
        yield f"{one.name}: {one.ratio:.3f} times ({one.low:.3f} to {one.high:.3f}){note}"
    if found.refusal:
        yield f"Not shown: {found.refusal}"


def _curve(curve: Curve) -> Iterator[str]:
    yield f"{curve.group}: {curve.rows} people, {curve.leavers} left"
    for step in curve.steps[1:]:
        ends = ""
        if step.low is not None and step.high is not None:
            ends = f" ({100 * step.low:.1f} to {100 * step.high:.1f} %)"
        stayed = f"{100 * step.stayed:.1f} %{ends} still there"
        yield f"  month {step.month}: {stayed}, {step.at_risk} under observation"
