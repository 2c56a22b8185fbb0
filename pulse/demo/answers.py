"""How the people of the invented company answer: their mood, the question's own colour, noise.

Pure and seeded. Nobody answers as a named person here either: what leaves this module is a
choice of answers, and the callers put it into a ballot or a tally.
"""

from bisect import bisect
from collections.abc import Sequence
from random import Random

from pulse.demo.company import Company, Worker, mood
from pulse.demo.story import COMMENTS
from pulse.domain.question import Question
from pulse.domain.scale import LIKERT_TOP, Scale

ANSWERING = 0.72
SKIPPING = 0.02
COMMENTING = 0.22
THRESHOLDS = (-1.7, -0.8, -0.05, 1.15)
# How much better or worse than their mood people judge a driver, company-wide.
COLOUR = {
    "engagement": 0.35,
    "empowerment": 0.1,
    "tools": -0.35,
    "workload": -0.45,
    "recognition": 0.0,
    "leadership": -0.2,
    "follow_up": -0.55,
    "caring": 0.6,
    "clarity": 0.05,
}

Answers = dict[str, int | str | None]


def takes_part(company: Company, worker: Worker, month: int, random: Random) -> bool:
    """Decide whether the person answers; the unhappy answer a little less often."""
    return random.random() < ANSWERING + 0.08 * mood(company, worker, month)


def answer(questions: Sequence[Question], feeling: float, random: Random) -> Answers:
    """Answer every question in the mood `feeling` (0 is the company's usual mood)."""
    return {item.code: _one(item, feeling, random) for item in questions}


def _one(question: Question, feeling: float, random: Random) -> int | str | None:
    if question.scale is Scale.OPEN:
        return random.choice(COMMENTS) if random.random() < COMMENTING else None
    if random.random() < SKIPPING:
        return None
    latent = feeling + COLOUR.get(question.driver, 0.0) + random.gauss(0, 0.8)
    if question.scale is Scale.ZERO_TO_TEN:
        return max(0, min(10, round(7.1 + 1.7 * latent)))
    if question.scale is Scale.YES_NO:
        return int((latent > 0) != question.reverse)
    point = 1 + bisect(THRESHOLDS, latent)
    return LIKERT_TOP + 1 - point if question.reverse else point
