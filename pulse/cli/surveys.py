"""`flask surveys`: compose a survey from a pack of the bank, and list what there is."""

from collections.abc import Mapping
from typing import Any, TypeVar

import click

from pulse import clock
from pulse.cli import output, rhythms
from pulse.db import reading, transaction
from pulse.domain.dimension import ORGANISATION, parts
from pulse.domain.errors import Invalid
from pulse.people import attributes, units
from pulse.surveys import bank, catalogue, compose
from pulse.surveys.audience import Audience
from pulse.surveys.compose import SurveyDraft
from pulse.surveys.turns import Turns

T = TypeVar("T")


@click.group("surveys")
def commands() -> None:
    """Compose and list surveys, and give them a rhythm."""


for _command in rhythms.COMMANDS:
    commands.add_command(_command)


@commands.command("create")
@click.option("--title", required=True, help="What people see above the questions.")
@click.option("--pack", required=True, help="One of those that `flask surveys packs` prints.")
@click.option("--introduction", default="", help="Why you ask.")
@click.option("--language", default="en", help="In which language its texts are.")
@click.option("--unit", "unit_keys", multiple=True, help="Ask only this unit and those below.")
@click.option(
    "--dimension",
    "dimensions",
    multiple=True,
    help="Divide results by this attribute, or by two together: organisation*site.",
)
@click.option("--parts", default=1, help="Ask one of so many parts of everybody each time.")
@click.option("--in-turn", multiple=True, help="Code of a question that takes turns with others.")
@click.option("--per-wave", default=0, help="How many of those each wave asks.")
@output.plain_errors
def create(
    pack: str,
    unit_keys: tuple[str, ...],
    dimensions: tuple[str, ...],
    **words: Any,  # noqa: ANN401  (what the other options bring)
) -> None:
    """Compose a survey and print its number.

    Questions that take turns come on top of those of the pack.
    """
    codes = dict.fromkeys((*bank.pack(pack).codes, *words["in_turn"]))
    questions = compose.chosen(codes, language=words["language"])
    with transaction() as session:
        ids = _known(units.ids(session), unit_keys, "unit")
        known = {info.key: info.key for info in attributes.reportable(session)}
        known |= {ORGANISATION: ORGANISATION}
        named = tuple(part for key in dimensions for part in parts(key))
        _known(known, named, "reportable attribute")
        draft = SurveyDraft(
            title=words["title"],
            introduction=words["introduction"],
            questions=questions,
            audience=Audience(ids),
            dimensions=dimensions,
            language=words["language"],
            turns=Turns(words["parts"], words["in_turn"], words["per_wave"]),
        )
        survey_id = compose.create(session, draft, clock.now())
    click.echo(survey_id)


@commands.command("list")
@output.plain_errors
def listing() -> None:
    """List the surveys: number, questions, title."""
    with reading() as session:
        surveys = catalogue.listing(session)
    for survey in surveys:
        click.echo(f"{survey.id}\t{len(survey.questions)} questions\t{survey.title}")
    if not surveys:
        click.echo("There is no survey yet: flask surveys create --title … --pack core")


@commands.command("packs")
def packs() -> None:
    """List the packs of the question bank: key, questions, name."""
    for pack in bank.packs():
        click.echo(f"{pack.key}\t{len(pack.codes)} questions\t{pack.name}")


def _known(values: Mapping[str, T], keys: tuple[str, ...], what: str) -> tuple[T, ...]:
    for key in keys:
        if key not in values:
            raise Invalid(f"There is no {what} “{key}”.", what)
    return tuple(values[key] for key in keys)
