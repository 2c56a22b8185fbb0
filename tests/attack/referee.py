"""Counts how often a thief was right, and how often somebody who draws lots would have been.

The lots are drawn within the same labels, so that what the sizes of labels give anyway is no hit
of the thief.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from scipy.stats import poisson

from tests.attack.loot import Row
from tests.attack.thief import Guess


@dataclass(frozen=True, slots=True)
class Score:
    """Right guesses of so many, and the most that chance gives at the chosen level."""

    trick: str
    asked: int
    right: int
    band: int

    @property
    def inside(self) -> bool:
        return self.right <= self.band


def score(
    guess: Guess,
    owner: Callable[[Row], int | None],
    group: Callable[[int], object],
    level: float,
) -> Score:
    """Score a guess against lots drawn among the same people, label by label."""
    pairs = [(person, whose) for person, row in guess.pairs if (whose := owner(row)) is not None]
    right = sum(person == whose for person, whose in pairs)
    return Score(guess.trick, len(pairs), right, _band(pairs, group, level))


def _band(pairs: Sequence[tuple[int, int]], group: Callable[[int], object], level: float) -> int:
    """Give the most hits that lots have at this level, drawn label by label.

    Each person is drawn with the chance of their share in the label. How many of many are drawn
    rightly follows Poisson's law, as the matches of two shuffled packs of cards do.
    """
    owners = [whose for _, whose in pairs]
    sizes, mine = Counter(map(group, owners)), Counter(owners)
    expected = sum(mine[person] / sizes[group(person)] for person, _ in pairs if person in mine)
    return int(poisson.ppf(level, expected)) if expected else 0
