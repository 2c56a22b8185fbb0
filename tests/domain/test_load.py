from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from pulse.domain.load import MOST_MAILS, WINDOW_DAYS, Ask, load

START = date(2027, 1, 5)
DAY = timedelta(days=1)
asks = st.builds(
    Ask,
    st.integers(1, 4),
    st.dates(date(2027, 1, 1), date(2027, 12, 31)),
    st.integers(1, 92),
)


def weekly(survey: int, weeks: int = 12, days: int = 7) -> list[Ask]:
    return [Ask(survey, START + 7 * week * DAY, days) for week in range(weeks)]


def test_nobody_asked_nothing_to_carry() -> None:
    found = load([])
    assert (found.most_mails, found.most_surveys, found.too_much) == (0, 0, False)


def test_a_weekly_pulse_is_just_not_too_much() -> None:
    found = load(weekly(1))
    assert (found.most_mails, found.most_surveys) == (MOST_MAILS, 1)
    assert not found.too_much


def test_a_second_one_is_too_many_mails_and_a_third_too_many_surveys() -> None:
    two, three = load(weekly(1) + weekly(2)), load([*weekly(1, 1), *weekly(2, 1), *weekly(3, 1)])
    assert (two.too_many_mails, two.too_many_surveys) == (True, False)
    assert (three.too_many_mails, three.too_many_surveys) == (False, True)
    assert three.words == "up to 9 mails of 3 surveys in the 28 days from 5 Jan 2027"


def test_mails_stand_in_the_month_in_which_they_come() -> None:
    assert load([Ask(1, date(2027, 1, 28), 7)]).months == {(2027, 1): 2, (2027, 2): 1}


@given(st.lists(asks, max_size=12))
def test_the_busiest_days_are_found(found) -> None:
    """Beside trying every day of the year as the first of the window."""
    got = load(found)
    mails = [(day, ask.survey) for ask in found for day in ask.mail_days]
    assert sum(got.months.values()) == len(mails)
    windows = []
    for ahead in range(-1, 500):
        first = date(2027, 1, 1) + ahead * DAY
        inside = [survey for day, survey in mails if 0 <= (day - first).days < WINDOW_DAYS]
        windows.append((len(inside), len(set(inside))))
    assert got.too_many_mails == any(mails > MOST_MAILS for mails, _ in windows) or (
        got.too_many_surveys
    )
    assert got.too_many_surveys == any(surveys > 2 for _, surveys in windows)
    assert (got.most_mails, got.most_surveys) in windows or not mails
