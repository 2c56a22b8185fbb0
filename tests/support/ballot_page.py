"""The respondent's page as tests know it: where things are, and answers that fit every driver.

Nothing here belongs to one browser; a driver brings `click`, `fill` and the like of its own.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from tests.support.invited_wave import Invited

START = "#start"
SEND = "#send"
FORM = "#ballot"
STATUS = "#status"
REFUSED = "#refused"
CHECK = "#check-receipt"
IN_BOX = "[data-answer=in]"
WORDS = "textarea"
# The wave of `invited_wave` asks these: agreement, agreement, 0 to 10, yes or no, open.
CHOSEN = {"q1": "4", "q2": "none", "q3": "9", "q4": "1"}
PREFER_NOT = dict.fromkeys(CHOSEN, "none")
OPENED_WITH = "More light, please."


@dataclass(frozen=True)
class Answers:
    """What somebody gives: one choice a question, and words."""

    choices: Mapping[str, str]
    words: str


FULL = Answers(CHOSEN, OPENED_WITH)
EMPTY = Answers(PREFER_NOT, "")
# As long as the page lets words be: signs of four bytes, of three, and of two after escaping.
LONGEST = (
    Answers(CHOSEN, "🌤" * 1_000),
    Answers(CHOSEN, "語" * 2_000),
    Answers(CHOSEN, '"\\' * 1_000),
)


def path(asked: Invited, person: int = 0) -> str:
    """Give the address of a person's link, without the host."""
    return f"/s/{asked.wave}#{asked.slips[person].link.partition('#')[2]}"


def option(field: str, value: str) -> str:
    """Give the selector of one answer; its label is what a person presses."""
    return f'label:has(input[name="{field}"][value="{value}"])'


def options(answers: Answers) -> Iterator[str]:
    """Give the selectors of all chosen answers, in order."""
    return (option(field, value) for field, value in answers.choices.items())
