"""The slit of the ballot box: takes sealed ballots, and says whether one is in.

This door knows no person: it imports neither people, accounts nor invitations, sets and reads no
cookie, keeps nothing of the request, and cannot read what it takes.
"""

import re

from flask import Blueprint, Response, request

from pulse.ballots import box
from pulse.db import box_transaction
from pulse.domain import token
from pulse.domain.errors import Invalid, PulseError
from pulse.web import short_answers
from pulse.web.guard import public
from pulse.web.questionnaire import refuse_late

blueprint = Blueprint("ballot_box", __name__)

_LARGEST_BALLOT = 256 * 1024
_LARGEST_QUESTION = 1024
_RECEIPT = re.compile("[0-9a-f]{64}")


@blueprint.post("/ballot")
@public("whoever holds an unspent token may drop one ballot")
def drop() -> Response:
    request.max_content_length = _LARGEST_BALLOT
    body = request.get_data(cache=False)
    try:
        _refuse_late(body)
        with box_transaction() as connection:
            box.drop(connection, body)
    except PulseError as error:
        return short_answers.refusal(error)
    return Response(status=204)


@blueprint.post("/receipt")
@public("whoever holds a receipt may ask whether its ballot is in the box")
def receipt() -> Response:
    body = short_answers.asked(_LARGEST_QUESTION)
    try:
        wave, digest = _asked(body)
        with box_transaction() as connection:
            found = box.holds(connection, wave, digest)
    except PulseError as error:
        return short_answers.refusal(error)
    return short_answers.given({"in_box": found})


def _refuse_late(body: bytes) -> None:
    wave = token.wave_of(body[: token.PREPARED_BYTES])
    if wave is None or not short_answers.is_wave(wave):
        raise Invalid("This is no ballot.", "ballot")
    refuse_late(wave)


def _asked(body: object) -> tuple[int, bytes]:
    match body:
        case {"wave": int(wave), "receipt": str(text)}:
            if short_answers.is_wave(wave) and _RECEIPT.fullmatch(text):
                return wave, bytes.fromhex(text)
    raise Invalid("This is no receipt.", "receipt")
