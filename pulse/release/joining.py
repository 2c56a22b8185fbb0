"""When two waves may be joined in one figure: the same group, as it was defined, asked the same.

Lines and changes both go by this rule, so an arrow never stands where a line is broken.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from pulse.domain.cells import Released
from pulse.domain.dimension import CROSS
from pulse.domain.labels import NOT_STATED
from pulse.release.values import Asked, Group

# A change is told from as many ballots in both waves, and from as many per cent of those asked.
FEWEST = 10
LOWEST_RATE = 25
OTHER_QUESTIONS = "Other questions were asked than in the wave before."
NOTHING_BEFORE = "Nothing of the group is shown for the wave before."
TOO_FEW = "Too few answers to say whether this changed."
TOO_SILENT = "Fewer than a quarter of those asked took part, so no change is stated."
_UNIT = re.compile(r"u\d+")
_NAMED = 8


@dataclass(frozen=True, slots=True)
class Side:
    """One wave's figure, as far as joining goes: whose it is, and what it is computed from."""

    survey_id: int
    group: Group | None
    behind: frozenset[Asked]


def parted(before: Side, now: Side, names: Mapping[str, str]) -> str | None:
    """Say why two waves must not be joined; None where they may.

    `names` gives the names of units by code. A renamed group has the same code and members; one
    that other units or classes make up is another group, whatever it is called.
    """
    one, other = before.group, now.group
    if one is None or other is None or not (one.shown and other.shown):
        return NOTHING_BEFORE
    if before.behind != now.behind:
        return OTHER_QUESTIONS
    # Everybody asked by one survey is the same group, however the company divides itself.
    if one.is_everyone and other.is_everyone and before.survey_id == now.survey_id:
        return None
    return _changed(one, other, names)


def untold(before: Group, now: Group) -> str | None:
    """Say why no change is stated between two waves that are joined; None where one is."""
    sides = (before, now)
    if any(_number(side.ballots) < FEWEST for side in sides):
        return TOO_FEW
    if any(_number(side.rate) < LOWEST_RATE for side in sides):
        return TOO_SILENT
    return None


def _number(number: object) -> float:
    return float(number.value) if isinstance(number, Released) else 0


def _changed(before: Group, now: Group, names: Mapping[str, str]) -> str | None:
    """Say how a group changed; None where the same units or classes make it up as before."""
    old, new = set(before.members), set(now.members)
    parts = [
        f"{word} {_listed({_plain(unit, now.dimension) for unit in units}, names)}"
        for word, units in (("with", new - old), ("without", old - new))
        if units
    ]
    return f"The group changed: now {' and '.join(parts)}." if parts else None


def _plain(member: str, dimension: str) -> str:
    """Give a unit or class alone; a crossing keeps it with the code of the part it lies in."""
    return member.partition(CROSS)[2] if CROSS in dimension else member


def _listed(members: set[str], names: Mapping[str, str]) -> str:
    """Name the first members and count the rest, with units that no release ever named."""
    named = [code for code in members if code in names or not _UNIT.fullmatch(code)]
    found = sorted((names.get(code, code) or NOT_STATED for code in named), key=str.casefold)
    listed, more = found[:_NAMED], len(found) - _NAMED
    if more > 0:
        listed.append(f"{more} more")
    if nameless := len(members) - len(named):
        listed.append("a small unit" if nameless == 1 else f"{nameless} small units")
    return ", ".join(listed)
