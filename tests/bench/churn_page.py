"""What the churn page takes at the server: it reads one stored study, whoever was in it.

Companies have the same number of teams and waves, and a hundred times the people. Staff, waves
and the study are made by the verbs of the product; beside the page stands what the worker takes
for the study, which may grow.
"""

import math
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from statistics import median

from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from pulse import clock
from pulse.app import create_app
from pulse.db import transaction
from pulse.domain.permission import Role
from pulse.people.model import Employee, EmploymentSpell, Unit
from tests.bench import installation
from tests.bench.alone import Watch
from tests.support import databases, signed_in, turnover
from tests.support.turnover import HIRED, Team

PAGE = "/hr/churn"
SIZES = (1_000, 100_000)
TEAMS, WAVES = 40, 14
PERIOD = timedelta(weeks=4)
LEAVING = 0.15
_AT_ONCE = 5_000


@dataclass(frozen=True, slots=True)
class _Door:
    """A company that can be looked at, and the seconds of a core that its study took."""

    people: int
    client: FlaskClient
    study: float


@dataclass(frozen=True, slots=True)
class Opened:
    """How often the page was opened, in milliseconds of a core; its bytes; the study's seconds."""

    people: int
    milliseconds: Sequence[float]
    size: int
    study: float


def measure(kind: str, rounds: int) -> list[Opened]:
    """Open the pages of a small company and of a large one in turn; the first round warms up."""
    with ExitStack() as stack:
        doors = [stack.enter_context(_door(kind, people)) for people in SIZES]
        found = [[_opened(door.client) for door in doors] for _ in range(rounds + 1)][1:]
    return [
        Opened(door.people, [each[at][0] for each in found], found[-1][at][1], door.study)
        for at, door in enumerate(doors)
    ]


def table(kind: str, found: Sequence[Opened]) -> str:
    """Show the median and the 95th percentile, and how many times the small company's it is."""
    first = median(found[0].milliseconds)
    lines = [f"{kind}: churn page of {TEAMS} teams and {WAVES} waves, ms of a core"]
    for one in found:
        middle = median(one.milliseconds)
        high = sorted(one.milliseconds)[math.ceil(0.95 * len(one.milliseconds)) - 1]
        lines.append(
            f"  {one.people:7,} people: median {middle:5.1f}, 95th percentile {high:5.1f}, "
            f"x{middle / first:.2f}, {one.size:,} bytes; its study {one.study:.2f} s of a core"
        )
    return "\n".join(lines)


@contextmanager
def _door(kind: str, people: int) -> Iterator[_Door]:
    """Make an installation with a company and its study, and a client that HR is signed in with."""
    now, watch = clock.now(), Watch()
    with installation.made(kind) as house:
        app = create_app(house.settings)
        with app.app_context():
            _company(now, people)
            with watch:
                done = app.test_cli_runner().invoke(args=["churn", "refresh"])
            if done.exit_code:
                raise RuntimeError(done.output)
            client = signed_in.client(app, signed_in.start(Role.HR, now))
        yield _Door(people, client, watch.seconds)
        with app.app_context():
            databases.dispose()


def _opened(client: FlaskClient) -> tuple[float, int]:
    """Give the milliseconds of a core that the page takes, and its bytes."""
    began = time.process_time()
    answer = client.get(PAGE, buffered=True)
    took = 1_000 * (time.process_time() - began)
    if answer.status_code != 200:
        raise RuntimeError(f"{PAGE} answered {answer.status_code}")
    return took, len(answer.data)


def _company(now: datetime, people: int) -> None:
    """Hire people in teams, let some leave over the year, and ask everybody every four weeks."""
    random, size = Random(TEAMS), people // TEAMS
    with transaction() as session:
        _staff(session, now, people)
        survey = turnover.survey(session, now)
        for ago in range(WAVES, 0, -1):
            teams = tuple(
                Team(f"Team {at:02}", size, 0, random.uniform(0.5, 0.8)) for at in range(TEAMS)
            )
            turnover.release(session, survey, now - ago * PERIOD, teams)


def _staff(session: Session, now: datetime, people: int) -> None:
    random = Random(people)
    units = [Unit(key=f"Team {at:02}", name=f"Team {at:02}") for at in range(TEAMS)]
    session.add_all(units)
    session.flush()
    for start in range(0, people, _AT_ONCE):
        staff = [
            Employee(number=str(at), name=f"Person {at}")
            for at in range(start, min(people, start + _AT_ONCE))
        ]
        session.add_all(staff)
        session.flush()
        session.add_all(
            _spell(random, now, person.id, units[at % TEAMS].id) for at, person in enumerate(staff)
        )
        session.flush()
        session.expunge_all()


def _spell(random: Random, now: datetime, employee: int, unit: int) -> EmploymentSpell:
    gone = random.random() < LEAVING
    return EmploymentSpell(
        employee_id=employee,
        unit_id=unit,
        starts_on=HIRED,
        ends_on=now.date() - timedelta(days=random.randint(28, 28 * 13)) if gone else None,
        separation="voluntary" if gone else None,
    )
