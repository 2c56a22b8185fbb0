"""Put, pause, resume, end; and what is planned by a cadence, when, and how often."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, time, timedelta

import pytest

from pulse import fieldwork
from pulse.db import reading, transaction
from pulse.domain.cadence import Cadence, Repeats
from pulse.domain.errors import Conflict, Invalid, NotFound
from pulse.domain.wave_state import WaveState
from pulse.invitations import rhythm
from pulse.people import selecting, units
from pulse.planning import plan_due
from pulse.surveys import cadences, waves
from pulse.surveys.audience import Audience
from pulse.surveys.cadences import CadenceState
from tests.support import rhythms, staff, staffed
from tests.support.rhythms import HOME, weekly

DAY = timedelta(days=1)
# Two DST nights of Europe lie in the spring and autumn of these days; in 2037 as in 2026.
TUESDAY = date(2037, 3, 10)


@pytest.fixture
def survey_id(app, now) -> int:
    """A survey every Tuesday from tomorrow week on; today is Monday, 2 March 2037."""
    staff.hired(24, now.date())
    return rhythms.begun(now, weekly(TUESDAY))


def dates(survey_id: int) -> list[str]:
    return list(rhythms.waves(survey_id))


def state(survey_id: int) -> CadenceState:
    with reading() as session:
        return cadences.of_survey(session, survey_id).state


def paused(survey_id: int) -> None:
    with transaction() as session:
        cadences.pause(session, survey_id)


def resumed(survey_id: int, now: datetime) -> None:
    with transaction() as session:
        cadences.resume(session, survey_id, now)


def skipped_on(survey_id: int) -> date | None:
    with reading() as session:
        return cadences.of_survey(session, survey_id).skipped_on


def test_the_dates_of_two_weeks_are_planned_once(survey_id, now) -> None:
    first = plan_due(now)
    assert len(first) == 1
    assert dates(survey_id) == ["2037-03-10"]
    assert plan_due(now) == ()
    for hour in range(0, 7 * 24, 7):
        plan_due(now + timedelta(hours=hour))
    assert dates(survey_id) == ["2037-03-10", "2037-03-17"]


def test_the_next_one_is_planned_however_far_it_is(app, now) -> None:
    quarterly = Cadence(Repeats.MONTH_DAY, date(2037, 6, 1), time(9), 14, every=3)
    survey_id = rhythms.begun(now, quarterly)
    plan_due(now)
    assert dates(survey_id) == ["2037-06-01"]


def test_a_wave_of_a_cadence_knows_its_local_time_and_one_by_hand_has_none(survey_id, now) -> None:
    plan_due(now)
    with transaction() as session:
        by_hand = waves.plan(session, survey_id, now + DAY, now + 2 * DAY)
    (one,) = [wave for wave in rhythms.waves(survey_id).values() if wave.id != by_hand]
    with reading() as session:
        planned, other = waves.get(session, one.id), waves.get(session, by_hand)
    assert (planned.own_time, planned.opens_on) == (time(9), TUESDAY)
    assert planned.keeps_holidays
    assert planned.time_zone == HOME
    assert (other.own_time, other.keeps_holidays) == (None, False)


def test_it_opens_where_the_date_begins_first_and_closes_where_it_ends_last(app, now) -> None:
    staff.hired(24, now.date())
    rhythms.living_in("Pacific/Auckland")
    rhythms.living_in("America/Los_Angeles", 3)
    survey_id = rhythms.begun(now, weekly(TUESDAY))
    plan_due(now)
    wave = rhythms.waves(survey_id)["2037-03-10"]
    assert wave.opens_at == datetime(2037, 3, 9, 20, tzinfo=UTC)
    assert wave.closes_at == datetime(2037, 3, 17, 16, tzinfo=UTC)


def test_only_the_zones_of_the_audience_count(app, now) -> None:
    staff.hired(24, now.date())
    rhythms.living_in("Pacific/Auckland")
    nobody = rhythms.survey(now, audience=staff.nobody())
    rhythms.begun(now, weekly(TUESDAY), nobody)
    plan_due(now)
    assert rhythms.waves(nobody)["2037-03-10"].opens_at == datetime(2037, 3, 10, 9, tzinfo=UTC)


def test_local_time_stays_over_the_change_of_clocks(survey_id, now) -> None:
    plan_due(now + 21 * DAY)
    hours = {on: wave.opens_at.hour for on, wave in rhythms.waves(survey_id).items()}
    assert (hours["2037-03-24"], hours["2037-03-31"]) == (9, 8)


def test_a_holiday_moves_those_who_have_it_and_not_the_date(app, now) -> None:
    staff.hired(24, now.date())
    good_friday = date(2037, 4, 3)
    kept = rhythms.begun(now, weekly(good_friday))
    other = rhythms.begun(now, weekly(good_friday, keeps_holidays=False))
    plan_due(now + 28 * DAY)
    assert rhythms.waves(kept)["2037-04-03"].opens_at == datetime(2037, 4, 6, 8, tzinfo=UTC)
    assert rhythms.waves(other)["2037-04-03"].opens_at == datetime(2037, 4, 3, 8, tzinfo=UTC)


def test_pausing_withdraws_what_is_ahead_and_resuming_plans_it_once_more(survey_id, now) -> None:
    plan_due(now + 5 * DAY)
    assert dates(survey_id) == ["2037-03-10", "2037-03-17"]
    paused(survey_id)
    assert (dates(survey_id), state(survey_id)) == ([], CadenceState.PAUSED)
    assert plan_due(now + 5 * DAY) == ()
    paused(survey_id)
    resumed(survey_id, now + 6 * DAY)
    plan_due(now + 6 * DAY)
    resumed(survey_id, now + 6 * DAY)
    plan_due(now + 6 * DAY)
    assert dates(survey_id) == ["2037-03-10", "2037-03-17"]
    assert state(survey_id) is CadenceState.RUNNING


def test_what_fell_into_a_pause_is_left_out(survey_id, now) -> None:
    paused(survey_id)
    back = datetime(2037, 3, 17, 11, tzinfo=UTC)
    resumed(survey_id, back)
    for hour in range(4):
        plan_due(back + timedelta(hours=hour))
    assert dates(survey_id) == ["2037-03-24", "2037-03-31"]
    assert skipped_on(survey_id) is None


def test_a_wave_that_has_begun_is_not_withdrawn_by_a_pause(survey_id, now) -> None:
    tuesday = datetime(2037, 3, 10, 9, tzinfo=UTC)
    fieldwork.tick(tuesday)
    paused(survey_id)
    assert dates(survey_id) == ["2037-03-10"]
    assert rhythms.waves(survey_id)["2037-03-10"].state == WaveState.OPEN.value
    resumed(survey_id, tuesday + DAY)
    fieldwork.tick(tuesday + DAY)
    assert dates(survey_id) == ["2037-03-10", "2037-03-17", "2037-03-24"]


def test_what_hr_withdraws_by_hand_is_not_planned_again(survey_id, now) -> None:
    (wave_id,) = plan_due(now)
    with transaction() as session:
        waves.withdraw(session, wave_id)
    for day in range(7):
        plan_due(now + day * DAY)
    assert dates(survey_id) == ["2037-03-17"]
    with reading() as session:
        info = cadences.of_survey(session, survey_id)
        coming = rhythm.upcoming(session, info, HOME, now)
    assert [item.on for item in coming[:2]] == [date(2037, 3, 17), date(2037, 3, 24)]


def test_a_day_that_hr_has_planned_by_hand_is_taken(survey_id, now) -> None:
    at = datetime(2037, 3, 10, 7, tzinfo=UTC)
    with transaction() as session:
        by_hand = waves.plan(session, survey_id, at, at + DAY, HOME)
    assert plan_due(now) == ()
    assert rhythms.waves(survey_id)["2037-03-10"].id == by_hand
    paused(survey_id)
    assert dates(survey_id) == ["2037-03-10"]


def test_an_ended_cadence_plans_nothing_and_only_a_new_one_does(survey_id, now) -> None:
    plan_due(now)
    for _ in range(2):
        with transaction() as session:
            cadences.end(session, survey_id)
    assert (dates(survey_id), plan_due(now)) == ([], ())
    for verb in (lambda: paused(survey_id), lambda: resumed(survey_id, now)):
        with pytest.raises(Conflict, match="set a new one"):
            verb()
    rhythms.begun(now, weekly(TUESDAY), survey_id)
    assert len(plan_due(now)) == 1


def test_a_new_cadence_takes_the_place_of_the_old_one(survey_id, now) -> None:
    plan_due(now + 5 * DAY)
    rhythms.begun(now + 5 * DAY, weekly(date(2037, 3, 11), every=2), survey_id)
    plan_due(now + 5 * DAY)
    assert dates(survey_id) == ["2037-03-11"]


def test_it_ends_with_its_last_day(app, now) -> None:
    survey_id = rhythms.begun(now, weekly(TUESDAY, ends_on=date(2037, 3, 17)))
    for day in range(60):
        plan_due(now + day * DAY)
    # Nothing opened the waves, so each was withdrawn when its time was half over.
    assert dates(survey_id) == []
    assert skipped_on(survey_id) == date(2037, 3, 17)


def test_a_survey_has_one_cadence_and_none_before_it_is_set(app, now) -> None:
    survey_id = rhythms.survey(now)
    with reading() as session:
        assert cadences.of_survey(session, survey_id) is None
        assert cadences.listing(session) == ()
        assert not rhythm.is_due(session, survey_id, HOME, now)
    with pytest.raises(NotFound, match="no rhythm"):
        paused(survey_id)
    with pytest.raises(NotFound):
        rhythms.begun(now, weekly(TUESDAY), 999)
    for _ in range(2):
        rhythms.begun(now, weekly(TUESDAY), survey_id)
    with reading() as session:
        assert [info.cadence for info in cadences.listing(session)] == [weekly(TUESDAY)]


def test_one_whose_dates_are_all_over_is_refused_and_changes_nothing(survey_id, now) -> None:
    today = Cadence(Repeats.ONCE, now.date(), time(8), 7)
    with pytest.raises(Invalid, match="lies ahead") as caught:
        rhythms.begun(now, today, survey_id)
    assert caught.value.field == "starts_on"
    with reading() as session:
        assert cadences.of_survey(session, survey_id).cadence == weekly(TUESDAY)


def test_an_audience_is_found_in_the_staff_file_by_unit_and_attribute(app, now) -> None:
    ids = staffed.company(40)
    with reading() as session:
        tree = units.tree(session)
        found = {
            name: len(selecting.people(session, rhythm.choice(audience), now.date()))
            for name, audience in {
                "all": Audience(),
                "roof": Audience((ids["Acme"],)),
                "care": Audience((ids["Care"],)),
                "women in care": Audience((ids["Care"],), {"sex": ("F",)}),
                "nobody": Audience(attributes={"sex": ("X",)}),
            }.items()
        }
        before = selecting.people(session, rhythm.choice(Audience()), date(2019, 1, 1))
    assert found == {"all": 40, "roof": 40, "care": 20, "women in care": 10, "nobody": 0}
    assert before == frozenset()
    assert units.with_below(tree, [ids["Care"]]) == {ids["Care"]}


def test_two_people_who_set_the_first_one_at_once_get_one(app, now) -> None:
    survey_id = rhythms.survey(now)

    def put(_: int) -> str:
        with app.app_context():
            try:
                rhythms.begun(now, weekly(TUESDAY), survey_id)
            except Conflict as error:
                return error.message
        return ""

    with ThreadPoolExecutor(4) as pool:
        said = list(pool.map(put, range(4)))
    assert "" in said
    assert {words for words in said if words} <= {"Somebody has just set a rhythm for this survey."}
    assert state(survey_id) is CadenceState.RUNNING
