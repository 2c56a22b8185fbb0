"""Joins released scores with exposure: the panel of Pulse's own releases, in sums only.

    moods of groups ──► groups that share nobody ──► a cell for each group and period

A group's score in a period adds up its waves of that period, in tens of favourable answers in a
hundred. A group that was not released has no score there, whatever its people answered.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pulse.churn.groups import total
from pulse.churn.panel import Flow, Mood, Panel
from pulse.domain import rates
from pulse.domain.panel_cell import Cell

# One unit of score is ten points of favourable answers in a hundred.
POINTS = 10
_UNIT = 100 / POINTS
Units = frozenset[str]


@dataclass(frozen=True, slots=True)
class Team:
    """A set of units that waves released together, with its moods by the place of their period."""

    units: Units
    moods: dict[int, list[Mood]]

    @property
    def name(self) -> str:
        """What it was called last."""
        return self.moods[max(self.moods)][-1].name

    def meets(self, other: "Team") -> bool:
        """Whether both would count somebody at the same time."""
        apart = max(self.moods) < min(other.moods) or max(other.moods) < min(self.moods)
        return bool(self.units & other.units) and not apart


def cells(panel: Panel) -> list[Cell]:
    """Give the panel: every chosen team in every period of the study in which anybody was there."""
    chosen = teams(panel)
    variance = variance_within(panel, chosen)
    return [
        _cell(f"{number:05d}", at, team.moods.get(at, []), flow, variance)
        for number, team in enumerate(chosen)
        for at, flow in sorted(_flows(panel, team.units).items())
        if flow.person_days
    ]


def variance_within(panel: Panel, chosen: Sequence[Team]) -> float | None:
    """Give the variance of one person's index within a team, 0 to 1, where it is published.

    What is published is the spread over everybody, so what teams differ by is taken away from it.
    The variance between them as it is seen holds a share of that within, one over their size.
    """
    by_wave: defaultdict[int, list[Mood]] = defaultdict(list)
    for team in chosen:
        for moods in team.moods.values():
            for mood in moods:
                by_wave[mood.wave].append(mood)
    found = [
        _less_between(panel.spreads[wave] ** 2, moods)
        for wave, moods in by_wave.items()
        if wave in panel.spreads
    ]
    return sum(found) / len(found) if found else None


def _less_between(variance: float, moods: Sequence[Mood]) -> float:
    people = sum(mood.n for mood in moods)
    mean = sum(mood.n * mood.favourable for mood in moods) / people
    between = sum(mood.n * (mood.favourable - mean) ** 2 for mood in moods) / people
    size = people / len(moods)
    return max(0.0, (variance - between) * size / max(size - 1, 1))


def teams(panel: Panel) -> list[Team]:
    """Choose the teams: of any that share people at the same time, those with more scores.

    The finest come first, and a larger one takes the place of those inside it only where it was
    released more often than all of them together. So nobody is counted twice.
    """
    chosen: list[Team] = []
    holding: defaultdict[str, list[Team]] = defaultdict(list)
    for team in sorted(_released(panel), key=lambda team: (len(team.units), sorted(team.units))):
        rivals = {id(one): one for unit in team.units for one in holding[unit] if one.meets(team)}
        if len(team.moods) <= sum(len(one.moods) for one in rivals.values()):
            continue
        for one in rivals.values():
            chosen.remove(one)
            for unit in one.units:
                holding[unit].remove(one)
        chosen.append(team)
        for unit in team.units:
            holding[unit].append(team)
    return sorted(chosen, key=lambda team: sorted(team.units))


def _released(panel: Panel) -> Iterator[Team]:
    """Give every set of units that any whole period released a score of."""
    found: defaultdict[Units, defaultdict[int, list[Mood]]] = defaultdict(lambda: defaultdict(list))
    for mood in panel.moods:
        at = _period(panel, mood)
        if at is not None and mood.units and not mood.everyone:
            found[mood.units][at].append(mood)
    return (Team(units, dict(moods)) for units, moods in found.items())


def _period(panel: Panel, mood: Mood) -> int | None:
    if not panel.periods or mood.closed_on < panel.periods[0].starts_on:
        return None
    at = (mood.closed_on - panel.periods[0].starts_on) // rates.PERIOD
    return at if at < len(panel.periods) else None


def _flows(panel: Panel, units: Units) -> dict[int, Flow]:
    return {
        at: total({unit: panel.flows.get((unit, at), Flow()) for unit in units}, units)
        for at in range(len(panel.periods))
    }


def _cell(unit: str, period: int, moods: Sequence[Mood], flow: Flow, within: float | None) -> Cell:
    answers = sum(mood.n for mood in moods)
    favourable = sum(mood.favourable * mood.n for mood in moods)
    if within is None:
        within = sum(mood.n * _variance(mood) for mood in moods) / max(answers, 1)
    score_sum = _UNIT * favourable
    squares = score_sum**2 / max(answers, 1) + max(answers - 1, 0) * _UNIT**2 * within
    invited = sum(max(mood.invited, mood.n) for mood in moods) if _known(moods) else 0
    return Cell(
        unit=unit,
        period=period,
        answers=answers,
        score_sum=score_sum,
        score_sumsq=squares,
        headcount=max(answers, invited or flow.person_days / rates.PERIOD.days),
        person_years=rates.person_years(flow.person_days),
        separations=flow.voluntary,
    )


def _known(moods: Sequence[Mood]) -> bool:
    """Whether it is known of every wave how many were asked."""
    return all(mood.invited for mood in moods)


def _variance(mood: Mood) -> float:
    """Give the variance of one person's index, with answers to several questions independent.

    They hardly are, so this is rather too small, and too little noise is taken away.
    """
    return mood.favourable * (1 - mood.favourable) / mood.questions
