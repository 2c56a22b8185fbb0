"""The words of a text, each with what it takes to tell a name by: its key, its capital, its dot."""

import re
from dataclasses import dataclass

from pulse.domain.letters import key
from pulse.domain.name_list import FEWEST_LETTERS, WORD, Names

_APOSTROPHE = re.compile("['\u2018\u2019\u02bc`\u00b4]")


@dataclass(frozen=True, slots=True)
class Word:
    """A word with its place. `genitive` is its key without a last s ("Bergs"), if it has one.

    `is_owner` says that an apostrophe and an s follow it. A word has one where any letter is
    no small one, as in alphabets without cases.
    """

    start: int
    end: int
    key: str
    genitive: str | None
    is_capital: bool
    is_owner: bool
    has_dot: bool

    @property
    def is_initial(self) -> bool:
        """Whether it is one capital letter."""
        return self.is_capital and self.end - self.start == 1


def words(text: str, names: Names) -> list[Word]:
    """Cut a text, as seen in a view, into its words.

    An apostrophe is part of a word where that is a known name (O'Brien), and parts words otherwise
    (l'Anna); "Anna's" is the word "Anna", which owns something.

    >>> from pulse.domain.name_list import listed
    >>> [word.key for word in words("Anna's and O'Brien's, l'Anna", listed(["Pat O'Brien"]))]
    ['anna', 'and', 'obrien', 'l', 'anna']
    """
    found: list[Word] = []
    for match in WORD.finditer(text):
        start, end = match.span()
        pieces = _pieces(text, start, end)
        is_owner = len(pieces) > 1 and text[slice(*pieces[-1])] in {"s", "S"}
        pieces = pieces[:-1] if is_owner else pieces
        whole = (start, pieces[-1][1])
        if len(pieces) > 1 and key(text[slice(*whole)]) in names.words:
            pieces = [whole]
        last = len(pieces) - 1
        found += [_word(text, piece, is_owner and at == last) for at, piece in enumerate(pieces)]
    return found


def _pieces(text: str, start: int, end: int) -> list[tuple[int, int]]:
    pieces = []
    for mark in _APOSTROPHE.finditer(text, start, end):
        pieces.append((start, mark.start()))
        start = mark.end()
    return [*pieces, (start, end)]


def _word(text: str, piece: tuple[int, int], is_owner: bool) -> Word:  # noqa: FBT001  (a fact about it)
    start, end = piece
    looked_up = key(text[start:end])
    genitive = looked_up[:-1] if looked_up.endswith("s") and end - start > FEWEST_LETTERS else None
    is_capital = any(not letter.islower() for letter in text[start:end] if letter.isalpha())
    return Word(start, end, looked_up, genitive, is_capital, is_owner, text[end : end + 1] == ".")
