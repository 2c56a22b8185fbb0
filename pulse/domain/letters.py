"""Texts as a reader sees them: what is invisible is left out, and look-alikes are one letter.

A name must not escape a search because a letter is wide, accented, borrowed from another alphabet
or followed by something that nobody sees. So texts are searched in a second form, a `View`, in
which each letter knows its place in the text; the text itself stays as it was written.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

# Places of a text, from the first letter to the one after the last.
Stretch = tuple[int, int]

# Letters that take room in a text and none on a page.
_EMPTY = frozenset("\u115f\u1160\u3164\uffa0\u2800")
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Mn", "Me"})
# Joiners that scripts and emoji need stay in the text; other controls say nothing to a reader.
_JOINERS = "\u200c\u200d"
_LINES = "\n\t"
# Latin letters that do not decompose, and those of Cyrillic and Greek that look Latin.
_ALIKE = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "æ": "ae", "œ": "oe", "\u0131": "i", "þ": "th"}
    | dict(zip("авеіјкмнорсѕтухԁһԛԝ", "abeijkmhopcstyxdhqw", strict=True))
    | dict(zip("αβεικνορτυχ", "abeikvoptux", strict=True))
)
_APOSTROPHES = re.compile("['\u2018\u2019\u02bc`\u00b4]")


@dataclass(frozen=True, slots=True)
class View:
    """The letters of a text that are seen, and the place of each; None where no place changed."""

    text: str
    places: tuple[int, ...] | None
    whole: int

    def stretch(self, found: Stretch) -> Stretch:
        """Give the places in the text itself, with the unseen letters that follow."""
        if self.places is None:
            return found
        start, end = found
        after = self.places[end] if end < len(self.places) else self.whole
        return self.places[start], max(after, self.places[end - 1] + 1)


def view(text: str) -> View:
    """Make the form in which a text is searched, in one pass.

    >>> view("A\u200bnn\u0061\u0308 \uff22erg").text
    'Anna Berg'
    """
    if text.isascii():
        return View(text, None, len(text))
    seen = [(letter, at) for at, raw in enumerate(text) for letter in _seen(raw)]
    return View("".join(letter for letter, _ in seen), tuple(at for _, at in seen), len(text))


def readable(text: str) -> str:
    r"""Take out what no reader sees, such as controls and changes of direction.

    >>> readable("one\x07\u202e two\u200b\n")
    'one two\n'
    """
    return "".join(letter for letter in text if _stays(letter))


def key(word: str) -> str:
    """Give the form of a word under which it is looked up; it is given as seen in a view.

    >>> key("O\u2019BRIEN"), key("Strauß"), key("\u0410nna")
    ('obrien', 'strauss', 'anna')
    """
    return _APOSTROPHES.sub("", word).casefold().translate(_ALIKE)


def folded(text: str) -> str:
    """Give the form of a text in which words are searched for by readers.

    >>> folded("  Ärger\u00a0im  BÜRO ")
    'arger im buro'
    """
    return " ".join(key(view(text).text).split())


def joined(stretches: Iterable[Stretch]) -> list[Stretch]:
    """Put stretches in order, and those that touch or overlap together.

    >>> joined([(4, 6), (0, 2), (5, 9), (9, 10)])
    [(0, 2), (4, 10)]
    """
    found: list[Stretch] = []
    for start, end in sorted(stretches):
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        else:
            found.append((start, end))
    return found


@cache
def _seen(letter: str) -> str:
    if letter in _LINES:
        return letter
    parts = unicodedata.normalize("NFKD", letter)
    return "".join(part for part in parts if not _is_unseen(part))


def _is_unseen(letter: str) -> bool:
    return letter in _EMPTY or unicodedata.category(letter) in _UNSEEN


@cache
def _stays(letter: str) -> bool:
    kept = letter in _LINES or letter in _JOINERS
    return kept or unicodedata.category(letter) not in {"Cc", "Cf", "Cs", "Co", "Cn"}
