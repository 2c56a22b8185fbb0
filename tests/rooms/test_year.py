"""A year of fieldwork, hour by hour, against a second opinion on who should have got what when.

The rules below are written anew and simply: a day is tried after the other, in plain clocks of each
zone, with the lists of holidays as their library gives them. Nothing of the product's own
arithmetic is used, so that a mistake in it shows as a message too many, too few or too late.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import holidays
import pytest
from sqlalchemy import insert, select

from pulse import fieldwork, posting
from pulse.config import settings
from pulse.db import reading, transaction
from pulse.domain.cadence import Cadence, Repeats
from pulse.invitations import opting_out, redemption, rhythm
from pulse.invitations.model import FrameMember
from pulse.invitations.redemption import Claim
from pulse.outbox import sending
from pulse.outbox.sending import PostOffice
from pulse.people.model import Employee, EmploymentSpell, Unit
from pulse.surveys import bank, compose
from pulse.surveys.audience import Audience
from pulse.surveys.compose import SurveyDraft
from pulse.surveys.model import Wave
from pulse.surveys.turns import Turns

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
BEGIN = datetime(2026, 1, 1, tzinfo=UTC)
END = datetime(2027, 1, 1, tzinfo=UTC)
HOME = "Europe/London"
NINE = time(9)
# Zones with the country whose weekend and holidays are kept there. One changes its clocks by half
# an hour, one never does and rests on Friday, one is half an hour off the others.
COUNTRIES = {
    "Europe/Berlin": "DE",
    "America/New_York": "US",
    "Asia/Kolkata": "IN",
    "Australia/Lord_Howe": "AU",
    "Asia/Riyadh": "SA",
}
PEOPLE = 2_000
# Every so-manieth person has an e-mail address; the others are given slips.
WITH_MAIL = 8
# These want no mails from the middle of the year on.
OPTS_OUT = datetime(2026, 6, 17, 12, tzinfo=UTC)
OUT = range(40, 440, 40)
UNITS = {1: None, 2: 1, 3: 1, 4: 2}


@dataclass
class Recorder:
    """A way out of the house that keeps what left it, with the hour."""

    now: datetime = BEGIN
    seen: list[tuple[datetime, str, bytes]] = field(default_factory=list)

    def send(self, to_address: str, mime: bytes) -> None:
        self.seen.append((self.now, to_address, mime))


@dataclass(frozen=True)
class Rhythm:
    """A survey of the year: its rule as given to the product, and its dates by our own count."""

    cadence: Cadence
    unit: int
    parts: int = 1

    def dates(self) -> Iterator[date]:
        """Try one day after the other."""
        day = self.cadence.starts_on
        while day < END.date():
            if self._is_named(day):
                yield day + max(0, 7 - day.weekday()) * DAY * (day.weekday() > 4)
            day += DAY

    def _is_named(self, day: date) -> bool:
        rule = self.cadence
        if rule.repeats is Repeats.WEEKS:
            return (day - rule.starts_on).days % (7 * rule.every) == 0
        months = (day.year - rule.starts_on.year) * 12 + day.month - rule.starts_on.month
        if months % rule.every:
            return False
        if rule.repeats is Repeats.MONTH_DAY:
            return day.day == rule.starts_on.day
        return day.weekday() == rule.weekday and (day.day - 1) // 7 == 0


RHYTHMS = (
    # A random quarter of everybody each Tuesday.
    Rhythm(Cadence(Repeats.WEEKS, date(2026, 1, 6), NINE, days=6), 1, parts=4),
    # Every second Thursday, in a team.
    Rhythm(Cadence(Repeats.WEEKS, date(2026, 1, 8), time(10, 30), days=4, every=2), 4),
    # On the 15th of every month.
    Rhythm(Cadence(Repeats.MONTH_DAY, date(2026, 1, 15), NINE, days=10), 3),
    # The first Monday of every quarter, for three weeks.
    Rhythm(
        Cadence(Repeats.MONTH_WEEKDAY, date(2026, 1, 5), time(8), days=21, every=3, weekday=0), 1
    ),
)


@dataclass(frozen=True)
class Person:
    id: int
    zone: str
    unit: int

    @property
    def address(self) -> str:
        return f"p{self.id}@acme.example"


def staff() -> list[Person]:
    zones = list(COUNTRIES)
    return [
        Person(number, zones[number % 5], (1, 2, 2, 3, 4)[number // 5 % 5])
        for number in range(1, PEOPLE + 1)
    ]


def hire(people: list[Person]) -> None:
    with transaction() as session:
        session.execute(
            insert(Unit),
            [{"id": at, "key": str(at), "name": f"U{at}", "parent_id": UNITS[at]} for at in UNITS],
        )
        session.execute(
            insert(Employee),
            [
                {
                    "id": person.id,
                    "number": str(person.id),
                    "name": f"Person {person.id}",
                    "email": person.address if person.id % WITH_MAIL == 0 else None,
                    "time_zone": person.zone,
                }
                for person in people
            ],
        )
        session.execute(
            insert(EmploymentSpell),
            [
                {"employee_id": person.id, "unit_id": person.unit, "starts_on": date(2020, 1, 1)}
                for person in people
            ],
        )


def begin() -> dict[int, Rhythm]:
    """Compose the four surveys and let their rhythms run."""
    found = {}
    codes = [item.code for item in bank.questions()][:3]
    for rule in RHYTHMS:
        with transaction() as session:
            audience = Audience((rule.unit,)) if rule.unit != 1 else Audience()
            draft = SurveyDraft(
                "Pulse", "", compose.chosen(codes), audience, turns=Turns(parts=rule.parts)
            )
            survey = compose.create(session, draft, BEGIN)
            rhythm.begin(session, survey, rule.cadence, HOME, BEGIN)
            found[survey] = rule
    return found


class Oracle:
    """Who should get what when, by the rules in words and nothing of the product's arithmetic."""

    def __init__(self) -> None:
        self._lists = {
            zone: holidays.country_holidays(country) for zone, country in COUNTRIES.items()
        }

    def works(self, day: date, zone: str) -> bool:
        lists = self._lists[zone]
        return day.weekday() not in lists.weekend and day not in lists

    def at(self, day: date, clock: time, zone: str) -> datetime:
        return datetime.combine(day, clock, ZoneInfo(zone)).astimezone(UTC)

    def working_day(self, day: date, zone: str, step: timedelta) -> date:
        while not self.works(day, zone):
            day += step
        return day

    def invited(self, rule: Rhythm, day: date, zone: str) -> datetime:
        return self.at(self.working_day(day, zone, DAY), rule.cadence.at, zone)

    def opens(self, rule: Rhythm, day: date) -> datetime:
        return min(self.invited(rule, day, zone) for zone in COUNTRIES)

    def closes(self, rule: Rhythm, day: date) -> datetime:
        return max(
            self.at(
                self.working_day(day, zone, DAY) + rule.cadence.days * DAY, rule.cadence.at, zone
            )
            for zone in COUNTRIES
        )

    def morning_before(self, moment: datetime, zone: str) -> datetime:
        day = moment.astimezone(ZoneInfo(zone)).date()
        while not self.works(day, zone) or self.at(day, NINE, zone) > moment:
            day -= DAY
        return self.at(day, NINE, zone)

    def reminders(self, rule: Rhythm, day: date, zone: str) -> dict[int, datetime]:
        """Half time for whoever has not started, and the last working morning for everybody."""
        opens, closes = self.opens(rule, day), self.closes(rule, day)
        invited = self.invited(rule, day, zone)
        half = opens + (closes - opens) / 2
        there = half.astimezone(ZoneInfo(zone))
        if not (NINE <= there.time() < time(17) and self.works(there.date(), zone)):
            half = self.morning_before(half, zone)
        last = self.morning_before(closes - 5 * HOUR, zone)
        found = {}
        if invited + 20 * HOUR <= half <= last - 21 * HOUR:
            found[1] = half
        if last >= invited + 20 * HOUR:
            found[2] = last
        return found


def hour_after(moment: datetime) -> datetime:
    """Give the first full hour at which a worker that looks once an hour can see to a moment."""
    return BEGIN + -((BEGIN - moment) // HOUR) * HOUR


@dataclass(frozen=True)
class Sent:
    """One mail that left: of which wave, to whom, which of the three, and when."""

    wave: int
    person: int
    kind: int
    at: datetime


@dataclass
class Year:
    """What really happened."""

    recorder: Recorder = field(default_factory=Recorder)
    sent: list[Sent] = field(default_factory=list)
    started: dict[tuple[int, int], datetime] = field(default_factory=dict)
    to_start: dict[datetime, list[tuple[int, int]]] = field(
        default_factory=lambda: defaultdict(list)
    )

    def live(self) -> None:
        now = BEGIN
        while now < END:
            self.recorder.now = now
            fieldwork.tick(now)
            self._send(now)
            for wave, person in self.to_start.pop(now, ()):
                self._start(wave, person, now)
            if now == OPTS_OUT:
                opt_out()
            now += HOUR

    def _send(self, now: datetime) -> None:
        office = PostOffice(transaction, self.recorder, posting.writer(now))
        while sending.send_due(office, now, 10_000).sent:
            pass
        for at, address, mime in self.recorder.seen:
            one = read(at, address, mime)
            self.sent.append(one)
            # A third starts at once, a third the next day, and a third not at all.
            if one.kind == 0 and one.person % 3:
                begins = now + (one.person % 3 - 1) * 26 * HOUR
                self.to_start[begins].append((one.wave, one.person))
        self.recorder.seen.clear()

    def _start(self, wave: int, person: int, now: datetime) -> None:
        with transaction() as session:
            claim = Claim(wave, (person + 2).to_bytes(256))
            redemption.redeem_employee(session, claim, person, settings().wrapping_key)
        self.started[wave, person] = now


def read(at: datetime, address: str, mime: bytes) -> Sent:
    """Read a mail as the person does."""
    text = " ".join(mime.decode().split())
    wave = int(text.partition("/s/")[2].partition("#")[0])
    kind = (
        2
        if "nobody knows who has finished" in text
        else 1
        if "If you would like to take part" in text
        else 0
    )
    return Sent(wave, int(address[1:].partition("@")[0]), kind, at)


def opt_out() -> None:
    with transaction() as session:
        for person in OUT:
            opting_out.leave(session, person)


def frames() -> dict[int, tuple[int, date, set[int]]]:
    """Give survey, date and people of each wave that opened."""
    found: dict[int, tuple[int, date, set[int]]] = {}
    with reading() as session:
        for wave in session.scalars(select(Wave).where(Wave.manifest.is_not(None))):
            found[wave.id] = (wave.survey_id, wave.opens_on, set())
        for wave, person in session.execute(select(FrameMember.wave_id, FrameMember.employee_id)):
            found[wave][2].add(person)
    return found


def first_tick(oracle: Oracle, begins: datetime, ends: datetime, zone: str) -> datetime | None:
    """Give the first look of the worker at which somebody in a zone is at work."""
    at = hour_after(begins)
    while at < ends:
        there = at.astimezone(ZoneInfo(zone))
        if NINE <= there.time() < time(17) and oracle.works(there.date(), zone):
            return at
        at += HOUR
    return None


def expected(
    oracle: Oracle, rule: Rhythm, wave: tuple[int, date], people: list[Person], year: Year
) -> Iterator[Sent]:
    """Give every mail of a wave that should have been sent."""
    wave_id, day = wave
    closes = oracle.closes(rule, day)
    for zone in COUNTRIES:
        found = oracle.reminders(rule, day, zone)
        ends = {1: found.get(2, closes) - 20 * HOUR, 2: closes - 4 * HOUR}
        ticks = {0: hour_after(oracle.invited(rule, day, zone))}
        ticks |= {
            kind: tick
            for kind, begins in found.items()
            if (tick := first_tick(oracle, begins, ends[kind], zone))
        }
        for person in (one for one in people if one.zone == zone and one.id % WITH_MAIL == 0):
            for kind, at in ticks.items():
                has_started = year.started.get((wave_id, person.id), END) < at
                gone = person.id in OUT and at > OPTS_OUT
                if at < END and not gone and not (kind == 1 and has_started):
                    yield Sent(wave_id, person.id, kind, at)


@pytest.mark.slow
@pytest.mark.parametrize("engine_kind", ["sqlite"])
def test_a_year_of_four_rhythms_in_five_zones(app, capsys) -> None:
    people, oracle, year = staff(), Oracle(), Year()
    hire(people)
    rules = begin()
    year.live()

    opened = frames()
    wanted: set[Sent] = set()
    for survey, rule in rules.items():
        mine = {day: (wave, asked) for wave, (of, day, asked) in opened.items() if of == survey}
        assert sorted(mine) == [day for day in rule.dates() if oracle.opens(rule, day) < END]
        for day, (wave, asked) in mine.items():
            framed = [person for person in people if person.id in asked]
            wanted |= set(expected(oracle, rule, (wave, day), framed, year))
        check_turns(rule, [mine[day][1] for day in sorted(mine)], people)
    sent = set(year.sent)
    with capsys.disabled():
        by_kind = [sum(one.kind == kind for one in sent) for kind in range(3)]
        print(f"\n{len(opened)} waves, {by_kind} invitations and reminders, none twice")  # noqa: T201
    assert len(sent) == len(year.sent), "a mail was sent twice"
    assert sent - wanted == set(), "too many"
    assert wanted - sent == set(), "too few"
    assert min(sum(one.kind == kind for one in sent) for kind in range(3)) > 500


def check_turns(rule: Rhythm, asked: list[set[int]], people: list[Person]) -> None:
    """Everybody in the audience is asked once in any run of as many waves as there are parts."""
    inside = {1: {1, 2, 3, 4}, 3: {3}, 4: {4}}[rule.unit]
    everybody = {person.id for person in people if person.unit in inside}
    for first in range(len(asked) - rule.parts + 1):
        run = asked[first : first + rule.parts]
        assert sum(map(len, run)) == len(everybody)
        assert set().union(*run) == everybody
    for unit in inside:
        mine = {person.id for person in people if person.unit == unit}
        sizes = {len(wave & mine) for wave in asked}
        assert max(sizes) - min(sizes) <= (rule.parts > 1)
