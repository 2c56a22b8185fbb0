from datetime import date, time

import pytest

from pulse.domain.cadence import LAST, Cadence, Repeats
from pulse.domain.cadence_words import sentence

WEEKS, BY_DATE, BY_WEEKDAY = Repeats.WEEKS, Repeats.MONTH_DAY, Repeats.MONTH_WEEKDAY


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        ({"repeats": WEEKS}, "Every Tuesday at 09:00"),
        ({"repeats": WEEKS, "every": 2}, "Every second Tuesday at 09:00"),
        ({"repeats": WEEKS, "every": 6, "weekday": 0}, "Every 6th Monday at 09:00"),
        ({"repeats": BY_DATE}, "On the 5th of each month at 09:00"),
        ({"repeats": BY_DATE, "day": 30}, "On the 30th (or the last day) of each month"),
        ({"repeats": BY_DATE, "day": 31, "every": 3}, "On the last day of every third month"),
        ({"repeats": BY_WEEKDAY}, "On the first Tuesday of each month at 09:00"),
        (
            {"repeats": BY_WEEKDAY, "week": LAST, "weekday": 4, "every": 3},
            "On the last Friday of every third month at 09:00",
        ),
        ({"repeats": Repeats.ONCE}, "Once, on Tue 5 Jan 2027, at 09:00 in each person's own zone"),
    ],
)
def test_a_rule_is_said_as_people_say_it(rule, words) -> None:
    said = sentence(Cadence(starts_on=date(2027, 1, 5), at=time(9), days=7, **rule))
    assert said.startswith(words)
    assert "open 7 days" in said


def test_the_last_day_and_a_single_day_are_said() -> None:
    rule = Cadence(WEEKS, date(2027, 1, 5), time(9), 1, ends_on=date(2027, 6, 30))
    assert sentence(rule).endswith("open 1 day, from 5 Jan 2027 until 30 Jun 2027.")
