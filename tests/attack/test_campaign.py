"""The campaign of `make audit-campaign`, small: what leaks is found, and honest releases pass."""

from datetime import datetime
from random import Random

from flask import Flask
from hypothesis import given, settings
from hypothesis import strategies as st

from pulse.db import reading
from pulse.release import export
from pulse.release import reading as releases
from pulse.release.publish import decide
from tests.campaign import campaign, oracle
from tests.campaign.campaign import Outcome
from tests.campaign.oracle import Shown
from tests.campaign.publication import honest
from tests.campaign.switches import SWITCHES
from tests.support import isolation
from tests.support.released import asked, manifest, papers, released, survey, tally

NONE_LARGE = 10**9


def test_the_campaign_attacks_what_is_really_exported(app: Flask, now: datetime) -> None:
    wave = manifest(survey(now), now)
    ballots = [
        *papers("care/north", 12, 5),
        *papers("care/south", 9, 2),
        *papers("care/south", 2, None),
        *papers("shops", 14, 4),
        *papers("office", 3, 1),
    ]
    release_id = released(wave, ballots, now)
    with reading() as session:
        texts = export.files(session, releases.get(session, release_id))
    counted = tally(ballots)
    decided = decide(wave, counted.joint, asked(wave, counted.joint))
    assert decided is not None
    made = honest(wave, counted, decided).files()
    assert made.groups == texts["groups.csv"]
    assert made.cells == texts["cells.csv"]


def test_every_protection_that_is_switched_off_is_noticed() -> None:
    found = campaign.run(range(1, 25), NONE_LARGE)
    assert found.is_good, "\n".join(found.lines())
    assert found.honest > 20
    for switch in SWITCHES:
        tried = found.tried[switch.name]
        assert tried.found == tried.leaks > 0, switch.name


@settings(max_examples=8, deadline=None)
@given(st.integers(10_000, 10**9))
def test_no_leak_of_any_company_is_missed(seed: int) -> None:
    found = campaign.one(seed, NONE_LARGE)
    assert {name: one.missed for name, one in found.tried.items() if one.missed} == {}


def test_a_miss_and_an_alarm_are_no_pass() -> None:
    outcome = Outcome(honest=200)
    assert outcome.is_good
    outcome.held.append(7)
    assert not outcome.is_good
    missed = campaign.run(range(1, 3), NONE_LARGE)
    missed.tried["late ballot"].missed.append(1)
    assert not missed.is_good
    assert any("MISSED with late ballot" in line for line in missed.lines())


def test_the_oracle_says_just_what_exact_algebra_says() -> None:
    random, leaks = Random(5), 0
    for _ in range(120):
        people = random.randint(5, 9)
        groups = [
            frozenset(random.sample(range(people), random.randint(2, people)))
            for _ in range(random.randint(2, 4))
        ]
        inside = [
            [at for at, one in enumerate(groups) if person in one] for person in range(people)
        ]
        exact = isolation.isolated(groups, people, 3) is not None
        assert oracle.isolates(Shown.of(inside, len(groups)), 3) == exact
        leaks += exact
    assert 20 < leaks < 120


def test_the_oracle_knows_a_class_that_is_certain() -> None:
    """Five in one unit, of whom three are women; all seven women are favourable, and two men."""
    kinds = [(0, 2)] * 3 + [(0, 3)] * 2 + [(1, 2)] * 4 + [(1, 3)] * 3
    shown = Shown.of(kinds, 4)
    assert not oracle.is_certain(shown, [(2, 4), (2, 5), (3, 4), (1, 4)], 5)
    assert oracle.is_certain(shown, [(3, 3), (6, 6), (6, 6), (3, 3)], 3) is False
    assert oracle.is_certain(shown, [(5, 5), (4, 4), (7, 7), (2, 2)], 5)
