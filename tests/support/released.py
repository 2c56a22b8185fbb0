"""Releases made from ballots that a test writes down one by one."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from pulse.ballots.tally import Comment, Tally
from pulse.db import transaction
from pulse.domain.dimension import ORGANISATION, ROOT, Dimension, Node
from pulse.domain.manifest import Manifest
from pulse.domain.question import Question
from pulse.domain.scale import Scale
from pulse.release.publish import Census, publish
from pulse.surveys import compose, waves
from pulse.surveys.audience import Audience
from pulse.surveys.compose import SurveyDraft

QUESTIONS = (
    Question(
        "engagement_1", "I have the energy that my work asks for.", Scale.LIKERT5, "engagement"
    ),
    Question("engagement_4", "I look forward to my days.", Scale.LIKERT5, "engagement"),
    Question("tools_1", "My tools get in my way.", Scale.LIKERT5, "tools", reverse=True),
    Question("enps", "How likely are you to recommend us?", Scale.ZERO_TO_TEN, "enps"),
    Question("needs_open", "Anything we should know about?", Scale.OPEN, "needs"),
)
UNITS = (
    Node(ROOT, "Acme", None, 0),
    Node("care", "Care", ROOT, 0),
    Node("care/north", "Care north", "care", 20, ("care/north",)),
    Node("care/south", "Care south", "care", 12, ("care/south", "care/isles")),
    Node("shops", "Shops", ROOT, 30, ("shops",)),
    Node("office", "Office", ROOT, 8, ("office",)),
)
SITES = (
    Node(ROOT, "Everyone", None, 0),
    Node("c-leeds", "Leeds", ROOT, 40, ("Leeds",)),
    Node("c-york", "York", ROOT, 30, ("York",)),
)


@dataclass(frozen=True, slots=True)
class Paper:
    """One ballot before it is taken apart."""

    unit: str
    site: str = "c-leeds"
    answers: Mapping[str, int | None] = field(default_factory=dict)
    words: str = ""


def papers(unit: str, count: int, value: int | None = 4, words: str = "") -> list[Paper]:
    """Ballots of one unit that all say the same."""
    enps = None if value is None else value * 2
    answers = {item.code: value for item in QUESTIONS[:3]} | {"enps": enps}
    return [Paper(unit, "c-leeds" if at % 2 else "c-york", answers, words) for at in range(count)]


def survey(now: datetime) -> int:
    with transaction() as session:
        draft = SurveyDraft("Spring pulse", "", QUESTIONS, Audience())
        return compose.create(session, draft, now)


def manifest(
    survey_id: int, opens_at: datetime, units: Sequence[Node] = UNITS, floor: int = 5
) -> Manifest:
    """Plan a wave of the survey and give its manifest."""
    closes_at = opens_at + timedelta(days=7)
    with transaction() as session:
        wave = waves.plan(session, survey_id, opens_at, closes_at)
    dimensions = (
        Dimension(ORGANISATION, "Organisation", tuple(units)),
        Dimension("site", "Site", SITES),
    )
    return Manifest(wave, "Spring pulse", "", QUESTIONS, dimensions, floor, 10, "tree-1", closes_at)


def tally(ballots: Sequence[Paper]) -> Tally:
    """Count ballots the plain way."""
    turnout: dict[str, Counter[str]] = {ORGANISATION: Counter(), "site": Counter()}
    answers: dict[tuple[str, str], dict[str, Counter[int | None]]] = defaultdict(
        lambda: defaultdict(Counter)
    )
    for paper in ballots:
        for dimension, label in ((ORGANISATION, paper.unit), ("site", paper.site)):
            turnout[dimension][label] += 1
            for question in QUESTIONS[:4]:
                answers[dimension, question.code][label][paper.answers.get(question.code)] += 1
    words = tuple(Comment(_division(paper.unit), paper.words) for paper in ballots if paper.words)
    return Tally(
        ballots=len(ballots),
        turnout={key: dict(labels) for key, labels in turnout.items()},
        answers={
            place: {label: dict(histogram) for label, histogram in labels.items()}
            for place, labels in answers.items()
        },
        comments={"needs_open": words},
    )


def released(wave: Manifest, ballots: Sequence[Paper], now: datetime) -> int:
    """Publish the wave once it is over, in a transaction of its own; give the release's id."""
    census = Census(invited=wave.invited, redeemed=len(ballots))
    with transaction() as session:
        return publish(session, wave, tally(ballots), census, max(now, wave.closes_at))


def _division(unit: str) -> str:
    return unit.split("/", maxsplit=1)[0]
