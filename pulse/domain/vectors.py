"""What is added up of the vectors of a wave: ballots whose answers stand together, without labels.

    vector ──► one number for each driver ──► sums of them and of their products ──► thrown away

Everything is a whole number, so any number of processes may add in any order. Vectors are dealt
into trays in turn, and one tray is left out of whatever is published: nobody knows who is in it.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from pulse.domain.question import Question
from pulse.domain.scale import Favour, Scale, favour, score, values
from pulse.domain.scores import ENGAGEMENT, ENPS

# One of so many is left out (docs/adr/0023-moments-of-a-release.md).
TRAYS = 5
MOST_DRIVERS = 10
# The points between the ends of a scale: 4, 10 and 1 go into it without a rest.
FULL = 20


@dataclass(frozen=True, slots=True)
class Driver:
    """A driver as a ballot gives it: of each question the points, 0 to FULL, of each answer."""

    key: str
    points: Mapping[str, Mapping[int, int]]
    favourable: Mapping[str, frozenset[int]]

    @property
    def full(self) -> int:
        """The most points that a ballot can give to it."""
        return FULL * len(self.points)


@dataclass(slots=True)
class Sums:
    """Sums over ballots that answered every driver, of whole points and of favourable answers.

    They say nothing of who was there, and are all that is ever kept of a vector.
    """

    people: int = 0
    first: Counter[str] = field(default_factory=Counter)
    second: Counter[tuple[str, str]] = field(default_factory=Counter)
    favourable: int = 0
    favourable_squares: int = 0

    def count(self, drivers: Sequence[Driver], given: Mapping[str, int | None]) -> None:
        """Add one ballot; one that misses any question of a driver is left out."""
        points: dict[str, int] = {}
        for driver in drivers:
            total = 0
            for code, of in driver.points.items():
                value = given.get(code)
                if value is None:
                    return
                total += of[value]
            points[driver.key] = total
        if points:
            index = drivers[0].favourable
            self._add(points, sum(given[code] in good for code, good in index.items()))

    def add(self, more: "Sums") -> None:
        """Add what others have summed of the same wave."""
        self.people += more.people
        self.first.update(more.first)
        self.second.update(more.second)
        self.favourable += more.favourable
        self.favourable_squares += more.favourable_squares

    def _add(self, points: Mapping[str, int], favourable: int) -> None:
        self.people += 1
        self.favourable += favourable
        self.favourable_squares += favourable**2
        listed = list(points.items())
        for at, (key, value) in enumerate(listed):
            self.first[key] += value
            for other, beside in listed[at:]:
                self.second[key, other] += value * beside


@dataclass(slots=True)
class Trays:
    """Vectors dealt in turn; a shard of a mixed box lies where chance has put it."""

    sums: list[Sums] = field(default_factory=lambda: [Sums() for _ in range(TRAYS)])
    dealt: int = 0

    def deal(self, drivers: Sequence[Driver], given: Mapping[str, int | None]) -> None:
        """Put one ballot into the tray whose turn it is, whatever it says."""
        self.sums[self.dealt % TRAYS].count(drivers, given)
        self.dealt += 1

    def add(self, more: "Trays") -> None:
        """Go on where this one has stopped, so that no tray falls behind."""
        for at, tray in enumerate(more.sums):
            self.sums[(at + self.dealt) % TRAYS].add(tray)
        self.dealt += more.dealt

    def without(self, left_out: int) -> Sums:
        """Add up all trays but one."""
        total = Sums()
        for at, tray in enumerate(self.sums):
            if at != left_out:
                total.add(tray)
        return total


def drivers_of(questions: Iterable[Question]) -> tuple[Driver, ...]:
    """Give the drivers that are laid beside the engagement index, which comes first.

    There are none where engagement was not asked about. eNPS is an outcome of its own and no
    driver; beyond ten drivers, those asked last are left out.

    >>> asked = [Question("w", "?", Scale.LIKERT5, "workload", reverse=True),
    ...          Question("e", "?", Scale.YES_NO, "engagement")]
    >>> [driver.key for driver in drivers_of(asked)], drivers_of(asked)[1].points["w"][5]
    (['engagement', 'workload'], 0)
    """
    asked: dict[str, list[Question]] = {ENGAGEMENT: []}
    for question in questions:
        if not question.is_open and not _is_enps(question):
            asked.setdefault(question.driver, []).append(question)
    if not asked[ENGAGEMENT]:
        return ()
    kept = list(asked.items())[: 1 + MOST_DRIVERS]
    return tuple(_driver(key, behind) for key, behind in kept)


def _driver(key: str, questions: Sequence[Question]) -> Driver:
    return Driver(
        key,
        {
            item.code: {value: _points(item, value) for value in values(item.scale)}
            for item in questions
        },
        {item.code: _favourable(item) for item in questions},
    )


def _points(question: Question, value: int) -> int:
    """Bring an answer to 0..FULL, more being better for staff."""
    scale = values(question.scale)
    low, high = min(scale), max(scale)
    return (score(question.scale, value, reverse=question.reverse) - low) * FULL // (high - low)


def _favourable(question: Question) -> frozenset[int]:
    return frozenset(
        value
        for value in values(question.scale)
        if favour(question.scale, value, reverse=question.reverse) is Favour.FAVOURABLE
    )


def _is_enps(question: Question) -> bool:
    return question.driver == ENPS and question.scale is Scale.ZERO_TO_TEN
