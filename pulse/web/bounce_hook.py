"""The door for bounces that a mail service posts, signed as Standard Webhooks are.

    {"type": "mail.bounced", "data": {"report": "<the whole report, RFC 3464>"}}
    {"type": "mail.bounced", "data": {"message_id": "<…>", "recipient": "…", "status": "5.1.1"}}

Only somebody with the secret is listened to, and only for five minutes: the time of sending is
part of what is signed. Posting the same twice does no more than once. The answer is the same
whether or not the bounce was one of ours.
"""

from typing import Any

from flask import Blueprint, Response, request
from standardwebhooks.webhooks import Webhook

from pulse import clock
from pulse.config import settings
from pulse.db import transaction
from pulse.domain import bounce
from pulse.domain.bounce import Bounce
from pulse.domain.errors import Invalid, NotAllowed, NotFound
from pulse.outbox import suppression
from pulse.web.guard import public

blueprint = Blueprint("bounce_hook", __name__)

_LARGEST = 2 * 1024 * 1024


@blueprint.post("/hooks/bounces")
@public("a mail service with the shared secret posts bounces here")
def receive() -> Response:
    request.max_content_length = _LARGEST
    secret = settings().bounce_secret.get_secret_value()
    if not secret:
        raise NotFound("This installation takes no bounces here.")
    found = _bounces(_verified(secret))
    with transaction() as session:
        suppression.believe(session, found, clock.now().date())
    return Response(status=204)


def _verified(secret: str) -> dict[str, Any]:
    """Give what was posted. Raises NotAllowed for anything that is not signed, now, with the key.

    The library meets headers that make no sense with errors of many kinds; all mean the same.
    """
    body = request.get_data(cache=False)
    try:
        told = Webhook(secret).verify(body, dict(request.headers))
    except Exception as error:
        raise NotAllowed("The signature of this request is missing, old or wrong.") from error
    if not isinstance(told, dict) or not isinstance(told.get("data"), dict):
        raise Invalid("A bounce has an object called data.", "data")
    data: dict[str, Any] = told["data"]
    return data


def _bounces(data: dict[str, Any]) -> tuple[Bounce, ...]:
    report = data.get("report")
    if isinstance(report, str):
        return bounce.read(report.encode("utf-8", "replace"))
    words = [data.get(name) for name in ("message_id", "recipient", "status")]
    if not all(isinstance(word, str) for word in words):
        raise Invalid("A bounce has a report, or message_id, recipient and status.", "data")
    found = bounce.told(*map(str, words))
    return (found,) if found else ()
