"""The forms of composing a survey and planning its waves.

What can be chosen is handed in; the forms know neither the session nor the staff file.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import combinations
from zoneinfo import available_timezones

from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    DateTimeLocalField,
    FieldList,
    Form,
    FormField,
    IntegerField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
    validators,
    widgets,
)

from pulse.domain import local_time
from pulse.domain.dimension import ORGANISATION, Dimension, crossing, together
from pulse.domain.errors import Invalid
from pulse.domain.scale import Scale
from pulse.languages import OFFERED
from pulse.people.units import UnitNode
from pulse.people.values import AttributeValues
from pulse.surveys import bank, compose
from pulse.surveys.audience import Audience
from pulse.surveys.compose import OwnQuestion, SurveyDraft
from pulse.surveys.turns import Turns
from pulse.web.choices import choices

OWN_QUESTIONS = 3
SCALES = (
    (Scale.LIKERT5.value, "Agreement, 5 points"),
    (Scale.ZERO_TO_TEN.value, "0 to 10"),
    (Scale.YES_NO.value, "Yes or no"),
    (Scale.OPEN.value, "In their own words"),
)
PARTS = (
    ("1", "everybody"),
    ("2", "one half of everybody"),
    ("3", "one third of everybody"),
    ("4", "one quarter of everybody"),
)
ZONES = (
    "UTC",
    *sorted(name for name in available_timezones() if "/" in name and "Etc" not in name),
)


@dataclass(frozen=True, slots=True)
class Choices:
    """What the staff file offers for an audience and for dividing results."""

    units: tuple[UnitNode, ...]
    attributes: tuple[AttributeValues, ...]

    def nested(self) -> tuple[tuple[UnitNode, int], ...]:
        """Give the units as people read a tree, each with its depth, a unit's own below it."""
        below: defaultdict[int | None, list[UnitNode]] = defaultdict(list)
        for unit in reversed(self.units):
            below[unit.parent_id].append(unit)
        found: list[tuple[UnitNode, int]] = []
        waiting = [(unit, 0) for unit in below[None]]
        while waiting:
            unit, depth = waiting.pop()
            found.append((unit, depth))
            waiting += [(child, depth + 1) for child in below[unit.id]]
        return tuple(found)

    def crossings(self) -> list[tuple[str, str]]:
        """Give every crossing that may be chosen, by key: those with the organisation first."""
        single = {ORGANISATION: "Organisation"}
        single |= {item.key: item.label for item in self.attributes}
        return [
            (crossing(one, other), together((single[one], single[other])))
            for one, other in combinations(single, 2)
        ]


class Checkboxes(SelectMultipleField):
    """Several choices, each a checkbox."""

    widget = widgets.ListWidget(prefix_label=False)
    option_widget = widgets.CheckboxInput()


class OwnQuestionForm(Form):
    """One question of the organisation's own; without a text it is not asked."""

    text = StringField("Question")
    scale = SelectField("Answered with", [validators.DataRequired()], default=Scale.LIKERT5.value)
    driver = SelectField("Driver", [validators.DataRequired()], default=bank.OWN_DRIVER)
    reverse = BooleanField("Agreeing is bad news (scored in reverse)")


class ComposeForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types.
    """A survey: title, questions, audience, and how results may be divided."""

    title = StringField(
        "Title",
        [validators.InputRequired("Please give a title.")],
        description="People see it above the questions, for example “Spring pulse”.",
    )
    introduction = TextAreaField(
        "Introduction",
        description="One or two sentences: why you ask, and what you will do with it.",
    )
    language = SelectField(
        "Written in",
        [validators.DataRequired()],
        choices=choices([(item.code, item.name) for item in OFFERED.values()]),
        description="Questions of the bank are asked in it as well. For other languages you can "
        "give your own words afterwards.",
    )
    questions = Checkboxes("Questions from the bank")
    own = FieldList(FormField(OwnQuestionForm), "Own questions", min_entries=OWN_QUESTIONS)
    units = Checkboxes("Units", coerce=int)
    values = Checkboxes("People with")
    dimensions = Checkboxes(
        "Divide results by",
        description=f"At most {compose.MAX_DIMENSIONS}, besides units, which are always there.",
    )

    crossings = Checkboxes(
        "Combine two of them",
        description=f"At most {compose.MAX_CROSSINGS}; tick their attributes above as well. Each "
        "divides the largest parts of the organisation, or the classes of the first, by the "
        "second. It makes every ballot longer, and only what gives nobody away is shown of it. "
        "Before a wave opens, its page lists the groups.",
    )

    parts = SelectField(
        "Each wave asks",
        coerce=int,
        default=1,
        choices=choices(PARTS),
        description="Parts are drawn by chance once, and have the same share of every unit. With a "
        "quarter each week everybody is asked once in four weeks, but a unit needs four times as "
        "many people to have figures of its own.",
    )
    rotating = Checkboxes("Questions that take turns")
    per_wave = IntegerField(
        "How many of them each wave asks",
        [validators.Optional()],
        description="Those that have waited longest, the same for everybody in the wave.",
    )

    def offer(self, choices: Choices) -> None:
        """Fill in what can be chosen."""
        self.questions.choices = [(item.code, item.text) for item in bank.questions()]
        self.rotating.choices = self.questions.choices
        self.units.choices = [(unit.id, unit.name) for unit, _ in choices.nested()]
        self.values.choices = [
            (f"{attribute.key}={value}", value or "(empty)")
            for attribute in choices.attributes
            for value in attribute.values
        ]
        self.dimensions.choices = [(item.key, item.label) for item in choices.attributes]
        self.crossings.choices = choices.crossings()
        drivers = [(item.key, item.name) for item in reversed(bank.drivers())]
        for entry in self.own:
            entry.form.scale.choices = SCALES
            entry.form.driver.choices = drivers

    def draft(self) -> SurveyDraft:
        """Give what was filled in. A question that takes turns need not be ticked above as well."""
        rotating = tuple(self.rotating.data or ())
        codes = dict.fromkeys((*(self.questions.data or ()), *rotating))
        return SurveyDraft(
            title=self.title.data or "",
            introduction=self.introduction.data or "",
            questions=compose.chosen(codes, self._own(), self.language.data),
            audience=Audience(tuple(self.units.data or ()), self._attributes()),
            dimensions=(*(self.dimensions.data or ()), *(self.crossings.data or ())),
            language=self.language.data,
            turns=Turns(self.parts.data, rotating, self.per_wave.data or 0),
        )

    def _own(self) -> Sequence[OwnQuestion]:
        filled = [entry.form for entry in self.own if (entry.form.text.data or "").strip()]
        return [
            OwnQuestion(
                form.text.data or "", Scale(form.scale.data), form.driver.data, form.reverse.data
            )
            for form in filled
        ]

    def _attributes(self) -> dict[str, tuple[str, ...]]:
        found: dict[str, tuple[str, ...]] = {}
        for pair in self.values.data or ():
            key, _, value = pair.partition("=")
            found[key] = (*found.get(key, ()), value)
        return found


class PlanForm(FlaskForm):  # type: ignore[misc]  # As above.
    """When a wave opens and closes, on the clocks of a named time zone."""

    opens_at = DateTimeLocalField("Opens", [validators.InputRequired("Please say when.")])
    closes_at = DateTimeLocalField("Closes", [validators.InputRequired("Please say when.")])
    time_zone = SelectField(
        "Time zone", [validators.DataRequired()], choices=dict(zip(ZONES, ZONES, strict=True))
    )

    def moments(self, now: datetime) -> tuple[datetime, datetime]:
        """Give both moments. Raises Invalid where one does not exist or all is over."""
        opens_at = self._moment(self.opens_at)
        closes_at = self._moment(self.closes_at)
        if closes_at <= now:
            raise Invalid("That is over already; a wave closes in the future.", "closes_at")
        return opens_at, closes_at

    def _moment(self, field: DateTimeLocalField) -> datetime:
        if field.data is None:
            raise Invalid("Please say when.", field.name)
        return local_time.moment(field.data, self.time_zone.data, field.name)


class StepForm(FlaskForm):  # type: ignore[misc]  # As above.
    """Nothing but the token that a button needs."""


class LeaveOutForm(FlaskForm):  # type: ignore[misc]  # As above.
    """By which dimension of a wave nothing is to be shown."""

    dimension = SelectField(
        "Show nothing by",
        [validators.DataRequired()],
        description="Everything else is counted, attacked again and published.",
    )

    def offer(self, dimensions: Sequence[Dimension]) -> "LeaveOutForm":
        """Offer these dimensions."""
        self.dimension.choices = [(item.key, item.name) for item in dimensions]
        return self
