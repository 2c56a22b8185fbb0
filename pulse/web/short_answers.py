"""Answers to a program instead of a person: a word of JSON, or nothing at all.

The respondent's own script asks; it turns each word into a sentence on the page.
"""

from flask import Response, jsonify

from pulse.domain.errors import (
    AlreadyTaken,
    NotFound,
    PulseError,
    TokenSpent,
    UnknownCode,
    WaveNotOpen,
)

_WORDS: tuple[tuple[type[PulseError], str, int], ...] = (
    (AlreadyTaken, "elsewhere", 409),
    (TokenSpent, "spent", 409),
    (WaveNotOpen, "closed", 410),
    (UnknownCode, "unknown", 404),
    (NotFound, "closed", 410),
)


def refusal(error: PulseError) -> Response:
    """Say in one word why something was refused."""
    for kind, word, status in _WORDS:
        if isinstance(error, kind):
            return _said({"problem": word}, status)
    return _said({"problem": "invalid"}, 422)


def given(values: dict[str, object]) -> Response:
    """Give what was asked for."""
    return _said(values, 200)


def _said(values: dict[str, object], status: int) -> Response:
    answer = jsonify(values)
    answer.status_code = status
    return answer
