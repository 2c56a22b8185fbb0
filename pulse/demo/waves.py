"""A year of monthly waves, and one that is open now.

Past waves enter at the tally: their frames, manifests and releases come from the same verbs as
real ones, and only the ballots were never dropped one by one. The open wave is real throughout.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from random import Random

from sqlalchemy.orm import Session

from pulse import fieldwork, opening, rehearsal
from pulse.ballots import tally
from pulse.config import settings
from pulse.db import reading, transaction
from pulse.demo import answers
from pulse.demo.company import Company, Worker, mood
from pulse.demo.story import INTRODUCTION, TITLE
from pulse.domain.ballot import Ballot, shred_by
from pulse.domain.manifest import Manifest
from pulse.domain.shard_layout import layout
from pulse.domain.wave_state import WaveState
from pulse.invitations import frame
from pulse.invitations.frame import FramedPerson
from pulse.opening import PublicKeys
from pulse.release import publish
from pulse.release.comment_writing import Known
from pulse.release.publish import Census, Edition
from pulse.surveys import bank, compose, waves
from pulse.surveys.audience import Audience
from pulse.surveys.compose import SurveyDraft

PACK = "core_10"
DIVIDED_BY = ("site", "contract", "organisation*contract")
OPEN_FOR = timedelta(days=10)
OPENED_BEFORE = timedelta(days=3)
ANSWERED_SO_FAR = 0.3
NINE = time(9)
ZONE = "Europe/London"
# Past ballots never went through a box.
NO_KEYS = PublicKeys("", "")


def survey(now: datetime) -> int:
    """Compose the monthly survey."""
    questions = tuple(bank.question(code).asked() for code in bank.pack(PACK).codes)
    draft = SurveyDraft(TITLE, INTRODUCTION, questions, Audience(), DIVIDED_BY)
    with transaction() as session:
        return compose.create(session, draft, now)


def past(company: Company, survey_id: int, month: int, random: Random) -> int:
    """Live through the wave of a past month and give the id of its release."""
    opens_at = datetime.combine(_opening(company.months[month]), NINE, UTC)
    closes_at = opens_at + OPEN_FOR
    with transaction() as session:
        wave_id = waves.plan(session, survey_id, opens_at, closes_at, ZONE)
    with transaction() as session:
        manifest = opening.freeze(session, waves.get(session, wave_id), opens_at, NO_KEYS)
        waves.move(session, wave_id, WaveState.OPEN)
        ballots = _simulated(session, company, manifest, (month, random))
        waves.move(session, wave_id, WaveState.CLOSED)
        counted = tally.of_shards(manifest, _shards(ballots))
        census = Census(manifest.invited, counted.ballots)
        keys = [item.key for item in manifest.dimensions]
        decided = publish.decide(manifest, counted.joint, frame.joint(session, wave_id, keys))
        known = Known(frame.names(session, wave_id, closes_at.date()), settings().regions)
        edition = Edition(manifest, counted, decided, census, closes_at.date(), known=known)
        release = publish.publish_edition(session, edition)
        waves.move(session, wave_id, WaveState.RELEASED)
    return release


def still_open(company: Company, survey_id: int, now: datetime, random: Random) -> int:
    """Open a wave that can be answered right now; some people have done so already."""
    opens_at = datetime.combine((now - OPENED_BEFORE).date(), NINE, UTC)
    with transaction() as session:
        wave_id = waves.plan(session, survey_id, opens_at, opens_at + OPEN_FOR, ZONE)
    fieldwork.open_wave(wave_id, opens_at)
    with reading() as session:
        manifest = waves.get(session, wave_id).manifest
        workers = _workers(session, company, wave_id)
    assert manifest is not None  # noqa: S101  (told to the type checker: the wave is open)
    plan = layout(manifest)
    for member, worker in workers:
        if random.random() < ANSWERED_SO_FAR:
            given = answers.answer(manifest.questions, mood(company, worker, -1), random)
            rehearsal.answer_for(plan, member.employee_id, given)
    return wave_id


def _opening(month: date) -> date:
    """Give the second Tuesday of a month."""
    first_tuesday = (1 - month.weekday()) % 7
    return month + timedelta(days=first_tuesday + 7)


def _simulated(
    session: Session, company: Company, manifest: Manifest, when: tuple[int, Random]
) -> list[Ballot]:
    month, random = when
    plan = layout(manifest)
    ballots = []
    for member, worker in _workers(session, company, manifest.wave):
        if answers.takes_part(company, worker, month, random):
            feeling = mood(company, worker, month)
            given = answers.answer(manifest.questions, feeling, random)
            ballots.append(shred_by(plan, member.labels, given))
    return ballots


def _workers(session: Session, company: Company, wave_id: int) -> list[tuple[FramedPerson, Worker]]:
    """Match the frame with the company, in the order of staff numbers."""
    by_number = {worker.number: worker for worker in company.workers}
    return [(member, by_number[member.number]) for member in frame.members(session, wave_id)]


def _shards(ballots: list[Ballot]) -> Iterator[tuple[int, bytes]]:
    for ballot in ballots:
        for shard in ballot.shards:
            yield shard.slot, shard.body
