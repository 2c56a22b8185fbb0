"""An invented company of about 1,200 people whose moods move and whose people come and go.

Pure and seeded: the same seed and the same last month give the same company. It lived for half a
year before its first wave. In some teams the mood then falls over the year of waves, and people
leave those teams more often in the month that follows.
"""

import math
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

COMPANY = "Harbour and Vale"
MONTHS = 12
EARLIER = 6
LEAVING_PER_MONTH = 0.013
MOOD_EFFECT = -0.9
REPLACED = 0.9

# Division, department, number of teams, usual team size.
PLAN: tuple[tuple[str, str, int, int], ...] = (
    ("Customer Care", "Phone Support", 14, 15),
    ("Customer Care", "Chat and E-mail", 8, 14),
    ("Customer Care", "Complaints", 4, 11),
    ("Customer Care", "Back Office", 4, 12),
    ("Shops", "Region North", 9, 12),
    ("Shops", "Region South", 9, 12),
    ("Shops", "Region Coast", 7, 11),
    ("Shops", "Concessions", 5, 5),
    ("Warehouse and Delivery", "Day Shift", 7, 16),
    ("Warehouse and Delivery", "Night Shift", 4, 14),
    ("Warehouse and Delivery", "Drivers", 5, 13),
    ("Technology", "Product Engineering", 6, 9),
    ("Technology", "Platform", 3, 8),
    ("Technology", "Service Desk", 2, 10),
    ("Head Office", "Finance", 2, 11),
    ("Head Office", "People Team", 1, 13),
    ("Head Office", "Marketing", 2, 10),
    ("Head Office", "Executive Office", 1, 4),
)
FALLING = ("Phone Support", "Night Shift", "Region Coast")
RISING = ("Complaints", "Service Desk")
WITHOUT_MAIL = ("Day Shift", "Night Shift")
FIRST = (
    "Aisha Ben Carmen Daniel Elena Farid Grace Hugo Ines Jonas Kemi Liam Maya Noah Olivia Priya "
    "Quentin Rosa Samir Tessa Umar Vera Wen Xenia Yusuf Zoe Amara Bruno Chloe Dev Esther Finn "
    "Gemma Harun Iris Jamal Katya Leon Mina Nadia Oscar Petra Ravi Sofia Tariq Una Victor Wanda"
).split()
LAST = (
    "Abara Becker Castillo Dawson Eriksen Fofana Garner Hadley Ivers Jensen Kowalski Lindqvist "
    "Marsh Novak Okafor Patel Quigley Rahman Sandoval Tan Ueda Vasquez Whitlock Yates Zielinski "
    "Ashdown Brandt Calloway Duarte Ellery Farrow Grieve Holm Ilves Joshi Kerr Lomax Mendes Noor"
).split()
SITES = ("Harwich", "Leeds", "Bristol", "Remote")


@dataclass(slots=True)
class Team:
    """A team with its mood, in points above or below the company's.

    `level` is its lasting mood, `moods` the mood at the end of each month that has a wave.
    """

    path: str
    department: str
    level: float
    moods: list[float]


@dataclass(slots=True)
class Worker:
    """A person as the staff file knows them, with a lasting mood of their own."""

    number: str
    name: str
    team: int
    hired_on: date
    site: str
    contract: str
    leaning: float
    left_on: date | None = None
    notice_on: date | None = None
    kind: str = ""


@dataclass(slots=True)
class Company:
    """Teams and everybody who worked in them; `months` are those that have a wave."""

    months: tuple[date, ...]
    teams: list[Team] = field(default_factory=list)
    workers: list[Worker] = field(default_factory=list)


def build(random: Random, last_month: date) -> Company:
    """Make the company; `last_month` is the first day of the newest complete month."""
    company = Company(months=_months(last_month))
    for division, department, count, size in PLAN:
        for number in range(1, count + 1):
            _add_team(company, random, (division, department, number, count), size)
    for month in range(-EARLIER, MONTHS):
        _live_month(company, random, month)
    _give_notice(company, random)
    return company


def mood(company: Company, worker: Worker, month: int) -> float:
    """Give the mood of a person in a month: the team's, and the person's own leaning."""
    return company.teams[worker.team].moods[month] + worker.leaning


def employed(worker: Worker, day: date) -> bool:
    """Say whether the person was employed on the day."""
    return worker.hired_on <= day and (worker.left_on is None or day <= worker.left_on)


def _months(last: date) -> tuple[date, ...]:
    found = [last]
    while len(found) < MONTHS:
        found.append(_before(found[-1]))
    return tuple(reversed(found))


def _before(first: date) -> date:
    return (first - timedelta(days=1)).replace(day=1)


def _first_day(company: Company, month: int) -> date:
    """Give the first day of a month, counted from that of the first wave."""
    if month >= 0:
        return company.months[month]
    return _before(_first_day(company, month + 1))


def _add_team(
    company: Company, random: Random, place: tuple[str, str, int, int], size: int
) -> None:
    division, department, number, count = place
    path = f"{COMPANY} / {division} / {department}"
    if count > 1:
        path += f" / {department} {number}"
    level = random.gauss(0, 0.22)
    company.teams.append(Team(path, department, level, _moods(random, department, level)))
    team = len(company.teams) - 1
    start = _first_day(company, -EARLIER)
    for _ in range(max(3, round(random.gauss(size, size / 6)))):
        _hire(
            company, random, team, start - timedelta(days=round(random.expovariate(1 / 1100)) + 1)
        )


def _moods(random: Random, department: str, level: float) -> list[float]:
    slope = -0.075 if department in FALLING else 0.05 if department in RISING else 0.0
    drift = 0.0
    moods = []
    for month in range(MONTHS):
        drift = 0.6 * drift + random.gauss(0, 0.1)
        moods.append(level + slope * month + drift)
    return moods


def _hire(company: Company, random: Random, team: int, day: date) -> None:
    number = str(20001 + len(company.workers))
    company.workers.append(
        Worker(
            number=number,
            name=f"{random.choice(FIRST)} {random.choice(LAST)}",
            team=team,
            hired_on=day,
            site=random.choices(SITES, (4, 3, 2, 1))[0],
            contract=random.choices(("Full time", "Part time"), (7, 3))[0],
            leaning=random.gauss(0, 0.5),
        )
    )


def _live_month(company: Company, random: Random, month: int) -> None:
    """Let people leave, more of them where last month's mood was low, and replace most."""
    first = _first_day(company, month)
    for worker in _leaving(company, random, month, first):
        worker.kind = random.choices(("Resigned", "Dismissed", "Retired"), (8, 1, 1))[0]
        _leave(worker, random, first)
        if random.random() < REPLACED:
            _hire(company, random, worker.team, first + timedelta(days=random.randrange(20)))


def _give_notice(company: Company, random: Random) -> None:
    """Let people have resigned last month who work on into the month that is running."""
    first = (company.months[-1] + timedelta(days=31)).replace(day=1)
    for worker in _leaving(company, random, MONTHS, first):
        worker.kind = "Resigned"
        _leave(worker, random, first)


def _leaving(company: Company, random: Random, month: int, first: date) -> list[Worker]:
    found = []
    for worker in company.workers:
        if worker.left_on is None and employed(worker, first):
            team = company.teams[worker.team]
            before = team.moods[month - 1] if month > 0 else team.level
            if random.random() < LEAVING_PER_MONTH * math.exp(MOOD_EFFECT * before * 1.6):
                found.append(worker)
    return found


def _leave(worker: Worker, random: Random, first: date) -> None:
    worker.left_on = first + timedelta(days=random.randrange(5, 27))
    if worker.kind == "Resigned":
        worker.notice_on = max(worker.hired_on, worker.left_on - timedelta(days=28))
