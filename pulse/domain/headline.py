"""What the study says, and what it refuses to say, in the words that stand on the page.

    panel ──► faults? ──► model ──► too few, too noisy, too weak? ──► sizes with their sentence

A number that is refused is absent from the result, so no page, file or command can print it. The
thresholds come from simulations with a known truth (docs/methods.md): beyond them intervals do not
hold, or no size that anybody could act on would show.
"""

from collections.abc import Sequence
from dataclasses import replace

from pulse.domain import pairing, study_panel, study_refusals, within_between
from pulse.domain.errors import Invalid
from pulse.domain.pairing import Usable
from pulse.domain.panel_cell import FEWEST_ANSWERS, Cell, Reason
from pulse.domain.study_values import Headline, Totals, ratio
from pulse.domain.within_between import Linked

LOOKS = 13
# Refusals after which teams may still be set beside one another.
_ONLY_WITHIN = {"asked_once"}
_NO_VARIATION = "More periods, or teams that answer differently, would change that."


def headline(cells: Sequence[Cell], floor: int = FEWEST_ANSWERS) -> Headline:
    """Study a panel from elsewhere; whatever is wrong or missing with it is among the refusals."""
    faults = study_panel.faults(cells)
    if faults:
        return Headline(_totals(cells, None), tuple(faults), is_usable=False)
    return studied(cells, floor)


def studied(cells: Sequence[Cell], floor: int = FEWEST_ANSWERS, points: int = 1) -> Headline:
    """Study a panel that is known to be sound.

    `points` says how many points a person reads one unit of score as: 1 for the mean of a scale
    of five, 10 for tens of favourable answers in a hundred.
    """
    found = pairing.usable(cells, floor)
    counts = _totals(cells, found)
    refusals = [*study_refusals.too_little(cells, found, floor)]
    warnings = tuple(study_refusals.answering(cells))
    codes = {reason.code for reason in refusals}
    try:
        if codes == _ONLY_WITHIN:
            between = within_between.between_alone(found, LOOKS)
            return Headline(counts, tuple(refusals), warnings=warnings, between=between, unit=1.0)
        linked = None if codes else within_between.linked(found, LOOKS)
    except Invalid as error:
        refusals.append(Reason("no_variation", error.message, _NO_VARIATION))
        linked = None
    if linked is None:
        return Headline(counts, tuple(refusals), warnings=warnings)
    refusals += study_refusals.too_weak(linked, points)
    return _told(linked, counts, tuple(refusals), warnings, points)


def _told(
    linked: Linked,
    counts: Totals,
    refusals: tuple[Reason, ...],
    warnings: tuple[Reason, ...],
    points: int,
) -> Headline:
    """Give what the model says, or only how much it could have shown where that is too little."""
    bare = Headline(
        counts=counts,
        refusals=refusals,
        warnings=warnings,
        reliability=linked.reliability,
        dispersion=linked.dispersion,
        unit=linked.unit,
        smallest_ratio=linked.smallest_ratio,
        periods_needed=linked.periods_needed,
    )
    if refusals:
        return bare
    return replace(
        bare,
        warnings=(*warnings, *study_refusals.doubts(linked)),
        within=linked.within,
        between=linked.between,
        next_period=linked.next_period,
        participation=linked.participation,
        sentence=sentence(linked, points),
    )


def sentence(linked: Linked, points: int = 1) -> str:
    """Put the headline in words: what followed a fall in a team's score, and how sure that is.

    The interval is that of all the year's looks together.
    """
    unit, within = linked.unit, linked.within
    low, high = sorted(-unit * end for end in within.over_looks)
    size = "one point" if unit * points == 1 else f"{unit * points:g} points"
    return (
        f"In the four weeks after a team's score was {size} below its own usual level, "
        f"resignations ran {_rate(-unit * within.estimate)} (95 % interval: {_rate(low)} to "
        f"{_rate(high)}), after allowing for company-wide ups and downs. Teams that are always "
        f"{size} lower have {study_refusals.change(-unit * linked.between.estimate)} resignations; "
        "that gap also reflects pay, work and place. This describes what followed, not what "
        "caused it."
    )


def _rate(log_ratio: float) -> str:
    per_cent = 100 * (ratio(log_ratio) - 1)
    return f"{abs(per_cent):.0f} % {'lower' if per_cent < 0 else 'higher'}"


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
