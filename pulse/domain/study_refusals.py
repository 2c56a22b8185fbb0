"""What the study refuses to say, and what it warns of, in the words that stand on the page.

The thresholds come from simulations with a known truth (docs/methods.md): beyond them intervals do
not hold, or no size that anybody could act on would show. Each refusal says what would have to be
otherwise, because a page that only says no helps nobody.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from math import ceil

from pulse.domain.pairing import FEWEST_PERIODS, Usable
from pulse.domain.panel_cell import Cell, Reason
from pulse.domain.study_values import SURE, ratio
from pulse.domain.within_between import Linked

FEWEST_TEAMS = 20
# Fewer leavers than this are not counted out beside answers.
LEAVER_FLOOR = 5
FEWEST_SEPARATIONS = 50
LARGEST_RATIO = 2.0
LEAST_RELIABILITY = 0.5
FEW_ANSWER, TOO_FEW_ANSWER = 40, 25


def too_little(cells: Sequence[Cell], found: Usable, floor: int) -> Iterator[Reason]:
    """Refuse what rests on too few teams, separations or waves."""
    asked = Counter(cell.unit for cell in cells if cell.answers >= floor)
    once = bool(asked) and max(asked.values()) == 1
    if once:
        yield Reason(
            "asked_once",
            "Each team was asked once. We can compare teams, but not say what happened after "
            "a team's mood changed.",
            f"{FEWEST_PERIODS - 1} more waves, each in a period of its own, would do.",
        )
    teams = len(asked) if once else found.teams
    if teams < FEWEST_TEAMS:
        text = (
            f"A link with resignations needs at least {FEWEST_TEAMS} teams with answers in "
            f"{FEWEST_PERIODS} or more periods. You have {teams}."
        )
        yield Reason("few_teams", text, _more_teams(asked))
    if found.separations < FEWEST_SEPARATIONS:
        count = found.separations
        told = f"Only {count}" if count >= LEAVER_FLOOR else f"Fewer than {LEAVER_FLOOR}"
        text = (
            f"{told} resignations so far. Below {FEWEST_SEPARATIONS}, any "
            "pattern is likely to be chance."
        )
        yield Reason("few_separations", text, _more_separations(found))


def _more_teams(asked: Counter[str]) -> str:
    """Say whether waiting helps, which it does where enough teams answer at all."""
    most = sorted(asked.values(), reverse=True)
    if len(most) < FEWEST_TEAMS:
        return (
            f"{len(most)} teams have had enough answers in any period; more periods alone do not "
            "help. More people answering, or a company divided into more teams, would."
        )
    needed = max(1, FEWEST_PERIODS + 1 - most[FEWEST_TEAMS - 1])
    return f"{_periods(needed)} with a wave would do, if as many answer."


def _more_separations(found: Usable) -> str:
    if not found.separations:
        return "A period that follows a wave, and in which people left, is needed first."
    a_period = found.separations / len(set(found.period.tolist()))
    needed = ceil((FEWEST_SEPARATIONS - found.separations) / a_period)
    return f"At this rate {_periods(needed)} after a wave would do."


def too_weak(linked: Linked, points: int) -> Iterator[Reason]:
    """Refuse a size where scores are mostly noise, or where only a huge one could show."""
    if linked.reliability < LEAST_RELIABILITY:
        yield Reason(
            "unreliable",
            "Most of the month-to-month movement in team scores is answer noise. Teams this "
            "small cannot be compared with themselves over time yet.",
            "More periods do not help; more answers from each team, or larger teams, would.",
        )
    if linked.smallest_ratio > LARGEST_RATIO:
        unit = "point" if points == 1 else f"{points} points"
        yield Reason(
            "weak",
            f"This data could only reveal an effect that doubles resignations per {unit}. "
            "Smaller effects may exist and would not be visible. No size is shown.",
            f"About {_periods(linked.periods_needed)} would show a rise by half.",
        )


def answering(cells: Sequence[Cell]) -> Iterator[Reason]:
    """Warn where so few answer that the others could change everything."""
    asked = [cell for cell in cells if cell.answers]
    people = sum(cell.headcount for cell in asked)
    per_cent = 100 * sum(cell.answers for cell in asked) / people if people else 0
    if asked and per_cent < FEW_ANSWER:
        yield Reason(
            "hardly_any_answer" if per_cent < TOO_FEW_ANSWER else "few_answer",
            f"{per_cent:.0f} % answered. If the others feel differently, this score is off; see "
            "the what-if line.",
        )


def doubts(linked: Linked) -> Iterator[Reason]:
    """Say what else the same data show that a reader of the headline has to know."""
    within, between = linked.within, linked.between
    if linked.difference_p < SURE or within.estimate * between.estimate < 0:
        yield Reason(
            "simpson",
            "Teams compared with each other show something else than teams compared with "
            "themselves. Differences between teams have many reasons.",
        )
    after = linked.next_period
    if after is not None and after.p < SURE:
        yield Reason(
            "reverse",
            "Resignations also went before a change of mood, so which came first is not "
            "established.",
        )
    low, high = within.over_looks
    if low <= 0 <= high:
        fewer, more = sorted(-linked.unit * end for end in (low, high))
        yield Reason(
            "not_told_from_nothing",
            f"The data fit anything from {change(fewer)} to {change(more)} resignations. "
            "That is not evidence that mood does not matter.",
        )


def change(log_ratio: float) -> str:
    """Word a ratio of rates as so many per cent more or fewer.

    >>> change(0.0), change(-0.5), change(0.405)
    ('0 % more', '39 % fewer', '50 % more')
    """
    per_cent = 100 * (ratio(log_ratio) - 1)
    return f"{abs(per_cent):.0f} % {'fewer' if per_cent < 0 else 'more'}"


def _periods(count: int) -> str:
    return f"{count} more period{'' if count == 1 else 's'}"
