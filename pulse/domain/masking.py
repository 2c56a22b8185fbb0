"""Masks names of staff, e-mail addresses and phone numbers in what people wrote.

    "Ask Anna Berg, 020 7946 0018"  ->  "Ask [name], [phone]"

Whoever wrote it stays hidden better without them, and whoever is named did not ask to be. The cost
is that of the text alone: words are looked up in sets and a tree, however many people are listed.
What this cannot find (nicknames, misspelt names, "the new team leader") is in docs/privacy.md.
"""

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from pulse.domain.everyday import PARTICLES, TITLES
from pulse.domain.letters import Stretch, joined, readable, view
from pulse.domain.name_list import END, NOBODY, Names, Tree
from pulse.domain.words import Word, words

# Finds phone numbers in a text: the library for it is loaded only where comments are published.
Phones = Callable[[str], list[Stretch]]


class Kind(StrEnum):
    """What was masked."""

    NAME = "name"
    MAIL = "e-mail"
    PHONE = "phone"

    @property
    def mask(self) -> str:
        """What stands in its place."""
        return f"[{self.value}]"


MASKS = re.compile("|".join(re.escape(kind.mask) for kind in Kind))
_AT = re.compile(r"@|\s?[\[({]\s?(?:at|ät)\s?[\])}]\s?", re.IGNORECASE)
_DOT = r"(?:\.|\s?[\[({]\s?(?:dot|punkt|point)\s?[\])}]\s?)"
_BEFORE_AT = re.compile(r"[\w.+%'&=~-]{1,64}\Z")
_AFTER_AT = re.compile(rf"[^\W_][\w-]{{0,62}}(?:{_DOT}[^\W_][\w-]{{0,62}}){{0,8}}", re.IGNORECASE)
_BEFORE = 64
_FEWEST_DIGITS = 6
_DIGIT = re.compile(r"\d")
# What may stand between two words of one name, and between two names that are masked as one.
_WITHIN_NAME = re.compile(r"[\s.,_/-]{0,3}\Z")
_BETWEEN = re.compile(r"[\s-]?\Z")


@dataclass(frozen=True, slots=True)
class Masked:
    """A text without what was masked, and how much that was of each kind."""

    text: str
    counts: Counter[Kind]


@dataclass(frozen=True, slots=True)
class Masker:
    """Masks what it is told to look for."""

    names: Names = NOBODY
    phones: Phones = lambda _: []

    def mask(self, text: str) -> Masked:
        """Mask a text. To mask what has been masked changes nothing.

        >>> from pulse.domain.name_list import listed
        >>> masker = Masker(listed(["Anna Berg"]))
        >>> masker.mask("Ask A. Berg or anna.berg@acme.example about Anna's rota.").text
        "Ask [name] or [e-mail] about [name]'s rota."
        """
        found: Counter[Kind] = Counter()
        text = readable(text)
        # What is gone may leave something that can now be seen; each round leaves fewer letters.
        while stretches := self._found(text):
            found.update(kind for _, kind in stretches)
            text = _replaced(text, stretches)
        return Masked(text, found)

    def _found(self, text: str) -> list[tuple[Stretch, Kind]]:
        seen = view(text)
        taken = [match.span() for match in MASKS.finditer(seen.text)]
        found: list[tuple[Stretch, Kind]] = []
        for kind, search in (
            (Kind.MAIL, _mails),
            (Kind.PHONE, self._numbers),
            (Kind.NAME, self._people),
        ):
            new = [each for each in joined(search(seen.text)) if not _overlaps(each, taken)]
            taken = sorted([*taken, *new])
            found += [(seen.stretch(each), kind) for each in new]
        return sorted(found)

    def _numbers(self, text: str) -> list[Stretch]:
        if sum(1 for _ in _DIGIT.finditer(text)) < _FEWEST_DIGITS:
            return []
        return self.phones(text)

    def _people(self, text: str) -> list[Stretch]:
        row = words(text, self.names)
        found: list[Stretch] = []
        at = 0
        while at < len(row):
            after = _whole_name(row, at, text, self.names) or _part_of_name(
                row, at, text, self.names
            )
            if after:
                found.append((row[at].start, row[after - 1].end))
            at = max(at + 1, after)
        return _as_one(found, text)


def _mails(text: str) -> Iterator[Stretch]:
    """Find addresses by their @, looking no farther to both sides than an address is long."""
    for at in _AT.finditer(text):
        before = _BEFORE_AT.search(text, max(0, at.start() - _BEFORE), at.start())
        after = _AFTER_AT.match(text, at.end())
        if before and after and any(map(str.isalpha, after.group())):
            yield before.start(), after.end()


def _whole_name(row: Sequence[Word], at: int, text: str, names: Names) -> int:
    """Give the place after the longest whole name that begins at a word; 0 where none does."""
    found, tree, capitals = 0, names.tree, True
    for place in range(at, len(row)):
        word = row[place]
        # A middle initial need not stand in the staff file.
        if place > at and word.is_initial and word.key not in tree:
            continue
        tree = _below(tree, word)
        if not tree or (place > at and not _are_close(row[place - 1], word, text)):
            break
        capitals = capitals and (word.is_capital or word.key in PARTICLES)
        if tree.get(END, False) or (capitals and END in tree):
            found = place + 1
    return found


def _below(tree: Tree, word: Word) -> Tree:
    """Go on in the tree by a word, or by its genitive where a name ends with that."""
    below: Tree = tree.get(word.key, {})
    genitive: Tree = tree.get(word.genitive, {}) if word.genitive else {}
    return genitive if END in genitive and END not in below else below


def _part_of_name(row: Sequence[Word], at: int, text: str, names: Names) -> int:
    """Give the place after a part of a name that gives somebody away; 0 where there is none."""
    word = row[at]
    following = row[at + 1] if at + 1 < len(row) else None
    is_pair = following is not None and _are_close(word, following, text)
    if following is not None and is_pair and _is_initialled(word, following, names):
        return at + 2
    if word.key in names.words and _is_titled(row, at, text):
        return at + 1
    owns = word.is_owner and word.key in names.words
    genitive = word.genitive is not None and names.is_name(word.genitive)
    return at + 1 if word.is_capital and (owns or genitive or names.is_name(word.key)) else 0


def _is_initialled(word: Word, following: Word, names: Names) -> bool:
    """Say whether two words are a name and an initial: "A. Berg", "Berg, A.", "Anna B."."""
    initial, other = (word, following) if word.is_initial else (following, word)
    if not (initial.is_initial and other.is_capital and not other.is_initial):
        return False
    if (word.key, following.key) not in names.initials:
        return False
    return initial.has_dot or names.is_name(other.key)


def _is_titled(row: Sequence[Word], at: int, text: str) -> bool:
    before = row[at - 1] if at else None
    return before is not None and before.key in TITLES and _are_close(before, row[at], text)


def _are_close(word: Word, following: Word, text: str) -> bool:
    return _WITHIN_NAME.match(text, word.end, following.start) is not None


def _as_one(found: list[Stretch], text: str) -> list[Stretch]:
    """Put neighbouring parts of a name together: "Anna Maria Berg" is masked once."""
    merged: list[Stretch] = []
    for start, end in found:
        if merged and _BETWEEN.match(text, merged[-1][1], start):
            merged[-1] = (merged[-1][0], end)
        else:
            merged.append((start, end))
    return merged


def _overlaps(stretch: Stretch, taken: Sequence[Stretch]) -> bool:
    """Say whether a stretch lies over one of others, which are in order and lie apart."""
    at = bisect_left(taken, stretch)
    before, after = taken[max(0, at - 1) : at], taken[at : at + 1]
    return any(end > stretch[0] for _, end in before) or any(
        start < stretch[1] for start, _ in after
    )


def _replaced(text: str, stretches: Sequence[tuple[Stretch, Kind]]) -> str:
    parts, last = [], 0
    for (start, end), kind in stretches:
        parts += [text[last:start], kind.mask]
        last = end
    return "".join([*parts, text[last:]])
