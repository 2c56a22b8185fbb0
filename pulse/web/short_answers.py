"""Questions and answers of a program instead of a person: a few values of JSON, a word of JSON.

The respondent's own script asks; it turns each word into a sentence on the page.
"""

import json

from flask import Response, jsonify, request

from pulse.domain.errors import (
    AlreadyTaken,
    BadSetting,
    NotFound,
    PulseError,
    TokenSpent,
    UnknownCode,
    WaveNotOpen,
)
from pulse.web.addresses import LARGEST_ID

_WORDS: tuple[tuple[type[PulseError], str, int], ...] = (
    (AlreadyTaken, "elsewhere", 409),
    (TokenSpent, "spent", 409),
    (WaveNotOpen, "closed", 410),
    (UnknownCode, "unknown", 404),
    (NotFound, "closed", 410),
)


def asked(largest: int) -> object:
    """Read the JSON of a request; None for whatever is none. Aborts with 413 where it is longer."""
    request.max_content_length = largest
    body = request.get_data(cache=False)
    try:
        return json.loads(body.decode()) if request.is_json else None
    except (ValueError, RecursionError):
        return None  # RecursionError is for brackets within brackets, a thousand deep.


def is_wave(number: object) -> bool:
    """Say whether a value can be the number of a wave: JSON's `true` is none, nor is 10 ** 30."""
    return type(number) is int and 0 < number <= LARGEST_ID


def refusal(error: PulseError) -> Response:
    """Say in one word why something was refused. A fault of ours is raised on, as no refusal."""
    if isinstance(error, BadSetting):
        raise error
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
