"""A small company whose leavers and released waves are known, made through the real verbs."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from pulse.ballots.tally import Tally
from pulse.domain.dimension import ORGANISATION, ROOT, Dimension, Node, unit_code
from pulse.domain.joint import Joint
from pulse.domain.manifest import Manifest
from pulse.domain.question import Question
from pulse.domain.scale import Scale
from pulse.domain.scores import ENGAGEMENT
from pulse.domain.wave_state import WaveState
from pulse.people import units
from pulse.people.model import Employee, EmploymentSpell, Unit
from pulse.release import publish
from pulse.release.publish import Census, Edition
from pulse.surveys import compose, waves
from pulse.surveys.audience import Audience
from pulse.surveys.compose import SurveyDraft

QUESTIONS = (Question("proud", "I am proud to work here.", Scale.LIKERT5, ENGAGEMENT),)
HIRED = date(2020, 1, 6)


@dataclass(frozen=True, slots=True)
class Team:
    """How many work in a unit, how many left it voluntarily in the last year, who is content."""

    name: str
    people: int
    leavers: int
    content: float = 0.6


TEAMS = (
    Team("Sales", 40, 6, 0.75),
    Team("Support", 40, 9, 0.4),
    Team("Operations", 40, 5, 0.6),
    Team("<a href=x>Lab</a>", 12, 3, 0.5),
)


def staff(session: Session, now: datetime, teams: tuple[Team, ...] = TEAMS) -> None:
    """Employ everybody; the leavers of a unit go one after the other over the last 48 weeks.

    The last four weeks see nobody go: they belong to a period that may not be over on the day of
    the test, and what is not over is not studied.
    """
    for at, team in enumerate(teams):
        unit = Unit(key=team.name, name=team.name)
        session.add(unit)
        session.flush()
        for number in range(team.people):
            left = number < team.leavers
            gone = now.date() - timedelta(days=28 + 336 * number // max(1, team.leavers))
            _employ(session, f"{at}-{number}", unit.id, gone if left else None)


def _employ(session: Session, number: str, unit_id: int, gone: date | None) -> None:
    person = Employee(number=number, name=f"Person {number}")
    session.add(person)
    session.flush()
    spell = EmploymentSpell(
        employee_id=person.id,
        unit_id=unit_id,
        starts_on=HIRED,
        ends_on=gone,
        separation="voluntary" if gone else None,
    )
    session.add(spell)


def survey(session: Session, now: datetime) -> int:
    return compose.create(session, SurveyDraft("Pulse", "", QUESTIONS, Audience()), now)


def release(
    session: Session, survey_id: int, closes_at: datetime, teams: tuple[Team, ...] = TEAMS
) -> int:
    """Ask everybody in one wave, and release what they answered."""
    wave_id = waves.plan(session, survey_id, closes_at - timedelta(days=7), closes_at)
    manifest = _manifest(session, wave_id, closes_at, teams)
    waves.freeze(session, wave_id, manifest)
    for state in (WaveState.OPEN, WaveState.CLOSED):
        waves.move(session, wave_id, state)
    invited = sum(team.people for team in teams)
    census = Census(invited, invited)
    counted = _tally(teams)
    decided = publish.decide(manifest, counted.joint, counted.joint)
    edition = Edition(manifest, counted, decided, census, closes_at.date())
    released = publish.publish_edition(session, edition)
    waves.move(session, wave_id, WaveState.RELEASED)
    return released


def _manifest(
    session: Session, wave_id: int, closes_at: datetime, teams: tuple[Team, ...]
) -> Manifest:
    known = units.ids(session)
    nodes = [Node(ROOT, "Everybody", None, 0)]
    for team in teams:
        members = (unit_code(known.get(team.name, 0)),)
        nodes.append(Node(team.name, team.name, ROOT, team.people, members))
    return Manifest(
        wave=wave_id,
        title="Pulse",
        introduction="",
        questions=QUESTIONS,
        dimensions=(Dimension(ORGANISATION, "Organisation", tuple(nodes)),),
        floor=5,
        comment_floor=10,
        rule="tree-1",
        closes_at=closes_at,
    )


def _tally(teams: tuple[Team, ...]) -> Tally:
    joint = Joint((ORGANISATION,), {(team.name,): team.people for team in teams})
    answers = {}
    for team in teams:
        content = round(team.content * team.people)
        answers[team.name] = {5: content, 2: team.people - content}
    return Tally(
        ballots=sum(team.people for team in teams),
        turnout=joint.marginals(),
        joint=joint,
        answers={(ORGANISATION, QUESTIONS[0].code): answers},
        comments={},
    )
