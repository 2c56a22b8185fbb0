import itertools
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from pulse.domain.exposure import Departures, Presence, Window, summarise
from pulse.domain.separation import Separation

DAYS = st.dates(date(2020, 1, 1), date(2021, 12, 31))
SPELLS = st.lists(
    st.tuples(DAYS, st.none() | st.integers(1, 400)).map(
        lambda pair: (pair[0], pair[1] and pair[0] + timedelta(days=pair[1]))
    ),
    max_size=8,
)


def presence(spells):
    made = Presence()
    for starts_on, ends_on in spells:
        made.add(starts_on, ends_on)
    return made


def window(one, other):
    return Window(min(one, other), max(one, other))


@given(SPELLS, DAYS, DAYS)
def test_person_days_are_what_counting_day_by_day_gives(spells, one, other):
    asked = window(one, other)
    length = (asked.ends_on - asked.starts_on).days
    counted = sum(
        starts_on <= asked.starts_on + timedelta(days=place)
        and (ends_on is None or asked.starts_on + timedelta(days=place) < ends_on)
        for starts_on, ends_on in spells
        for place in range(length)
    )
    assert presence(spells).person_days(asked) == counted


@given(SPELLS, st.lists(DAYS, min_size=3, max_size=6))
def test_the_parts_of_a_window_add_up_to_the_whole(spells, cuts):
    cuts.sort()
    parts = [Window(*pair) for pair in itertools.pairwise(cuts)]
    made = presence(spells)
    whole = made.person_days(Window(cuts[0], cuts[-1]))
    assert sum(made.person_days(part) for part in parts) == whole


@given(SPELLS, SPELLS, DAYS, DAYS)
def test_units_add_up_to_the_company(spells, others, one, other):
    asked = window(one, other)
    separately = summarise({1: presence(spells), 2: presence(others)}, (), [asked])
    together = presence([*spells, *others]).person_days(asked)
    assert sum(entry.person_days for entry in separately) == together


@given(SPELLS, DAYS, DAYS, DAYS)
def test_a_move_neither_wins_nor_loses_a_day(spells, move, one, other):
    asked = window(one, other)
    before, after = Presence(), Presence()
    for starts_on, ends_on in spells:
        if starts_on < move and (ends_on is None or move < ends_on):
            before.add(starts_on, move)
            after.add(move, ends_on)
        else:
            before.add(starts_on, ends_on)
    split = before.person_days(asked) + after.person_days(asked)
    assert split == presence(spells).person_days(asked)


@given(st.lists(st.tuples(DAYS, st.sampled_from(Separation), st.integers(1, 3))), DAYS, DAYS, DAYS)
def test_separations_add_up_over_the_parts_of_a_window(leavers, one, middle, other):
    first, cut, last = sorted((one, middle, other))
    groups = [Departures(1, kind, None, day, people) for day, kind, people in leavers]

    def total(*windows):
        entries = summarise({}, groups, windows)
        return sum(e.voluntary + e.involuntary + e.other for e in entries)

    assert total(Window(first, cut), Window(cut, last)) == total(Window(first, last))


def test_a_separation_counts_on_its_notice_or_else_on_its_last_day():
    month = Window(date(2021, 3, 1), date(2021, 4, 1))
    leaver = Departures(1, Separation.VOLUNTARY, None, date(2021, 4, 1), 1)
    (entry,) = summarise({}, [leaver], [month])
    assert entry.voluntary == 1
    noticed = Departures(1, Separation.VOLUNTARY, date(2021, 2, 28), date(2021, 4, 1), 1)
    assert summarise({}, [noticed], [month]) == ()
