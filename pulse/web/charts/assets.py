"""Serves Plotly from the installed package: compressed once, cached by browsers for ever.

Under our content security policy the rules that Plotly injects are refused, so they are read
out of its bundle and served as one stylesheet, which Plotly recognises by id and class. One
more sheet, for maps that we never draw, is held back by an element with the id it looks for.
"""

import gzip
import hashlib
import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from flask import Blueprint, Response, request, url_for
from werkzeug.exceptions import NotFound

from pulse.web.guard import public

blueprint = Blueprint("chart_files", __name__, url_prefix="/charts")

FOREVER = "public, max-age=31536000, immutable"
_DIGEST_LENGTH = 16
# The highest effort takes twice as long and saves three kilobytes of one and a half million.
_EFFORT = 6
_RULES = re.compile(r'\{"X,X div":.*?\};for\(', re.DOTALL)
_TEXT = r'(?:"(?P<{0}_double>(?:[^"\\]|\\.)*)"|\'(?P<{0}_single>(?:[^\'\\]|\\.)*)\')'
_RULE = re.compile(rf"(?:{_TEXT.format('key')}|(?P<key_bare>\w+)):{_TEXT.format('value')}")
_GUARD = re.compile(
    r'if\(!document\.getElementById\("(?P<id>\w+)"\)\)\{var \w+=document\.createElement\("style"\)'
)


@dataclass(frozen=True, slots=True)
class Asset:
    """A file that never changes under its address."""

    body: bytes
    mimetype: str
    digest: str
    compressed: bytes


@dataclass(frozen=True, slots=True)
class PageFiles:
    """What a page with charts links to."""

    script_url: str
    style_url: str
    guard_id: str | None


@cache
def bundle() -> Asset:
    """Give plotly.min.js as installed."""
    path = files("plotly") / "package_data" / "plotly.min.js"
    return _asset(path.read_bytes(), "text/javascript")


@cache
def stylesheet() -> Asset:
    """Give the rules that the bundle would inject."""
    return _asset(injected_rules(bundle().body.decode()).encode(), "text/css")


@cache
def guard_id() -> str | None:
    """Give the id that keeps the bundle from adding its style element for maps."""
    found = _GUARD.search(bundle().body.decode())
    return found["id"] if found else None


def injected_rules(script: str) -> str:
    """Read Plotly's style rules out of its bundle.

    Plotly inserts each rule before the ones it inserted earlier, so the sheet is in the opposite
    order. Raises LookupError when the bundle holds no rules in the known form.
    """
    found = _RULES.search(script)
    if found is None:
        raise LookupError("The installed plotly.min.js holds no style rules in the known form.")
    rules = [_rule(match) for match in _RULE.finditer(found[0])]
    return "\n".join(reversed(rules))


def _rule(match: re.Match[str]) -> str:
    parts = match.groupdict(default="")
    key = parts["key_double"] + parts["key_single"] + parts["key_bare"]
    value = parts["value_double"] + parts["value_single"]
    selector = key.replace("X", ".js-plotly-plot .plotly").replace("Y", ".plotly-notifier")
    return f"{selector}{{{value}}}"


@blueprint.app_template_global("plotly_files")
def plotly_files() -> PageFiles:
    """Give the addresses for the head of a page with charts."""
    return PageFiles(
        url_for("chart_files.script", digest=bundle().digest),
        url_for("chart_files.style", digest=stylesheet().digest),
        guard_id(),
    )


@blueprint.get("/plotly-<digest>.js")
@public("a published library, the same for everyone")
def script(digest: str) -> Response:
    return _respond(bundle(), digest)


@blueprint.get("/plotly-<digest>.css")
@public("the styles of a published library, the same for everyone")
def style(digest: str) -> Response:
    return _respond(stylesheet(), digest)


def _respond(asset: Asset, digest: str) -> Response:
    if digest != asset.digest:
        raise NotFound
    response = Response(asset.body, mimetype=asset.mimetype)
    if request.accept_encodings.quality("gzip"):
        response = Response(asset.compressed, mimetype=asset.mimetype)
        response.headers["Content-Encoding"] = "gzip"
    response.headers["Cache-Control"] = FOREVER
    response.vary.add("Accept-Encoding")
    return response


def _asset(body: bytes, mimetype: str) -> Asset:
    digest = hashlib.sha256(body).hexdigest()[:_DIGEST_LENGTH]
    return Asset(body, mimetype, digest, gzip.compress(body, _EFFORT, mtime=0))
