"""Puts together what the study works on: released scores, and person-days and separations.

    release.reading ──► moods          people.exposure ──► flows by unit and four-week period

Nothing else goes in: no answer, no person. The fingerprint is taken over all of it.
"""

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import date, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from pulse.domain import rates
from pulse.domain.dimension import unit_code
from pulse.domain.exposure import UnitExposure, Window
from pulse.people import exposure, units
from pulse.people.model import StaffImport
from pulse.release import moments
from pulse.release.moments import Moments
from pulse.release.reading import unit_scores
from pulse.release.values import ReleaseInfo

BEFORE_FIRST_WAVE = timedelta(weeks=26)
LONGEST = timedelta(weeks=52 * 5)
SHORTEST = timedelta(weeks=52)


@dataclass(frozen=True, slots=True)
class Mood:
    """The favourable share (0 to 1) that one wave released for one group of units.

    `invited` were asked, `questions` many questions, named by `wording` as they were put.
    """

    wave: int
    closed_on: date
    name: str
    units: frozenset[str]
    n: int
    favourable: float
    everyone: bool
    invited: int = 0
    questions: int = 1
    wording: str = ""

    @property
    def wave_order(self) -> tuple[date, int]:
        """What puts waves in order of time."""
        return self.closed_on, self.wave


@dataclass(frozen=True, slots=True)
class Flow:
    """Time spent and separations, summed over any units and periods."""

    person_days: int = 0
    voluntary: int = 0
    involuntary: int = 0
    other: int = 0
    by_notice: int = 0

    def __add__(self, more: "Flow") -> "Flow":
        return Flow(
            self.person_days + more.person_days,
            self.voluntary + more.voluntary,
            self.involuntary + more.involuntary,
            self.other + more.other,
            self.by_notice + more.by_notice,
        )


@dataclass(frozen=True, slots=True)
class Panel:
    """The inputs of one study: `flows` by unit code and the place of its period.

    `names` are those of units by code, `spreads` how far people differ in their index by wave, and
    `moments` those of the newest wave that has some.
    """

    covers_until: date
    leaver_floor: int
    periods: tuple[Window, ...]
    moods: tuple[Mood, ...]
    flows: Mapping[tuple[str, int], Flow]
    names: Mapping[str, str] = field(default_factory=dict)
    spreads: Mapping[int, float] = field(default_factory=dict)
    moments: tuple[ReleaseInfo, Moments] | None = None

    def company(self) -> list[Flow]:
        """Give the flow of everybody, period by period."""
        found = [Flow()] * len(self.periods)
        for (_, at), flow in self.flows.items():
            found[at] += flow
        return found

    def last_year(self) -> dict[str, Flow]:
        """Give the flow of each unit over the last year."""
        first = len(self.periods) - rates.PERIODS_PER_YEAR
        found: defaultdict[str, Flow] = defaultdict(Flow)
        for (unit, at), flow in self.flows.items():
            if at >= first:
                found[unit] += flow
        return dict(found)

    def last_separation_on(self) -> date | None:
        """Give the end of the last period in which anybody left at all."""
        ends = [
            self.periods[at].ends_on
            for (_, at), flow in self.flows.items()
            if flow.voluntary or flow.involuntary or flow.other
        ]
        return max(ends, default=None)

    def fingerprint(self, method: str) -> str:
        """Give the SHA-256 over every input and the name of the method."""
        value = {
            "method": method,
            "covers_until": self.covers_until,
            "leaver_floor": self.leaver_floor,
            "periods": [asdict(period) for period in self.periods],
            "moods": [asdict(mood) | {"units": sorted(mood.units)} for mood in self.moods],
            "names": dict(self.names),
            "spreads": sorted(self.spreads.items()),
            "moments": self.moments and [self.moments[0].wave_id, repr(self.moments[1])],
            "flows": sorted([*key, *asdict(flow).values()] for key, flow in self.flows.items()),
        }
        return hashlib.sha256(json.dumps(value, sort_keys=True, default=str).encode()).hexdigest()


def gather(session: Session, today: date, leaver_floor: int) -> Panel | None:
    """Give the panel as of today; None without a release or without anybody employed."""
    moods = released(session)
    if not moods:
        return None
    covers_until = _covers_until(session, today)
    periods = study_periods(min(mood.closed_on for mood in moods), covers_until)
    flows = flows_by_unit(exposure.by_unit(session, periods))
    names = {unit_code(unit.id): unit.name for unit in units.tree(session)}
    if not flows:
        return None
    return Panel(
        covers_until=covers_until,
        leaver_floor=leaver_floor,
        periods=periods,
        moods=moods,
        flows=flows,
        names=names,
        spreads=moments.spreads(session),
        moments=moments.newest(session),
    )


def released(session: Session) -> tuple[Mood, ...]:
    """Give the engagement of every released group of units, in order of time."""
    return tuple(
        Mood(
            wave=score.wave_id,
            closed_on=score.wave_closed_on,
            name=score.unit_name,
            units=frozenset(score.members),
            n=score.n,
            favourable=score.favourable / (score.n * score.questions),
            everyone=score.parent is None,
            invited=score.invited,
            questions=score.questions,
            wording=score.wording,
        )
        for score in unit_scores(session)
    )


def _covers_until(session: Session, today: date) -> date:
    """Give the day up to which the staff file speaks; nobody knows who left after it."""
    latest = session.scalar(
        select(func.max(StaffImport.as_of)).where(StaffImport.state == "applied")
    )
    return min(today, latest) if latest else today


def study_periods(first_wave: date, covers_until: date) -> tuple[Window, ...]:
    """Give the periods to look at: from half a year before the first wave, and at least a year."""
    start = min(first_wave - BEFORE_FIRST_WAVE, covers_until - SHORTEST)
    return rates.periods(max(start, covers_until - LONGEST), covers_until)


def flows_by_unit(exposures: Iterable[UnitExposure]) -> dict[tuple[str, int], Flow]:
    """Bring exposures into the panel's form; units go by the codes that releases name them by."""
    return {
        (unit_code(item.unit_id), item.window): Flow(
            item.person_days, item.voluntary, item.involuntary, item.other, item.by_notice
        )
        for item in exposures
    }
