"""How long a wave takes to answer, the same in the mail and on the page."""

from dataclasses import dataclass

from pulse.domain.manifest import Manifest

SECONDS_SCORED = 9
SECONDS_OPEN = 30


@dataclass(frozen=True, slots=True)
class Effort:
    """What a wave asks of a person."""

    questions: int
    minutes: int


def effort(manifest: Manifest) -> Effort:
    """Count the questions, and the minutes that they take.

    >>> from datetime import UTC, datetime
    >>> from pulse.domain.question import Question
    >>> from pulse.domain.scale import Scale
    >>> asked = tuple(Question(str(n), "", Scale.LIKERT5, "") for n in range(5))
    >>> effort(Manifest(1, "", "", asked, (), 5, 10, "", datetime.now(UTC)))
    Effort(questions=5, minutes=1)
    """
    seconds = SECONDS_SCORED * len(manifest.scored) + SECONDS_OPEN * len(manifest.open_questions)
    return Effort(len(manifest.questions), max(1, round(seconds / 60)))
