"""Consented files of people whose leaving is known: the text that HR uploads, and its rows."""

from collections.abc import Sequence
from dataclasses import dataclass

from pulse.domain.consented import ConsentedFile, Row

HEADER = "months,left,group,consent"
MONTHS = 20


@dataclass(frozen=True, slots=True)
class Crowd:
    """People of one group: so many leave, one after the other; the others stay on to the end."""

    name: str
    people: int
    leavers: int
    first: int = 1


CROWDS = (Crowd("Kitchen", 60, 30), Crowd("Bar", 60, 12))


def rows(crowds: Sequence[Crowd] = CROWDS) -> list[Row]:
    return [
        Row(
            months=float(crowd.first + at % 15) if at < crowd.leavers else float(MONTHS),
            left=at < crowd.leavers,
            group=crowd.name,
        )
        for crowd in crowds
        for at in range(crowd.people)
    ]


def file(crowds: Sequence[Crowd] = CROWDS) -> ConsentedFile:
    return ConsentedFile(tuple(rows(crowds)))


def lines(crowds: Sequence[Crowd] = CROWDS) -> list[str]:
    return [f"{row.months:g},{'yes' if row.left else 'no'},{row.group},yes" for row in rows(crowds)]


def text(crowds: Sequence[Crowd] = CROWDS) -> str:
    return "\n".join([HEADER, *lines(crowds)]) + "\n"
