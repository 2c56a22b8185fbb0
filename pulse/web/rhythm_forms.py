"""The form in which HR says how often a survey is asked; on pages a cadence is called a rhythm."""

from datetime import date, datetime, time, timedelta

from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    DateField,
    IntegerField,
    SelectField,
    SubmitField,
    TimeField,
    validators,
)

from pulse.domain import local_time
from pulse.domain.cadence import MOST_DAYS, Cadence, Repeats
from pulse.domain.cadence_words import WEEKS_OF_MONTH
from pulse.domain.working_days import DAYS

WEEKS = "weeks"
QUARTER = 3
# What can be chosen, with the rule behind it; of `WEEKS` the person says how many.
RULES: dict[str, tuple[str, Repeats, int]] = {
    "weekly": ("Every week", Repeats.WEEKS, 1),
    WEEKS: ("Every few weeks", Repeats.WEEKS, 0),
    "month_day": ("Every month, on a date", Repeats.MONTH_DAY, 1),
    "month_weekday": ("Every month, on a weekday", Repeats.MONTH_WEEKDAY, 1),
    "quarter_day": ("Every quarter, on a date", Repeats.MONTH_DAY, QUARTER),
    "quarter_weekday": ("Every quarter, on a weekday", Repeats.MONTH_WEEKDAY, QUARTER),
    "once": ("Once", Repeats.ONCE, 1),
}
_AS_FIRST = {"": "As the first day"}
_BY_WEEKDAY = {Repeats.WEEKS, Repeats.MONTH_WEEKDAY}
_NEXT_WEEK = timedelta(days=7)


def _number(value: object) -> int | None:
    return int(str(value)) if value not in {None, ""} else None


def _whole(label: str, description: str, needed: str = "") -> IntegerField:
    check = validators.InputRequired(needed) if needed else validators.Optional()
    return IntegerField(label, [check], description=description)


class RhythmForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types.
    """A cadence in plain words; what the chosen rule does not need is not looked at."""

    repeats = SelectField(
        "How often", [validators.DataRequired()], choices={key: RULES[key][0] for key in RULES}
    )
    every = _whole("Weeks from one to the next", "2 is every second week.")
    weekday = SelectField(
        "Weekday",
        choices=_AS_FIRST | {str(place): name for place, name in enumerate(DAYS)},
        coerce=_number,
        description="A date on a weekend moves to the next working day.",
    )
    week = SelectField(
        "Which one in the month",
        choices=_AS_FIRST | {str(at): name for at, name in enumerate(WEEKS_OF_MONTH, start=1)},
        coerce=_number,
    )
    day = _whole("Day of the month", "1 to 31; a shorter month takes its last day.")
    starts_on = DateField(
        "First day",
        [validators.InputRequired("Please say from when.")],
        description="The first wave is on this day or the next one that fits.",
    )
    ends_on = DateField("Last day", [validators.Optional()], description="Empty: until you end it.")
    at = TimeField(
        "Time",
        [validators.InputRequired("Please say at what time.")],
        description="On each person's own clocks. Not from 02:00 to 03:00, when clocks change.",
    )
    days = _whole(
        "Days to answer",
        f"1 to {MOST_DAYS}. Nobody has less, wherever they are.",
        "Please say how long.",
    )
    keeps_holidays = BooleanField(
        "Ask on the next working day where it is a public holiday",
        description="Holidays are those of the country of a person's time zone.",
    )
    preview = SubmitField("Preview")

    def cadence(self) -> Cadence:
        """Give what was filled in. Raises Invalid with the field at fault."""
        _, repeats, every = RULES[self.repeats.data]
        by_weekday, by_week = repeats in _BY_WEEKDAY, repeats is Repeats.MONTH_WEEKDAY
        typed = 2 if self.every.data is None else self.every.data
        return Cadence(
            repeats=repeats,
            starts_on=self.starts_on.data or date.min,
            at=self.at.data or time(),
            days=self.days.data or 0,
            every=every or typed,
            weekday=self.weekday.data if by_weekday else None,
            week=self.week.data if by_week else None,
            day=self.day.data if repeats is Repeats.MONTH_DAY else None,
            ends_on=self.ends_on.data,
            keeps_holidays=bool(self.keeps_holidays.data),
        )


def filled_from(cadence: Cadence) -> dict[str, object]:
    """Give what the form shows for a cadence."""
    rules = ((key, repeats, every) for key, (_, repeats, every) in RULES.items())
    fits = [
        key
        for key, repeats, every in rules
        if repeats is cadence.repeats and every in {cadence.every, 0}
    ]
    return {
        "repeats": fits[0] if fits else "month_day",
        "every": cadence.every,
        "weekday": cadence.weekday,
        "week": cadence.week,
        "day": cadence.day,
        "starts_on": cadence.starts_on,
        "ends_on": cadence.ends_on,
        "at": cadence.at,
        "days": cadence.days,
        "keeps_holidays": cadence.keeps_holidays,
    }


def proposed(now: datetime, zone: str) -> dict[str, object]:
    """Propose every second week from next week on."""
    today = now.astimezone(local_time.zone(zone)).date()
    begins = today + _NEXT_WEEK
    return filled_from(Cadence(Repeats.WEEKS, begins, time(9), days=7, every=2))
