"""Serves the browser's side of a ballot: one built file, its published sum, and its address.

The address carries the sum, so browsers keep the file for ever; the page names the sum as well,
so a browser runs no other file than the one that the page was written for.
"""

import base64
import gzip
import hashlib
from dataclasses import dataclass
from pathlib import Path

from flask import Blueprint, Response, current_app, request, url_for

from pulse.domain.errors import BadSetting
from pulse.web.guard import public

blueprint = Blueprint("script", __name__)

FOREVER = "public, max-age=31536000, immutable"
_KEPT = "pulse_script"
_VERSION_LENGTH = 16


@dataclass(frozen=True, slots=True)
class Script:
    """The built file: its address, its SHA-256 as published, and its sum as browsers check it."""

    url: str
    sha256: str
    integrity: str


@dataclass(frozen=True, slots=True)
class _Built:
    body: bytes
    packed: bytes
    sha256: str
    integrity: str


def script() -> Script:
    """Give what a page needs to name the script. Raises BadSetting where it is not built."""
    built = _built()
    url = url_for("script.ballot", v=built.sha256[:_VERSION_LENGTH])
    return Script(url, built.sha256, built.integrity)


@blueprint.app_template_global("ballot_script")
def ballot_script() -> Script:
    """Give the script to templates."""
    return script()


@blueprint.get("/ballot.js")
@public("the script of the questionnaire, the same for everyone")
def ballot() -> Response:
    built = _built()
    packed = request.accept_encodings["gzip"] > 0
    response = Response(built.packed if packed else built.body, mimetype="text/javascript")
    response.vary.add("Accept-Encoding")
    if packed:
        response.content_encoding = "gzip"
    if request.args.get("v") == built.sha256[:_VERSION_LENGTH]:
        response.headers["Cache-Control"] = FOREVER
    return response


def _built() -> _Built:
    """Read the file once for each application."""
    kept: _Built | None = current_app.extensions.get(_KEPT)
    if kept is None:
        kept = current_app.extensions[_KEPT] = _read()
    return kept


def _read() -> _Built:
    path = Path(current_app.static_folder or "") / "built" / "ballot.js"
    try:
        body = path.read_bytes()
    except FileNotFoundError as error:
        raise BadSetting(f"The script {path} is not built: run .ci/build.") from error
    integrity = "sha384-" + base64.b64encode(hashlib.sha384(body).digest()).decode()
    packed = gzip.compress(body, mtime=0)
    return _Built(body, packed, hashlib.sha256(body).hexdigest(), integrity)
