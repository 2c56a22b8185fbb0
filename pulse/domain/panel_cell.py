"""What a panel is made of: a team in a period, in sums; and a reason why something is not shown.

No library that crunches numbers is needed here, so that a file can be read without one.
"""

from dataclasses import dataclass

# Fewer answers than this are no score of a team.
FEWEST_ANSWERS = 5


@dataclass(frozen=True, slots=True)
class Cell:
    """A team in a period: answers with their sum and sum of squares, people, time, separations.

    `person_years` is the time that people spent in it; `period` numbers the periods of four weeks.
    """

    unit: str
    period: int
    answers: int
    score_sum: float
    score_sumsq: float
    headcount: float
    person_years: float
    separations: int

    @property
    def score(self) -> float:
        """The mean of its answers."""
        return self.score_sum / self.answers


@dataclass(frozen=True, slots=True)
class Reason:
    """Why something is not shown, or what to know of what is: a code, and the words on the page.

    `change` says what would have to be otherwise, and how many more periods would do.
    """

    code: str
    text: str
    change: str = ""
