"""What the study says, and what it refuses to say, in the words that stand on the page.

    panel ──► faults? ──► model ──► too few, too noisy, too weak? ──► sizes with their sentence

A number that is refused is absent from the result, so no page, file or command can print it. The
thresholds come from simulations with a known truth (docs/methods.md): beyond them intervals do not
hold, or no size that anybody could act on would show.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from math import exp

from pulse.domain import study_panel, within_between
from pulse.domain.errors import Invalid
from pulse.domain.panel_cell import FEWEST_ANSWERS, Cell, Reason
from pulse.domain.within_between import Estimate, Linked, Usable

FEWEST_TEAMS = 20
FEWEST_SEPARATIONS = 50
LARGEST_RATIO = 2.0
LEAST_RELIABILITY = 0.5
FEW_ANSWER, TOO_FEW_ANSWER = 40, 25
LOOKS = 13
_SURE = 0.05
# Refusals after which teams may still be set beside one another.
_ONLY_WITHIN = {"asked_once"}


@dataclass(frozen=True, slots=True)
class Totals:
    """How much there is: all rows, those in which a score comes before, and what is in them."""

    rows: int
    usable_rows: int
    teams: int
    usable_teams: int
    periods: int
    answers: int
    separations: int
    person_years: float


@dataclass(frozen=True, slots=True)
class Headline:
    """The answer of the study. Coefficients are on the log scale for one point of score."""

    counts: Totals
    refusals: tuple[Reason, ...]
    is_usable: bool = True
    warnings: tuple[Reason, ...] = ()
    within: Estimate | None = None
    between: Estimate | None = None
    next_period: Estimate | None = None
    participation: Estimate | None = None
    reliability: float | None = None
    dispersion: float | None = None
    unit: float | None = None
    smallest_ratio: float | None = None
    periods_needed: int | None = None
    sentence: str | None = None


def headline(cells: Sequence[Cell], floor: int = FEWEST_ANSWERS) -> Headline:
    """Study a panel; whatever is wrong or missing with it is among the refusals."""
    faults = study_panel.faults(cells)
    if faults:
        return Headline(_totals(cells, None), tuple(faults), is_usable=False)
    found = within_between.usable(cells, floor)
    counts = _totals(cells, found)
    refusals = [*_too_little(cells, found, floor)]
    linked = None
    if not {reason.code for reason in refusals} - _ONLY_WITHIN:
        try:
            linked = within_between.linked(found, LOOKS)
        except Invalid as error:
            refusals.append(Reason("no_variation", error.message))
    if linked is None:
        return Headline(counts, tuple(refusals), warnings=tuple(_answering(cells)))
    if not refusals:
        refusals += _too_weak(linked)
    return _told(linked, counts, refusals, [*_answering(cells), *_doubts(linked)])


def _told(
    linked: Linked, counts: Totals, refusals: list[Reason], warnings: list[Reason]
) -> Headline:
    codes = {reason.code for reason in refusals}
    shows_between = not codes - _ONLY_WITHIN
    return Headline(
        counts=counts,
        refusals=tuple(refusals),
        warnings=tuple(warnings if shows_between else warnings[:0]),
        within=None if codes else linked.within,
        between=linked.between if shows_between else None,
        next_period=None if codes else linked.next_period,
        participation=None if codes else linked.participation,
        reliability=None if "asked_once" in codes else linked.reliability,
        dispersion=linked.dispersion,
        unit=linked.unit,
        smallest_ratio=linked.smallest_ratio,
        periods_needed=linked.periods_needed,
        sentence=None if codes else sentence(linked),
    )


def _too_little(cells: Sequence[Cell], found: Usable, floor: int) -> list[Reason]:
    """Refuse what rests on too few teams, separations or waves."""
    refusals = []
    asked = Counter(cell.unit for cell in cells if cell.answers >= floor)
    if asked and max(asked.values()) == 1:
        refusals.append(
            Reason(
                "asked_once",
                "Each team was asked once. We can compare teams, but not say what happened after "
                "a team's mood changed.",
            )
        )
        teams = len(asked)
    else:
        teams = found.teams
    if teams < FEWEST_TEAMS:
        text = (
            f"A link with resignations needs at least {FEWEST_TEAMS} teams with answers in "
            f"{within_between.FEWEST_PERIODS} or more periods. You have {teams}."
        )
        refusals.append(Reason("few_teams", text))
    if found.separations < FEWEST_SEPARATIONS:
        text = (
            f"Only {found.separations} resignations so far. Below {FEWEST_SEPARATIONS}, any "
            "pattern is likely to be chance."
        )
        refusals.append(Reason("few_separations", text))
    return refusals


def _too_weak(linked: Linked) -> list[Reason]:
    """Refuse a size where scores are mostly noise, or where only a huge one could show."""
    refusals = []
    if linked.reliability < LEAST_RELIABILITY:
        refusals.append(
            Reason(
                "unreliable",
                "Most of the month-to-month movement in team scores is answer noise. Teams this "
                "small cannot be compared with themselves over time yet.",
            )
        )
    if linked.smallest_ratio > LARGEST_RATIO:
        more = (
            f" About {linked.periods_needed} more periods would show a rise by half."
            if linked.periods_needed
            else ""
        )
        refusals.append(
            Reason(
                "weak",
                "This data could only reveal an effect that doubles resignations per point. "
                "Smaller effects may exist and would not be visible. No size is shown." + more,
            )
        )
    return refusals


def _answering(cells: Sequence[Cell]) -> list[Reason]:
    """Warn where so few answer that the others could change everything."""
    asked = [cell for cell in cells if cell.answers]
    people = sum(cell.headcount for cell in asked)
    per_cent = 100 * sum(cell.answers for cell in asked) / people if people else 0
    if per_cent >= FEW_ANSWER or not asked:
        return []
    text = (
        f"{per_cent:.0f} % answered. If the others feel differently, this score is off; see the "
        "what-if line."
    )
    return [Reason("hardly_any_answer" if per_cent < TOO_FEW_ANSWER else "few_answer", text)]


def _doubts(linked: Linked) -> list[Reason]:
    """Say what else the same data show that a reader of the headline has to know."""
    found = []
    within, between = linked.within, linked.between
    if linked.difference_p < _SURE or within.estimate * between.estimate < 0:
        found.append(
            Reason(
                "simpson",
                "Teams compared with each other show something else than teams compared with "
                "themselves. Differences between teams have many reasons.",
            )
        )
    after = linked.next_period
    if after is not None and after.p < _SURE:
        found.append(
            Reason(
                "reverse",
                "Resignations also went before a change of mood, so which came first is not "
                "established.",
            )
        )
    low, high = within.over_looks
    if low <= 0 <= high:
        found.append(
            Reason(
                "not_told_from_nothing",
                f"The data fit anything from {_change(-high)} to {_change(-low)} resignations. "
                "That is not evidence that mood does not matter.",
            )
        )
    return found


def sentence(linked: Linked) -> str:
    """Put the headline in words: what followed a fall in a team's score, and how sure that is.

    The interval is that of all the year's looks together.
    """
    unit, within = linked.unit, linked.within
    low, high = sorted(-unit * end for end in within.over_looks)
    size = "one point" if unit == 1 else f"{unit:g} points"
    return (
        f"In the four weeks after a team's score was {size} below its own usual level, "
        f"resignations ran {_rate(-unit * within.estimate)} (95 % interval: {_rate(low)} to "
        f"{_rate(high)}), after allowing for company-wide ups and downs. Teams that are always "
        f"{size} lower have {_change(-unit * linked.between.estimate)} resignations; that gap "
        "also reflects pay, work and place. This describes what followed, not what caused it."
    )


def _rate(log_ratio: float) -> str:
    per_cent = 100 * (exp(log_ratio) - 1)
    return f"{abs(per_cent):.0f} % {'lower' if per_cent < 0 else 'higher'}"


def _change(log_ratio: float) -> str:
    per_cent = 100 * (exp(log_ratio) - 1)
    return f"{abs(per_cent):.0f} % {'fewer' if per_cent < 0 else 'more'}"


def _totals(cells: Sequence[Cell], found: Usable | None) -> Totals:
    return Totals(
        rows=len(cells),
        usable_rows=len(found.cells) if found else 0,
        teams=len({cell.unit for cell in cells}),
        usable_teams=found.teams if found else 0,
        periods=len({cell.period for cell in cells}),
        answers=sum(cell.answers for cell in cells),
        separations=found.separations if found else 0,
        person_years=sum(cell.person_years for cell in found.cells) if found else 0.0,
    )
