"""How long a wave takes to answer, said the same in the mail and on the page."""

from pulse.domain.manifest import Manifest

SECONDS_SCORED = 9
SECONDS_OPEN = 30


def in_words(manifest: Manifest) -> str:
    """Say how many questions there are and how long they take.

    >>> from datetime import UTC, datetime
    >>> from pulse.domain.question import Question
    >>> from pulse.domain.scale import Scale
    >>> asked = tuple(Question(str(n), "", Scale.LIKERT5, "") for n in range(5))
    >>> in_words(Manifest(1, "", "", asked, (), 5, 10, "", datetime.now(UTC)))
    '5 questions, about 1 minute'
    """
    count = len(manifest.questions)
    seconds = SECONDS_SCORED * len(manifest.scored) + SECONDS_OPEN * len(manifest.open_questions)
    minutes = max(1, round(seconds / 60))
    questions = "question" if count == 1 else "questions"
    return f"{count} {questions}, about {minutes} {'minute' if minutes == 1 else 'minutes'}"
