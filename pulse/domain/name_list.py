"""The names of staff, laid out so that looking one up costs the same however many there are.

A full name is a path through a tree of words: "Berg, Anna" leads `anna → berg` and `berg → anna`.
Single words of names lie in one set.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from pulse.domain.everyday import EVERYDAY, PARTICLES, TITLES
from pulse.domain.letters import key, view

# A word of letters; an apostrophe inside belongs to it (O'Brien).
WORD = re.compile(r"[^\W\d_]+(?:['\u2018\u2019\u02bc`\u00b4][^\W\d_]+)*")
# Where a path ends a name ends; no word is empty.
END = ""
FEWEST_LETTERS = 3
_TWO = 2
_SPELT = str.maketrans(
    {"ä": "ae", "ö": "oe", "ü": "ue", "å": "aa", "ø": "oe", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue"}
)
_UNSPELT = re.compile("(?<=[aou])e")
_LONG_ENOUGH = 5
_RUN_TOGETHER = 6

# Words to the words that may follow. Where a name may end, END says whether it is one however it
# is written, or only with capitals because all of its words are ordinary ones ("will brown").
Tree = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Names:
    """Whom a text might name: `words` of names by themselves, `tree` of whole names.

    `initials` holds a word and a letter beside it, in either order: ("a", "berg").
    """

    words: frozenset[str]
    initials: frozenset[tuple[str, str]]
    tree: Tree

    def is_name(self, word: str) -> bool:
        """Say whether a looked-up word, standing alone, is more likely a name than a word."""
        return word in self.words and not _is_ordinary(word)


NOBODY = Names(frozenset(), frozenset(), {})


def listed(names: Iterable[str]) -> Names:
    """Lay out names as a staff file writes them: "Anna Berg" or "Berg, Anna".

    >>> found = listed(["Ursula von der Leyen", "Brown, Will"])
    >>> [word in found.words for word in ("ursula", "von", "leyen", "brown", "willbrown")]
    [True, False, True, True, True]
    >>> found.is_name("leyen"), found.is_name("will")
    (True, False)
    """
    words: set[str] = set()
    initials: set[tuple[str, str]] = set()
    tree: Tree = {}
    for name in dict.fromkeys(names):
        for given, family in _spellings(name):
            bare = [word for word in (*given, *family) if _bears(word)]
            words.update(bare)
            initials.update(_initials(bare))
            for way in _ways(given, family, bare):
                _lay(tree, way)
                if len(run := "".join(way)) >= _RUN_TOGETHER:
                    words.add(run)
    return Names(frozenset(words), frozenset(initials), tree)


def _spellings(name: str) -> list[tuple[list[str], list[str]]]:
    """Give given and family names as words, in each spelling that is in use."""
    found = [_parted(name), _parted(name.translate(_SPELT))]
    given, family = found[0]
    found.append(([_without_e(word) for word in given], [_without_e(word) for word in family]))
    return [each for at, each in enumerate(found) if each not in found[:at]]


def _parted(name: str) -> tuple[list[str], list[str]]:
    """Part a name into given and family names; titles are left out."""
    family, comma, given = name.partition(",")
    if comma:
        return _words(given), _words(family)
    # What a hyphen joins belongs together.
    pieces = [words for piece in name.split() if (words := _words(piece))]
    starts = (at for at, words in enumerate(pieces) if at and words[0] in PARTICLES)
    at = next(starts, len(pieces) - 1)
    return _flat(pieces[:at]), _flat(pieces[at:])


def _words(text: str) -> list[str]:
    found = (key(match.group()) for match in WORD.finditer(view(text).text))
    return [word for word in found if word not in TITLES]


def _flat(pieces: list[list[str]]) -> list[str]:
    return [word for words in pieces for word in words]


def _without_e(word: str) -> str:
    return _UNSPELT.sub("", word) if len(word) >= _LONG_ENOUGH else word


def _bears(word: str) -> bool:
    return len(word) >= _TWO and word not in PARTICLES


def _has_case(word: str) -> bool:
    return word.upper() != word


def _is_ordinary(word: str) -> bool:
    """Say whether a word tells nothing alone: an everyday one, or so short that it could be any."""
    return word in EVERYDAY or (_has_case(word) and len(word) < FEWEST_LETTERS)


def _initials(bare: list[str]) -> Iterator[tuple[str, str]]:
    if len(bare) >= _TWO:
        first, last = bare[0], bare[-1]
        yield from ((first[0], last), (last, first[0]), (first, last[0]))


def _ways(given: list[str], family: list[str], bare: list[str]) -> Iterator[list[str]]:
    """Give the ways in which a whole name is written, each of two words or more."""
    ways = [given + family, family + given, [*bare[:1], *family], [*family, *bare[:1]]]
    ways += [[bare[0], bare[-1]], [bare[-1], bare[0]]] if len(bare) >= _TWO else []
    # A family name of several words ("de la Cruz") is as telling as a whole name.
    ways.append(family)
    for way in ways:
        # Alphabets without capitals often write a whole name as one word.
        if any(map(_bears, way)) and (len(way) >= _TWO or not _has_case(way[0])):
            yield way


def _lay(tree: Tree, way: list[str]) -> None:
    for word in way:
        tree = tree.setdefault(word, {})
    tree[END] = any(_bears(word) and not _is_ordinary(word) for word in way)
