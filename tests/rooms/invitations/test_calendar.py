"""What the calendar says, beside counting person by person."""

from datetime import UTC, date, datetime, time, timedelta

import pytest

from pulse.db import reading, transaction
from pulse.domain.cadence import Cadence, Repeats
from pulse.invitations import calendar
from pulse.invitations.calendar import Calendar, Kind
from pulse.planning import plan_due
from pulse.surveys import cadences, waves
from pulse.surveys.audience import Audience
from pulse.surveys.turns import Turns
from tests.support import rhythms, staffed
from tests.support.rhythms import HOME, weekly

DAY = timedelta(days=1)
TUESDAY = date(2037, 3, 10)


@pytest.fixture
def units(app) -> dict[str, int]:
    """Forty people, half of them in Care, half of each women."""
    return staffed.company(40)


def read(now: datetime) -> Calendar:
    with reading() as session:
        return calendar.calendar(session, HOME, now)


def kinds(found: Calendar) -> dict[tuple[str, ...], Kind]:
    return {kind.surveys: kind for kind in found.kinds}


def test_nothing_is_planned_and_nobody_is_asked(app, now) -> None:
    rhythms.survey(now)
    assert read(now) == Calendar((), (), ())


def test_the_next_twelve_dates_of_each_stand_in_order(units, now) -> None:
    rhythms.begun(now, weekly(TUESDAY), rhythms.survey(now, "Weekly"))
    monthly = Cadence(Repeats.MONTH_DAY, date(2037, 3, 15), time(8), 7)
    rhythms.begun(now, monthly, rhythms.survey(now, "Monthly"))
    for planned in (False, True):
        if planned:
            plan_due(now)
        found = read(now).entries
        assert [entry.title for entry in found].count("Weekly") == 12
        assert [entry.title for entry in found].count("Monthly") == 12
        assert [entry.on for entry in found] == sorted(entry.on for entry in found)
        assert {entry.people for entry in found} == {40}
        # A Sunday.
        assert found[1].on == date(2037, 3, 16)


def test_the_change_of_clocks_is_told_where_it_happens(units, now) -> None:
    rhythms.living_in("America/New_York")
    rhythms.begun(now, weekly(date(2037, 3, 3), 2))
    told = {entry.on.isoformat(): entry.clocks for entry in read(now).entries if entry.clocks}
    assert told == {"2037-03-10": ("America/New_York",), "2037-03-31": ("Europe/London",)}
    first = read(now).entries[0].span
    assert (first.opens_at.hour, first.last_at.hour) == (9, 14)


def test_whoever_is_in_several_audiences_is_counted_once_with_all_of_them(units, now) -> None:
    care = Audience((units["Care"],))
    women = Audience(attributes={"sex": ("F",)})
    for title, audience in (("All", None), ("Care", care), ("Women", women)):
        rhythms.begun(now, weekly(TUESDAY), rhythms.survey(now, title, audience))
    found = kinds(read(now))
    assert {surveys: kind.people for surveys, kind in found.items()} == {
        ("All",): 10,
        ("All", "Care"): 10,
        ("All", "Women"): 10,
        ("All", "Care", "Women"): 10,
    }
    assert sum(kind.people for kind in found.values()) == 40
    assert found["All",].load.most_mails == 12
    assert found["All", "Care"].load.too_many_mails
    assert not found["All", "Care"].load.too_many_surveys
    assert found["All", "Care", "Women"].load.too_many_surveys
    assert {kind.surveys for kind in read(now).overloaded} == set(found) - {("All",)}


def test_mails_of_a_month_are_an_invitation_and_two_reminders_a_wave(units, now) -> None:
    rhythms.begun(now, weekly(TUESDAY))
    (kind,) = read(now).kinds
    # Tuesdays from the 10th on; the reminders of the wave of the 31st come in April, and those of
    # the 28th of April in May.
    assert kind.load.months[2037, 3] == 3 * 3 + 1
    assert kind.load.months[2037, 4] == 2 + 3 * 3 + 1


def test_where_parts_take_turns_each_person_has_one_wave_of_so_many(units, now) -> None:
    everybody = rhythms.survey(now, "All")
    quarters = rhythms.survey(now, "Quarters", turns=Turns(parts=4))
    for survey in (everybody, quarters):
        rhythms.begun(now, weekly(TUESDAY), survey)
    found = read(now)
    people = {entry.title: entry.people for entry in found.entries}
    assert people == {"All": 40, "Quarters": 10}
    # Four waves of one and one of the other in 28 days, three mails each.
    assert kinds(found)["All", "Quarters"].load.most_mails == 15


def test_waves_planned_by_hand_count_and_are_told_from_others(units, now) -> None:
    survey_id = rhythms.begun(now, weekly(TUESDAY))
    at = datetime(2037, 3, 6, 12, tzinfo=UTC)
    with transaction() as session:
        waves.plan(session, survey_id, at, at + 3 * DAY, HOME)
    by_hand, following, *_ = read(now).entries
    assert (by_hand.on, by_hand.at, by_hand.span.last_at) == (at.date(), None, at)
    assert (following.on, following.at) == (TUESDAY, time(9))
    assert read(now).kinds[0].load.months[2037, 3] == 3 * 4 - 2 + 3


def test_what_was_paused_or_withdrawn_is_not_among_the_dates(units, now) -> None:
    survey_id = rhythms.begun(now, weekly(TUESDAY), rhythms.survey(now, "Weekly"))
    (wave_id,) = plan_due(now)
    with transaction() as session:
        waves.withdraw(session, wave_id)
    found = read(now).entries
    assert (len(found), found[0].on) == (12, TUESDAY + 7 * DAY)
    assert read(now).kinds[0].load.months[2037, 3] == 3 * 3 - 2
    with transaction() as session:
        cadences.pause(session, survey_id)
    assert read(now) == Calendar((), (), ("Weekly",))
    with transaction() as session:
        cadences.end(session, survey_id)
    assert read(now) == Calendar((), (), ())


def test_an_audience_that_nobody_is_in_is_shown_with_nobody(units, now) -> None:
    nobody = Audience(attributes={"sex": ("X",)})
    rhythms.begun(now, weekly(TUESDAY), rhythms.survey(now, "Void", nobody))
    found = read(now)
    assert {entry.people for entry in found.entries} == {0}
    assert found.kinds == ()
