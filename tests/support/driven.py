"""A company whose answers go along with one another as a test wishes, counted from its shards."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from random import Random

from pulse.ballots import tally
from pulse.ballots.tally import Tally
from pulse.db import transaction
from pulse.domain.ballot import Value, shred_by
from pulse.domain.dimension import ORGANISATION, ROOT, Dimension, Node
from pulse.domain.manifest import Manifest
from pulse.domain.question import Question
from pulse.domain.scale import Scale
from pulse.domain.shard_layout import layout
from pulse.release.publish import Census, Edition, decide, publish_edition
from tests.support import released

QUESTIONS = (
    Question("engagement_1", "I have the energy.", Scale.LIKERT5, "engagement"),
    Question("engagement_4", "I look forward to my days.", Scale.LIKERT5, "engagement"),
    Question("recognition_1", "Somebody noticed.", Scale.LIKERT5, "recognition"),
    Question("tools_4", "I lose time.", Scale.LIKERT5, "tools", reverse=True),
    Question("caring_1", "Somebody cares.", Scale.YES_NO, "caring"),
    Question("enps", "Would you recommend us?", Scale.ZERO_TO_TEN, "enps"),
)
# How far each question goes along with one mood that a person has.
ALONG = {"engagement_1": 0.8, "engagement_4": 0.8, "recognition_1": 0.7, "tools_4": 0.35}
UNITS = ("north", "south", "shops")


@dataclass(frozen=True, slots=True)
class Person:
    labels: Mapping[str, str]
    answers: Mapping[str, Value]


def people(count: int, seed: int = 1, questions: Sequence[Question] = QUESTIONS) -> list[Person]:
    """Invent people whose answers all follow a mood of their own, each question more or less."""
    random = Random(seed)
    found = []
    for at in range(count):
        mood = random.gauss(0, 1)
        labels = {ORGANISATION: UNITS[at % 3], "site": random.choice(("c-leeds", "c-york"))}
        found.append(Person(labels, {item.code: _said(item, mood, random) for item in questions}))
    return found


def _said(question: Question, mood: float, random: Random) -> int:
    part = ALONG.get(question.code, 0.2)
    felt = part * mood + (1 - part**2) ** 0.5 * random.gauss(0, 1)
    if question.scale is Scale.YES_NO:
        return int(felt > -0.3)
    if question.scale is Scale.ZERO_TO_TEN:
        return max(0, min(10, round(7 + 2 * felt)))
    point = max(1, min(5, round(3.3 + felt)))
    return 6 - point if question.reverse else point


def manifest(
    now: datetime, count: int, questions: Sequence[Question] = QUESTIONS, survey_id: int = 0
) -> Manifest:
    wave = released.manifest(survey_id or released.survey(now), now)
    units = (Node(ROOT, "Acme", None, 0), *(Node(code, code, ROOT, count) for code in UNITS))
    sites = (
        Node(ROOT, "Everyone", None, 0),
        *(Node(code, code, ROOT, 3 * count // 2 + 1) for code in ("c-leeds", "c-york")),
    )
    return replace(
        wave,
        questions=tuple(questions),
        dimensions=(
            Dimension(ORGANISATION, "Organisation", units),
            Dimension("site", "Site", sites),
        ),
    )


def counted(wave: Manifest, ballots: Sequence[Person]) -> Tally:
    """Cut ballots into shards and count these, as the count does with what it has opened."""
    plan = layout(wave)
    cut = [shred_by(plan, item.labels, item.answers) for item in ballots]
    return tally.of_shards(wave, ((shard.slot, shard.body) for one in cut for shard in one.shards))


def release(wave: Manifest, ballots: Sequence[Person], found: Tally | None = None) -> int:
    """Publish what these ballots say; give the id of the release."""
    found = found or counted(wave, ballots)
    decided = decide(wave, found.joint, found.joint)
    census = Census(wave.invited, len(ballots))
    with transaction() as session:
        day = wave.closes_at.date()
        return publish_edition(session, Edition(wave, found, decided, census, day))
