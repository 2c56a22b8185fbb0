"""The door at which a respondent starts: an invitation for one blind signature.

It knows who asks and never sees the token. What the signature is good for, the ballot, goes later
and through another door, which knows nobody.
"""

from dataclasses import dataclass

from flask import Blueprint, Response

from pulse import installation
from pulse.db import transaction
from pulse.domain import base64url
from pulse.domain.errors import Invalid, PulseError
from pulse.invitations import redemption
from pulse.invitations.redemption import Claim, Redeemed
from pulse.web import short_answers
from pulse.web.guard import public
from pulse.web.questionnaire import refuse_late

blueprint = Blueprint("issue", __name__)

_LARGEST_REQUEST = 4 * 1024


@dataclass(frozen=True, slots=True)
class _Asked:
    wave: int
    secret: str
    blinded: bytes


@blueprint.post("/issue")
@public("whoever holds a link or a code may start")
def issue() -> Response:
    body = short_answers.asked(_LARGEST_REQUEST)
    try:
        redeemed = _redeem(_asked(body))
    except PulseError as error:
        return short_answers.refusal(error)
    signature = base64url.encode(redeemed.signature)
    return short_answers.given({"signature": signature, "labels": redeemed.labels})


def _redeem(asked: _Asked) -> Redeemed:
    refuse_late(asked.wave)
    claim = Claim(asked.wave, asked.blinded)
    with transaction() as session:
        return redemption.redeem(session, claim, asked.secret, installation.secrets())


def _asked(body: object) -> _Asked:
    match body:
        case {"wave": int(wave), "secret": str(secret), "blinded": str(blinded)}:
            if short_answers.is_wave(wave):
                return _Asked(wave, secret, base64url.decode(blinded, "blinded"))
    raise Invalid("This is no request for a signature.", "body")
