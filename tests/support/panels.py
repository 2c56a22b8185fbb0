"""Panels of own releases, made by hand or drawn with a truth that is known."""

from datetime import date, timedelta

import numpy as np

from pulse.churn.panel import Flow, Mood, Panel
from pulse.domain import rates

FIRST = date(2025, 1, 6)
PERIODS = rates.periods(FIRST, FIRST + timedelta(weeks=4 * 20))


def mood(units: str, at: int, n: int, favourable: float, *, wave: int = 0) -> Mood:
    """One wave's score of a group, closed in the middle of a period; "all" is everyone."""
    closed_on = PERIODS[at].starts_on + timedelta(days=14 + wave)
    everyone = units == "all"
    members = frozenset() if everyone else frozenset(units)
    return Mood(100 * at + wave, closed_on, units, members, n, favourable, everyone, invited=n + 4)


def panel(moods: list[Mood], flows: dict[tuple[str, int], Flow]) -> Panel:
    return Panel(PERIODS[-1].ends_on, 5, PERIODS, tuple(moods), flows)


def steady(units: str, people: int = 20, leavers: int = 0) -> dict[tuple[str, int], Flow]:
    """The same people and leavers in every period, for units of one letter."""
    return {(unit, at): Flow(people * 28, leavers) for unit in units for at in range(len(PERIODS))}


def drawn(seed: int, slope: float, teams: int = 80, people: int = 60) -> Panel:
    """Draw a company in which `slope` is that of the log rate for ten favourable points."""
    random = np.random.default_rng(seed)
    moods: list[Mood] = []
    flows: dict[tuple[str, int], Flow] = {}
    level = random.normal(0.6, 0.08, teams)
    before, n = np.zeros(teams), int(0.7 * people)
    for at in range(len(PERIODS)):
        drift = 0.6 * before + random.normal(0, 0.09, teams)
        share = np.clip(level + drift, 0.05, 0.95)
        good = np.round(share * people).astype(int)
        answers = random.hypergeometric(good, people - good, n)
        mean = people * 28 / 365.25 * 0.4 * np.exp(10 * (slope * before - 0.6 * (level - 0.6)))
        left = np.minimum(random.poisson(mean), people)
        flows |= {(f"u{team}", at): Flow(people * 28, int(left[team])) for team in range(teams)}
        moods += _wave(at, [int(one) for one in answers], n, people)
        before = share - level
    return Panel(PERIODS[-1].ends_on, 5, PERIODS, tuple(moods), flows)


def _wave(at: int, answers: list[int], n: int, people: int) -> list[Mood]:
    """The released scores of one wave: each team, and everybody."""
    day, many = PERIODS[at].starts_on + timedelta(days=14), len(answers)

    def score(name: str, units: frozenset[str], good: int, teams: int) -> Mood:
        share, everyone = good / (n * teams), len(units) > 1
        return Mood(at, day, name, units, n * teams, share, everyone, invited=people * teams)

    teams = [
        score(f"Team {team}", frozenset({f"u{team}"}), good, 1) for team, good in enumerate(answers)
    ]
    units = frozenset(f"u{team}" for team in range(many))
    return [*teams, score("Everybody", units, sum(answers), many)]
