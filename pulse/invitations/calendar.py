"""The calendar of all surveys: the dates ahead, how many are asked, and the load of a person.

    cadences + waves planned by hand ──► dates with their moments
    audiences ──► who is in which surveys ──► counted by kind ──► mails a month, busiest 28 days

People are counted and never named: what leaves this module are numbers.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy.orm import Session

from pulse.domain import load, local_time
from pulse.domain.cadence import between, occurrences
from pulse.domain.cadence_moment import Span
from pulse.domain.load import Ask, Load
from pulse.domain.wave_state import WaveState
from pulse.invitations import rhythm
from pulse.people import selecting
from pulse.surveys import cadences, catalogue
from pulse.surveys import occurrences as dates
from pulse.surveys.cadences import CadenceInfo
from pulse.surveys.catalogue import SurveyInfo
from pulse.surveys.occurrences import Standing

PREVIEWED = 12
# The load is looked at for a year, or as far as dates are previewed.
HORIZON = timedelta(days=365)
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Entry:
    """One date of one survey. `at` is the time on everybody's own clocks, None for all at once.

    `clocks` names the zones in which clocks have changed since the date before.
    """

    survey_id: int
    title: str
    on: date
    at: time | None
    span: Span
    people: int
    clocks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Kind:
    """Everybody who is in the same surveys, as a number, and what each of them gets."""

    surveys: tuple[str, ...]
    people: int
    load: Load


@dataclass(frozen=True, slots=True)
class Calendar:
    """What lies ahead, in order of time; `still` are surveys whose cadence is paused."""

    entries: tuple[Entry, ...]
    kinds: tuple[Kind, ...]
    still: tuple[str, ...]

    @property
    def overloaded(self) -> tuple[Kind, ...]:
        """The kinds of people who are asked too much."""
        return tuple(kind for kind in self.kinds if kind.load.too_much)


def calendar(session: Session, home: str, now: datetime) -> Calendar:
    """Work the calendar out from today's staff file; `home` is the zone of the installation."""
    today = now.astimezone(local_time.zone(home)).date()
    infos = cadences.listing(session)
    running = [info for info in infos if info.runs]
    waves = dates.standing(session, now)
    ids = {info.survey_id for info in infos} | {wave.survey_id for wave in waves}
    surveys = catalogue.by_ids(session, ids)
    people = {
        survey_id: selecting.people(session, rhythm.choice(survey.audience), today)
        for survey_id, survey in surveys.items()
    }
    entries = [_by_hand(wave, surveys, people) for wave in waves if _is_ahead(wave)]
    asks = {(wave.survey_id, wave.on): Ask(wave.survey_id, wave.on, wave.days) for wave in waves}
    left_out = {info.survey_id: dates.left_out(session, info.survey_id, today) for info in running}
    for info in running:
        survey = surveys[info.survey_id]
        each = len(people[survey.id]) // survey.turns.parts
        asked = _Asked(survey, each, _zones(session, survey, home, today))
        entries += _previewed(info, asked, home, (today, left_out[survey.id]))
    until = max([today + HORIZON, *(entry.on for entry in entries)])
    for info in running:
        asks |= _asks(info, home, (today, until), left_out[info.survey_id])
    kinds = _kinds(people, asks.values(), surveys)
    still = [surveys[info.survey_id].title for info in infos if _is_paused(info)]
    return Calendar(tuple(sorted(entries, key=_order)), kinds, tuple(still))


@dataclass(frozen=True, slots=True)
class _Asked:
    survey: SurveyInfo
    people: int
    zones: tuple[str, ...]


def _order(entry: Entry) -> tuple[date, str]:
    return (entry.on, entry.title)


def _is_ahead(wave: Standing) -> bool:
    return wave.by_hand and wave.state is WaveState.PLANNED


def _is_paused(info: CadenceInfo) -> bool:
    return info.state is cadences.CadenceState.PAUSED


def _zones(session: Session, survey: SurveyInfo, home: str, today: date) -> tuple[str, ...]:
    return rhythm.zones_in_use(session, survey.audience, home, today)


def _by_hand(
    wave: Standing, surveys: Mapping[int, SurveyInfo], people: Mapping[int, frozenset[int]]
) -> Entry:
    moments = Span(wave.opens_at, wave.opens_at, wave.closes_at)
    title = surveys[wave.survey_id].title
    return Entry(wave.survey_id, title, wave.on, None, moments, len(people[wave.survey_id]))


def _previewed(
    info: CadenceInfo, asked: _Asked, home: str, since: tuple[date, frozenset[date]]
) -> list[Entry]:
    """Give the next dates of one cadence, but for those that were left out."""
    today, left_out = since
    number = PREVIEWED + len(left_out)
    found = occurrences(info.cadence, today - _DAY, number, rhythm.weekend(home))
    entries: list[Entry] = []
    before = None
    for on in [on for on in found if on not in left_out][:PREVIEWED]:
        moments = rhythm.span(info.cadence, on, asked.zones)
        if moments.opens_at < info.runs_from:
            continue
        clocks = _changed(before, moments.opens_at, (*asked.zones, home)) if before else ()
        entries.append(_entry(info, asked, on, (moments, clocks)))
        before = moments.opens_at
    return entries


def _entry(info: CadenceInfo, asked: _Asked, on: date, when: tuple[Span, tuple[str, ...]]) -> Entry:
    survey, (moments, clocks) = asked.survey, when
    return Entry(survey.id, survey.title, on, info.cadence.at, moments, asked.people, clocks)


def _changed(before: datetime, after: datetime, zones: Sequence[str]) -> tuple[str, ...]:
    """Name the zones whose distance from UTC is another one at two moments."""
    known = {name: local_time.zone(name) for name in zones}
    return tuple(
        sorted(
            name
            for name, zone in known.items()
            if before.astimezone(zone).utcoffset() != after.astimezone(zone).utcoffset()
        )
    )


def _asks(
    info: CadenceInfo, home: str, within: tuple[date, date], left_out: frozenset[date]
) -> dict[tuple[int, date], Ask]:
    begins = max(within[0], info.runs_from.date()) - _DAY
    found = between(info.cadence, begins, within[1], rhythm.weekend(home))
    return {
        (info.survey_id, on): Ask(info.survey_id, on, info.cadence.days)
        for on in found
        if on not in left_out
    }


def _kinds(
    people: Mapping[int, frozenset[int]], asks: Iterable[Ask], surveys: Mapping[int, SurveyInfo]
) -> tuple[Kind, ...]:
    """Count people by the surveys that they are in together, those with most mails first."""
    by_survey: defaultdict[int, list[Ask]] = defaultdict(list)
    for ask in sorted(asks, key=lambda ask: ask.on):
        by_survey[ask.survey].append(ask)
    for survey_id in by_survey:
        # Where parts take turns, everybody is in one wave out of so many.
        by_survey[survey_id] = by_survey[survey_id][:: surveys[survey_id].turns.parts]
    in_surveys: defaultdict[int, list[int]] = defaultdict(list)
    for survey_id in sorted(by_survey):
        for person in people[survey_id]:
            in_surveys[person].append(survey_id)
    counted = Counter(tuple(found) for found in in_surveys.values())
    kinds = [
        Kind(
            tuple(surveys[survey_id].title for survey_id in together),
            number,
            load.load(ask for survey_id in together for ask in by_survey[survey_id]),
        )
        for together, number in counted.items()
    ]
    return tuple(sorted(kinds, key=lambda kind: (-kind.load.most_mails, kind.surveys)))
