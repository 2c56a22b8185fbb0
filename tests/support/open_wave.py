"""A wave that takes answers: survey, plan, manifest, opening, without anybody being invited."""

from datetime import datetime, timedelta

from pulse.db import transaction
from pulse.domain.dimension import ORGANISATION, ROOT, Dimension, Node
from pulse.domain.manifest import Manifest
from pulse.domain.question import Question
from pulse.domain.scale import Scale
from pulse.domain.wave_state import WaveState
from pulse.surveys import compose, waves
from pulse.surveys.audience import Audience
from pulse.surveys.compose import SurveyDraft

QUESTIONS = (
    Question("decide", "I can decide on the spot.", Scale.LIKERT5, "own"),
    Question("tools", "Our tools work when it matters.", Scale.LIKERT5, "own"),
    Question("recommend", "How likely are you to recommend us?", Scale.ZERO_TO_TEN, "own"),
    Question("acted", "Was something done after the last pulse?", Scale.YES_NO, "own"),
    Question("words", "Anything we should know about?", Scale.OPEN, "own"),
)


def planned(
    now: datetime, questions: tuple[Question, ...] = QUESTIONS, audience: Audience | None = None
) -> int:
    """Plan a wave that opens at `now` for a week."""
    draft = SurveyDraft("Spring pulse", "How is work?", questions, audience or Audience())
    with transaction() as session:
        survey = compose.create(session, draft, now)
        return waves.plan(session, survey, now, now + timedelta(days=7))


def opened(now: datetime, questions: tuple[Question, ...] = QUESTIONS) -> int:
    """Open a wave for the door that serves its page; no box, no invitations."""
    wave = planned(now, questions)
    with transaction() as session:
        info = waves.get(session, wave)
        nodes = (Node(ROOT, "Everybody", None, 0), Node("u1", "Care", ROOT, 12))
        dimension = Dimension(ORGANISATION, "Organisation", nodes)
        manifest = Manifest(
            wave, info.title, info.introduction, questions, (dimension,), 5, 10, "1", info.closes_at
        )
        waves.freeze(session, wave, manifest)
        waves.move(session, wave, WaveState.OPEN)
    return wave


def moved(wave: int, *states: WaveState) -> None:
    """Move a wave on."""
    with transaction() as session:
        for state in states:
            waves.move(session, wave, state)
