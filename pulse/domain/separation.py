"""Kinds of separation and the words HR systems use for them.

A file's own words (an employment status, a reason for leaving) are read against a fixed
vocabulary. A word nobody has seen before is reported as unknown: it never counts as any kind
until HR says which one it is.
"""

import re
from enum import StrEnum
from functools import lru_cache


class Separation(StrEnum):
    """Why an employment ended, in the three kinds the turnover literature keeps apart."""

    VOLUNTARY = "voluntary"
    INVOLUNTARY = "involuntary"
    OTHER = "other"


class Meaning(StrEnum):
    """What a status or reason word says when it names no kind of separation."""

    EMPLOYED = "employed"
    LEFT = "left"
    UNKNOWN = "unknown"


_EMPLOYED = """
    active|employed|still employed|n a still employed|n a stillemployed|current|current employee
    leave of absence|on leave|parental leave|maternity leave|sabbatical|future start|hired
    aktiv|probation|full time|part time|regular|n a|na|none|no|suspended|working notice
    onboarding|not terminated
""".replace("\n", "|")
_LEFT = "inactive|terminated|left|leaver|former|former employee|separated|yes|ausgetreten"
_VOLUNTARY = """
    voluntary|voluntarily terminated|voluntary termination|voluntary separation|v|vol|resignation
    resigned|quit|another position|new position|unhappy|more money|career change|hours
    return to school|relocation|relocation out of area|maternity leave did not return|better pay
    job abandonment|personal reasons|family reasons|commute|employee resignation|kündigung an
    dissatisfied|education|work life balance|career development
""".replace("\n", "|")
_INVOLUNTARY = """
    involuntary|involuntarily terminated|involuntary termination|involuntary separation|invol
    terminated for cause|for cause|dismissed|dismissal|discharged|fired|attendance|performance
    no call no show|gross misconduct|misconduct|redundancy|redundant|laid off|layoff|lay off
    reduction in force|rif|position eliminated|restructuring|failed probation|kündigung ag
    poor performance|policy violation
""".replace("\n", "|")
_OTHER = """
    other|retired|retirement|retiring|early retirement|death|deceased|died|medical issues|military
    end of contract|end of fixed term|contract ended|contract expired|end of assignment|disability
    end of temporary contract|ill health|mutual agreement|transfer to affiliate|visa expired
    end of internship|befristung
""".replace("\n", "|")

# Parts of words that decide on their own; the first that fits wins, so "involuntary" stands first.
_PARTS: tuple[tuple[str, Separation], ...] = (
    ("involuntar", Separation.INVOLUNTARY),
    ("voluntar", Separation.VOLUNTARY),
    ("resign", Separation.VOLUNTARY),
    ("dismiss", Separation.INVOLUNTARY),
    ("redundan", Separation.INVOLUNTARY),
    ("retire", Separation.OTHER),
    ("deceased", Separation.OTHER),
)


@lru_cache(maxsize=4096)
def normal(text: str) -> str:
    """Bring a word to the form it is compared in.

    >>> normal(" N/A-StillEmployed ")
    'n a stillemployed'
    """
    return " ".join(re.sub(r"[\W_]+", " ", text.casefold()).split())


def _words(text: str) -> tuple[str, ...]:
    return tuple(word.strip() for word in text.split("|") if word.strip())


_VOCABULARY: dict[str, Separation | Meaning] = {
    **dict.fromkeys(_words(_EMPLOYED), Meaning.EMPLOYED),
    **dict.fromkeys(_words(_LEFT), Meaning.LEFT),
    **dict.fromkeys(_words(_VOLUNTARY), Separation.VOLUNTARY),
    **dict.fromkeys(_words(_INVOLUNTARY), Separation.INVOLUNTARY),
    **dict.fromkeys(_words(_OTHER), Separation.OTHER),
}


@lru_cache(maxsize=4096)
def meaning(text: str) -> Separation | Meaning | None:
    """Say what a word means; None for an empty cell.

    >>> meaning("Voluntarily Terminated"), meaning("Terminated for Cause")
    (<Separation.VOLUNTARY: 'voluntary'>, <Separation.INVOLUNTARY: 'involuntary'>)
    >>> meaning("Active"), meaning("Fatal attraction"), meaning(" - ")
    (<Meaning.EMPLOYED: 'employed'>, <Meaning.UNKNOWN: 'unknown'>, None)
    """
    word = normal(text)
    if not word:
        return None
    if word in _VOCABULARY:
        return _VOCABULARY[word]
    for part, kind in _PARTS:
        if part in word:
            return kind
    return Meaning.UNKNOWN
