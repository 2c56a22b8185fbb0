"""The forms of the staff file: upload, columns, words for leaving, and saying yes."""

from collections.abc import Sequence

from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from wtforms import (
    BooleanField,
    DateField,
    RadioField,
    SelectField,
    SelectMultipleField,
    validators,
)

from pulse.domain.separation import Separation, normal
from pulse.domain.staff_columns import LABELS, Field
from pulse.domain.staff_dates import DateOrder
from pulse.domain.staff_plan import AttributeChoice, StaffPlan
from pulse.web.choices import choices

# For a name and a unit there are other columns to choose from; for these there are none.
NEEDED = (Field.NUMBER, Field.HIRED_ON)
NOT_THERE = ("", "Not in this file")
_WORD = "word_"


class UploadForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types.
    """The file itself."""

    file = FileField(
        "Staff file",
        [FileRequired("Please choose a file.")],
        description="CSV with a header: commas, semicolons or tabs; at most 200 MB.",
    )


class ColumnsForm(FlaskForm):  # type: ignore[misc]  # As above.
    """Which column holds what; `offer` says which columns there are."""

    as_of = DateField(
        "The file is true for",
        [validators.InputRequired("Please say which day the file shows.")],
        description="Somebody found in another unit than before has moved on this day.",
    )
    date_order = RadioField(
        "Dates such as 03/04/2021",
        choices=choices(
            (
                ("", "The rows of each column settle it"),
                (DateOrder.DMY.value, "Day first: 3 April"),
                (DateOrder.MDY.value, "Month first: March 4"),
            )
        ),
        description="Needed only where no row of a column settles the order.",
    )
    unknown = RadioField(
        "Words for leaving that Pulse does not know",
        choices=choices(
            (
                ("", "Show them to me first, and reject their rows until I have sorted them"),
                (Separation.OTHER.value, "Count them as “other”"),
            )
        ),
    )
    keep = SelectMultipleField("Further columns to keep")
    report = SelectMultipleField("Further columns that may be reported")

    def offer(self, header: Sequence[str]) -> None:
        columns = [(name, name) for name in header]
        self.keep.choices = self.report.choices = choices(columns)
        for fact in Field:
            self[fact.value].choices = choices([NOT_THERE, *columns])

    def facts(self) -> list[SelectField]:
        return [self[fact.value] for fact in Field]

    def plan(self, words: dict[str, Separation]) -> StaffPlan:
        """Give what was chosen; `words` are those sorted before."""
        kept = list(dict.fromkeys([*(self.keep.data or ()), *(self.report.data or ())]))
        reported = set(self.report.data or ())
        return StaffPlan(
            columns={fact: self[fact.value].data for fact in Field if self[fact.value].data},
            attributes=tuple(AttributeChoice(column, column in reported) for column in kept),
            date_order=DateOrder(self.date_order.data) if self.date_order.data else None,
            words=words,
            unknown=Separation(self.unknown.data) if self.unknown.data else None,
        )


for _fact in Field:
    _needed = [validators.DataRequired("Please choose a column.")] if _fact in NEEDED else []
    setattr(ColumnsForm, _fact.value, SelectField(LABELS[_fact], _needed, default=""))


def columns_data(plan: StaffPlan) -> dict[str, object]:
    """Give a plan in the form in which `ColumnsForm` is filled in."""
    return {
        **{fact.value: column for fact, column in plan.columns.items()},
        "date_order": plan.date_order.value if plan.date_order else "",
        "unknown": plan.unknown.value if plan.unknown else "",
        "keep": [one.column for one in plan.attributes],
        "report": [one.column for one in plan.attributes if one.reportable],
    }


class ApplyForm(FlaskForm):  # type: ignore[misc]  # As above.
    """Saying yes to what the check has found."""

    skip_rejected = BooleanField("Leave the rejected rows out and apply the rest")


class ButtonForm(FlaskForm):  # type: ignore[misc]  # As above.
    """Nothing but the token that a button needs."""


class MarkForm(FlaskForm):  # type: ignore[misc]  # As above.
    """Whether results may be shown by an attribute."""

    reportable = BooleanField("May be reported")


def sorted_words(form: dict[str, str], words: Sequence[str]) -> dict[str, Separation]:
    """Read what was chosen for each word; a word without a choice stays unsorted."""
    found = {}
    for place, word in enumerate(words):
        kind = form.get(f"{_WORD}{place}", "")
        if kind in set(Separation):
            found[normal(word)] = Separation(kind)
    return found
