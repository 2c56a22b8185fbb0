"""Releases made from ballots that a test writes down one by one."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from pulse.ballots.tally import Comment, Tally
from pulse.db import reading, transaction
from pulse.domain.dimension import ORGANISATION, ROOT, Dimension, Node
from pulse.domain.joint import Joint
from pulse.domain.manifest import Manifest
from pulse.domain.question import Question
from pulse.domain.scale import Scale
from pulse.release import comment_reading
from pulse.release import reading as releases
from pulse.release.comment_reading import ALL, Wanted
from pulse.release.comment_values import CommentPage
from pulse.release.comment_writing import Known
from pulse.release.publish import Census, Edition, decide, publish_edition
from pulse.surveys import compose, waves
from pulse.surveys.audience import Audience
from pulse.surveys.compose import SurveyDraft

STAFF = Known(("Tessa Marsh", "Will Brown"), ("GB",))
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


def others(*answered: str, each: int = 6, value: int | None = 3) -> list[Paper]:
    """Ballots of all other units, so that nobody is merged because a neighbour stayed silent."""
    units = [node.code for node in UNITS if node.invited and node.code not in answered]
    return [paper for unit in units for paper in papers(unit, each, value)]


def few_in_the_office(words: str = "") -> list[Paper]:
    """Ballots of a company whose office has too few, and is merged with the shops.

    The words are those of the north, where twelve people are of one mind.
    """
    return [
        *papers("care/north", 12, 5, words),
        *papers("care/south", 9, 4),
        *papers("shops", 20, 2),
        *papers("office", 3, 5),
    ]


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
    return Manifest(
        wave, "Spring pulse", "", QUESTIONS, dimensions, floor, 10, "blocks-2", closes_at
    )


def tally(ballots: Sequence[Paper]) -> Tally:
    """Count ballots the plain way."""
    joint = Joint.of(
        (ORGANISATION, "site"), ({ORGANISATION: item.unit, "site": item.site} for item in ballots)
    )
    answers: dict[tuple[str, str], dict[str, Counter[int | None]]] = defaultdict(
        lambda: defaultdict(Counter)
    )
    for paper in ballots:
        for dimension, label in ((ORGANISATION, paper.unit), ("site", paper.site)):
            for question in QUESTIONS[:4]:
                answers[dimension, question.code][label][paper.answers.get(question.code)] += 1
    words = tuple(Comment(_division(paper.unit), paper.words) for paper in ballots if paper.words)
    return Tally(
        ballots=len(ballots),
        turnout=joint.marginals(),
        joint=joint,
        answers={
            place: {label: dict(histogram) for label, histogram in labels.items()}
            for place, labels in answers.items()
        },
        comments={"needs_open": words},
    )


def released(wave: Manifest, ballots: Sequence[Paper], now: datetime) -> int:
    """Publish the wave once it is over, in a transaction of its own; give the release's id."""
    with transaction() as session:
        return publish_edition(session, edition(wave, ballots, now))


def edition(
    wave: Manifest, ballots: Sequence[Paper], now: datetime, known: Known = STAFF
) -> Edition:
    """Give what is published: the plan is decided from turnout, and then comes the count."""
    counted = tally(ballots)
    decided = decide(wave, counted.joint, asked(wave, counted.joint))
    census = Census(invited=wave.invited, redeemed=len(ballots))
    day = max(now, wave.closes_at).date()
    return Edition(wave, counted, decided, census, day, known=known)


def asked(wave: Manifest, came: Joint) -> Joint:
    """Give everybody asked: whoever took part, and up to the number of each unit others besides."""
    people = [
        dict(zip(came.keys, labels, strict=True))
        for labels, count in came.counts.items()
        for _ in range(count)
    ]
    first, *others = wave.dimensions
    for node in first.labels:
        silent = node.invited - sum(person[first.key] == node.code for person in people)
        people += [
            {first.key: node.code}
            | {item.key: item.labels[at % len(item.labels)].code for item in others}
            for at in range(silent)
        ]
    return Joint.of(came.keys, people)


def _division(unit: str) -> str:
    return unit.split("/", maxsplit=1)[0]


def words(release_id: int, wanted: Wanted = ALL) -> CommentPage:
    """Give a page of the comments of a release as HR reads them."""
    with reading() as session:
        release = releases.get(session, release_id)
        return comment_reading.page(session, release, wanted)


def said(release_id: int, wanted: Wanted = ALL) -> list[tuple[str, str]]:
    """Give group and text of every comment that somebody finds who turns all the pages."""
    pages = range(words(release_id, wanted).pages)
    read = [words(release_id, replace(wanted, page=at)) for at in pages]
    return [
        (block.group_name, text) for page in read for block in page.blocks for text in block.texts
    ]
