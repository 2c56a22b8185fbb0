"""The figures of one group: drivers, engagement index, eNPS; from its released counts alone."""

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType

from pulse.domain import scores
from pulse.domain.cells import Counts, Reason, Released, Suppressed
from pulse.domain.scale import Scale
from pulse.domain.scores import ENGAGEMENT, ENPS
from pulse.release.values import Asked, DriverResult, Number, Precision, QuestionResult
from pulse.surveys import bank

PARTICIPATION = "participation"
FEWEST_FOR_ENPS = 10


def name(measure: str) -> str:
    """Give the name of a measure for people."""
    return "Participation" if measure == PARTICIPATION else bank.driver_name(measure)


def drivers_of(asked: Sequence[Asked]) -> tuple[str, ...]:
    """List the drivers asked about, the engagement index first, eNPS apart (it is no share)."""
    found = dict.fromkeys(question.driver for question in asked if not is_enps(question))
    return tuple(sorted(found, key=lambda driver: driver != ENGAGEMENT))


def place(measure: str) -> tuple[bool, bool, str]:
    """Give what measures are ordered by: the engagement index first, eNPS last."""
    return measure == ENPS, measure != ENGAGEMENT, name(measure)


def is_enps(question: Asked) -> bool:
    """Whether a question is the one that eNPS is computed from."""
    return question.driver == ENPS and question.scale is Scale.ZERO_TO_TEN


def drivers(
    results: Sequence[QuestionResult],
    floor: int,
    known: Mapping[str, Precision] = MappingProxyType({}),
) -> tuple[DriverResult, ...]:
    """Give each driver's score, with its precision where that is known."""
    keys = drivers_of([result.question for result in results])
    return tuple(
        DriverResult(
            key,
            name(key),
            driver(results, key, floor),
            tuple(result for result in results if result.question.driver == key),
            known.get(key),
        )
        for key in keys
    )


def driver(results: Sequence[QuestionResult], key: str, floor: int) -> Number:
    """Give the mean favourable share of a driver's questions."""
    asked = [result for result in results if result.question.driver == key]
    return _number(asked, floor, scores.index)


def enps(results: Sequence[QuestionResult], floor: int) -> Number:
    """Give promoters less detractors in per cent of all ballots, of ten of them or more.

    Fewer are shown as the shares that they are: their interval would be as wide as the scale.
    """
    asked = [result for result in results if is_enps(result.question)][:1]
    for result in asked:
        if isinstance(result.counts, Released) and not enough_for_enps(result.counts.value.n):
            return Suppressed(Reason.TOO_FEW_FOR_ENPS, FEWEST_FOR_ENPS)
    return _number(asked, floor, lambda counts: scores.enps(counts[0]))


def enough_for_enps(ballots: int) -> bool:
    """Whether an eNPS may be told of so many."""
    return ballots >= FEWEST_FOR_ENPS


def measure(results: Sequence[QuestionResult], key: str, floor: int) -> Number:
    """Give eNPS or the score of a driver, whichever the key names."""
    return enps(results, floor) if key == ENPS else driver(results, key, floor)


def behind(asked: Sequence[Asked], key: str) -> frozenset[Asked]:
    """Give the questions that a measure is computed from, as they were worded and scored."""
    return frozenset(question for question in asked if question.driver == key)


def _number(
    asked: Sequence[QuestionResult], floor: int, compute: Callable[[Sequence[Counts]], float]
) -> Number:
    if not asked:
        return Suppressed(Reason.NOT_ASKED, floor)
    counts = []
    for result in asked:
        if isinstance(result.counts, Suppressed):
            return result.counts
        counts.append(result.counts.value)
    return Released(compute(counts))
