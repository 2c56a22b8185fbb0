"""Every figure that a release publishes, read back from its tables: what statistics start from.

Nothing but released groups and their cells comes in here, so whatever is computed from it is a
function of what anybody can fetch.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from sqlalchemy.orm import Session

from pulse.domain import scores
from pulse.domain.cells import Counts
from pulse.domain.scores import ENPS
from pulse.release import measures, rows
from pulse.release.joining import Side
from pulse.release.values import Asked, Group, ReleaseInfo

QUESTION, DRIVER = "question", "driver"
# The dimension and code of a group, and the kind and key of a measure.
Key: TypeAlias = tuple[str, str, str, str]


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure of one released group, and the counts of the questions behind it."""

    group: Group
    survey_id: int
    kind: str
    measure: str
    asked: frozenset[Asked]
    counts: tuple[Counts, ...]

    @property
    def key(self) -> Key:
        """What the same figure of the same group has in every wave."""
        return self.group.dimension, self.group.code, self.kind, self.measure

    @property
    def side(self) -> Side:
        """What decides whether it may be joined with the same figure of another wave."""
        return Side(self.survey_id, self.group, self.asked)

    @property
    def people(self) -> int:
        """Ballots of the group: what every interval rests on, however many questions there are."""
        return self.counts[0].n

    @property
    def share(self) -> float:
        """The favourable share in parts of one, over all questions behind the figure."""
        return scores.index(self.counts) / 100


def figures(session: Session, release: ReleaseInfo, survey_id: int) -> list[Figure]:
    """Give every figure of every released group, in the order of the files."""
    asked = rows.questions(session, release.id)
    shown = [group for group in rows.groups(session, release) if group.shown]
    cells = rows.cells(session, [group.id for group in shown])
    found = [
        Figure(group, survey_id, kind, measure, frozenset(behind), _counts(cells, group, behind))
        for group in shown
        for kind, measure, behind in wanted(asked)
    ]
    return [item for item in found if item.kind != ENPS or measures.enough_for_enps(item.people)]


def wanted(asked: Sequence[Asked]) -> Iterator[tuple[str, str, tuple[Asked, ...]]]:
    """List what figures there are: kind, key, and the questions that each is computed from."""
    for question in asked:
        yield QUESTION, question.code, (question,)
    for driver in measures.drivers_of(asked):
        yield DRIVER, driver, tuple(item for item in asked if item.driver == driver)
    for question in [item for item in asked if measures.is_enps(item)][:1]:
        yield ENPS, question.driver, (question,)


def _counts(
    cells: Mapping[tuple[int, str], Counts], group: Group, behind: Sequence[Asked]
) -> tuple[Counts, ...]:
    return tuple(cells[group.id, question.code] for question in behind)
