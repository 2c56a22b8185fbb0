import itertools
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pulse.domain.org_tree import UnitRef
from pulse.domain.separation import Separation
from pulse.domain.staff_changes import (
    Change,
    Contradiction,
    Facts,
    Known,
    Outcome,
    Rules,
    Spell,
    decide,
)
from pulse.domain.staff_columns import Field
from pulse.domain.staff_row import StaffRecord

HIRED, MOVED, TODAY = date(2020, 1, 1), date(2022, 6, 1), date(2026, 3, 2)
RULES = Rules(TODAY, frozenset(Field), ("sex",))
FACTS = Facts("Ada", None, None, None, None)


def unit(key):
    return (UnitRef(key, key, None),)


ROW = StaffRecord(
    line=2,
    number="7",
    name="Ada",
    email=None,
    units=unit("A"),
    unit_since=None,
    manager=None,
    hired_on=HIRED,
    left_on=None,
    separation=None,
    notice_on=None,
    locale=None,
    time_zone=None,
    attributes=("F",),
)


def spell(key="A", starts=HIRED, ends=None, kind=None, notice=None):
    return Spell(key, starts, ends, kind, notice)


def known(*spells, attributes=None):
    return Known(1, FACTS, {"sex": "F"} if attributes is None else attributes, spells)


def changed(record, *spells, rules=RULES):
    change = decide(record, known(*spells), rules)
    assert isinstance(change, Change), change
    return change.outcome, change.spells


def test_someone_new_gets_one_spell():
    change = decide(ROW, None, RULES)
    assert change == Change(Outcome.NEW, FACTS, {"sex": "F"}, (spell(),))


def test_the_same_row_again_changes_nothing():
    assert decide(ROW, known(spell()), RULES) == Change(Outcome.UNCHANGED)


def test_a_new_name_or_attribute_is_a_change():
    change = decide(ROW._replace(name="Ada L.", attributes=("",)), known(spell()), RULES)
    assert change == Change(Outcome.CHANGED, FACTS._replace(name="Ada L."), {}, None)


def test_what_the_file_has_no_column_for_stays():
    facts = Facts("Ada", "ada@pulse.test", "1", "en", "UTC")
    someone = Known(1, facts, {"sex": "F"}, (spell(),))
    few = Rules(TODAY, frozenset({Field.NUMBER, Field.NAME}), ("sex",))
    assert decide(ROW, someone, few).outcome is Outcome.UNCHANGED


def test_another_unit_is_a_move_on_the_imports_date():
    row = ROW._replace(units=unit("B"))
    assert changed(row, spell()) == (
        Outcome.MOVED,
        (spell(ends=TODAY), spell("B", TODAY)),
    )


def test_a_dated_move_happens_on_its_own_date():
    row = ROW._replace(units=unit("B"), unit_since=MOVED)
    assert changed(row, spell())[1] == (spell(ends=MOVED), spell("B", MOVED))


def test_a_move_that_is_taken_back_the_same_day_leaves_no_trace():
    outcome, spells = changed(ROW, spell(ends=TODAY), spell("B", TODAY))
    assert (outcome, spells) == (Outcome.MOVED, (spell(),))


def test_the_date_of_the_last_move_can_be_corrected_both_ways():
    moved = (spell(ends=MOVED), spell("B", MOVED))
    for day in (MOVED - timedelta(days=60), MOVED + timedelta(days=60)):
        row = ROW._replace(units=unit("B"), unit_since=day)
        assert changed(row, *moved) == (
            Outcome.CHANGED,
            (spell(ends=day), spell("B", day)),
        )


def test_an_older_file_does_not_undo_a_later_move():
    old = replace(RULES, as_of=MOVED - timedelta(days=1))
    found = decide(ROW, known(spell(ends=MOVED), spell("B", MOVED)), old)
    assert found == Contradiction("unit", f"a move on {MOVED} is recorded already")


def test_a_leaver_ends_with_kind_and_notice():
    left, notice = date(2026, 1, 31), date(2025, 12, 1)
    row = ROW._replace(left_on=left, separation=Separation.VOLUNTARY, notice_on=notice)
    end = left + timedelta(days=1)
    assert changed(row, spell()) == (
        Outcome.LEFT,
        (spell(ends=end, kind=Separation.VOLUNTARY, notice=notice),),
    )


def test_a_leaver_in_another_unit_by_now_stays_where_they_were():
    gone = spell(ends=date(2025, 1, 1), kind=Separation.OTHER)
    row = ROW._replace(units=unit("Former staff"), left_on=date(2024, 12, 31))
    row = row._replace(separation=Separation.OTHER)
    assert decide(row, known(gone), RULES).outcome is Outcome.UNCHANGED


def test_a_last_day_before_a_recorded_move_takes_the_move_back():
    row = ROW._replace(left_on=MOVED - timedelta(days=9), separation=Separation.OTHER)
    outcome, spells = changed(row, spell(ends=MOVED), spell("B", MOVED))
    assert outcome is Outcome.LEFT
    assert spells == (spell(ends=MOVED - timedelta(days=8), kind=Separation.OTHER),)


def test_a_withdrawn_separation_opens_the_spell_again():
    gone = spell(ends=date(2026, 6, 1), kind=Separation.VOLUNTARY, notice=date(2026, 2, 1))
    assert changed(ROW, gone) == (Outcome.CHANGED, (spell(),))


def test_without_a_column_for_leaving_a_leaver_stays_one():
    gone = spell(ends=date(2025, 6, 1), kind=Separation.VOLUNTARY)
    few = Rules(TODAY, frozenset({Field.NUMBER, Field.UNIT}), ("sex",))
    assert decide(ROW, known(gone), few).outcome is Outcome.UNCHANGED


def test_someone_hired_again_opens_a_new_spell():
    gone = spell(ends=date(2023, 1, 1), kind=Separation.VOLUNTARY)
    back = ROW._replace(hired_on=date(2024, 1, 1), units=unit("B"))
    fresh = spell("B", date(2024, 1, 1))
    assert changed(back, gone) == (Outcome.RETURNED, (gone, fresh))
    assert decide(back, known(gone, fresh), RULES).outcome is Outcome.UNCHANGED


def test_a_corrected_hire_date_moves_the_first_day():
    row = ROW._replace(hired_on=date(2019, 1, 1), units=unit("B"))
    moved = (spell(ends=MOVED), spell("B", MOVED))
    assert changed(row, *moved) == (
        Outcome.CHANGED,
        (spell(starts=date(2019, 1, 1), ends=MOVED), moved[1]),
    )


@pytest.mark.parametrize(
    ("hired", "reason"),
    [
        (MOVED, f"is after the move recorded on {MOVED}"),
        (date(2018, 6, 1), "lies in an earlier employment that ended on 2019-01-01"),
    ],
)
def test_hire_dates_that_contradict_history_are_refused(hired, reason):
    earlier = spell(starts=date(2018, 1, 1), ends=date(2019, 1, 1), kind=Separation.OTHER)
    row = ROW._replace(hired_on=hired, units=unit("B"))
    found = decide(row, known(earlier, spell(ends=MOVED), spell("B", MOVED)), RULES)
    assert found == Contradiction("hired_on", reason)


DAYS = st.dates(date(2018, 1, 1), date(2026, 12, 31))


@st.composite
def rows(draw):
    hired = draw(DAYS)
    left = draw(st.none() | st.dates(hired, date(2027, 12, 31)))
    return ROW._replace(
        hired_on=hired,
        left_on=left,
        separation=left and draw(st.sampled_from(Separation)),
        units=unit(draw(st.sampled_from("ABC"))),
        unit_since=draw(st.none() | DAYS),
    )


@given(st.lists(st.tuples(rows(), DAYS), min_size=1, max_size=6))
def test_any_history_of_files_leaves_sound_spells_and_can_be_repeated(files):
    spells = ()
    for row, as_of in files:
        rules = replace(RULES, as_of=as_of)
        found = decide(row, known(*spells) if spells else None, rules)
        if isinstance(found, Contradiction):
            continue
        spells = spells if found.spells is None else found.spells
        assert decide(row, known(*spells), rules).outcome is Outcome.UNCHANGED
    for one, following in itertools.pairwise(spells):
        assert one.ends_on is not None
        assert one.starts_on < one.ends_on <= following.starts_on
        assert one.separation or one.ends_on == following.starts_on
    assert spells[-1].ends_on is None or spells[-1].separation
