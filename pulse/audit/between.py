"""One wave beside the next: groups in which hardly anybody changed.

Two waves are different answers, so no equation joins them. But whoever knows who came and who went,
and believes that all the others answered as before, takes the difference for the answers of these
few. Nobody can prevent a guess; the report says where it is tempting, and what would be read.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from pulse.audit.files import Cell, Group, Publication

ENGINE = "between waves"
_MOST_NOTES = 20
_QUESTIONS = 3
# Everybody asked by their id, each with a label for every dimension.
Roster = Mapping[str, Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class Wave:
    """The last publication of a wave, and who was asked in it."""

    published: Publication
    roster: Roster


def pairs(waves: Sequence[Wave]) -> int:
    """Count the groups that two waves in a row both publish."""
    return sum(
        len(set(before.published.groups) & set(after.published.groups))
        for before, after in pairwise(waves)
    )


def notes(waves: Sequence[Wave]) -> list[str]:
    """Tell of groups in which fewer people than the floor came or went between two waves."""
    found = [note for before, after in pairwise(waves) for note in _compared(before, after)]
    more = len(found) - _MOST_NOTES
    return found[:_MOST_NOTES] + ([f"and {more} more such groups"] if more > 0 else [])


def _compared(before: Wave, after: Wave) -> Iterator[str]:
    floor = max(before.published.floor, after.published.floor)
    for key, group in after.published.groups.items():
        earlier = before.published.groups.get(key)
        if earlier is None:
            continue
        now, then = _members(group, after.roster), _members(earlier, before.roster)
        if 0 < len(now ^ then) < floor:
            yield _note(
                (before.published, after.published), key, (len(now - then), len(then - now))
            )


def _members(group: Group, roster: Roster) -> set[str]:
    return {
        person for person, labels in roster.items() if labels.get(group.dimension) in group.labels
    }


def _note(
    both: tuple[Publication, Publication], key: tuple[str, str], moved: tuple[int, int]
) -> str:
    before, after = both
    earlier, later = (_favourable(published, key) for published in both)
    read = [f"{code} {earlier[code]} to {later[code]}" for code in later if code in earlier]
    return (
        f"wave {before.wave} to {after.wave}, {key[0]}:{key[1]}: {moved[0]} came and {moved[1]} "
        f"went. Whoever believes that all others answered as before reads: "
        f"{'; '.join(read[:_QUESTIONS])}. That is a guess and no equation."
    )


def _favourable(published: Publication, key: tuple[str, str]) -> dict[str, str]:
    return {cell.question: _share(cell) for cell in published.cells if cell.group == key}


def _share(cell: Cell) -> str:
    return f"{cell.favourable.middle:g} of {cell.n}"
