"""For whoever watches over the installation: is it alive, is it fit, its figures.

The first two are open and say nothing that a stranger might use; figures are for a token.
Requests are not counted: each process of the web would only know its own.
"""

import hmac
from importlib import import_module

from flask import Blueprint, abort, jsonify, request
from werkzeug.wrappers import Response

from pulse import clock, health
from pulse.config import settings
from pulse.domain import readiness
from pulse.web.guard import public

# Loaded when somebody asks for figures: it would make every start of the web slower.
_EXPOSITION = "pulse.web.exposition"

blueprint = Blueprint("health", __name__)


@blueprint.get("/healthz")
@public("says only that this process answers")
def alive() -> Response:
    return jsonify(alive=True)


@blueprint.get("/readyz")
@public("a word for each part and no figure")
def ready() -> Response:
    found = health.condition(clock.now())
    answer = jsonify(ready=readiness.is_ready(found), **readiness.words(found))
    answer.status_code = 200 if readiness.is_ready(found) else 503
    return answer


@blueprint.get("/metrics")
@public("a bearer token opens it, not a session")
def metrics() -> Response:
    """Give the figures as Prometheus reads them; nothing without a token in the settings."""
    token = settings().metrics_token.get_secret_value()
    if not token:
        abort(404)
    brought = request.authorization
    if brought is None or not hmac.compare_digest((brought.token or "").encode(), token.encode()):
        return Response("A bearer token is needed.\n", 401, {"WWW-Authenticate": "Bearer"})
    exposition = import_module(_EXPOSITION)
    return Response(exposition.text(health.figures(clock.now())), mimetype=exposition.MIMETYPE)
