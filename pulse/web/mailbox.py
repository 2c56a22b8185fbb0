"""The demo's mailbox: every mail sent to the invented company, and nowhere else.

A mail's HTML is shown in a frame that may run nothing and load nothing.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from email import policy
from email.message import EmailMessage
from email.parser import BytesHeaderParser, BytesParser
from pathlib import Path

from flask import Blueprint, Response, render_template, request

from pulse.config import Mode, settings
from pulse.domain.errors import NotFound
from pulse.web.guard import public
from pulse.web.headers import POLICY

blueprint = Blueprint("mailbox", __name__)

_SHOWN = 50
_FRAME_POLICY = "default-src 'none'; style-src 'unsafe-inline'; sandbox; frame-ancestors 'self'"
_WHY = "the mails of a demo go to invented people"


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail as the pages show it; the list needs no bodies."""

    key: str
    sender: str
    to: str
    subject: str
    text: str = ""
    html: str = ""


@blueprint.get("/mailbox")
@public(_WHY, knows_visitor=True)
def index() -> str:
    folder = _folder()
    wanted = request.args.get("to", "").strip().lower()
    found = [item for item in _heads(_newest(folder, wanted)) if wanted in item.to.lower()]
    return render_template(
        "admin/mailbox.html",
        letters=found[:_SHOWN],
        count=len(found) if wanted else len(_files(folder)),
        wanted=wanted,
    )


@blueprint.get("/mailbox/<key>")
@public(_WHY, knows_visitor=True)
def letter(key: str) -> Response:
    page = Response(render_template("admin/mailbox_letter.html", letter=_letter(key)))
    page.headers["Content-Security-Policy"] = f"{POLICY}; frame-src 'self'"
    return page


@blueprint.get("/mailbox/<key>/html")
@public(_WHY)
def html(key: str) -> Response:
    page = Response(_letter(key).html, mimetype="text/html")
    page.headers["Content-Security-Policy"] = _FRAME_POLICY
    page.headers["X-Frame-Options"] = "SAMEORIGIN"
    return page


def _folder() -> Path:
    chosen = settings()
    if chosen.mode is not Mode.DEMO:
        raise NotFound("Only a demo has a mailbox here.")
    return chosen.maildir


def _files(folder: Path) -> list[Path]:
    return list((folder / "new").glob("*"))


def _newest(folder: Path, wanted: str) -> list[Path]:
    """Give the newest mails; all of them where one is searched for."""
    files = sorted(_files(folder), key=lambda item: item.stat().st_mtime_ns, reverse=True)
    return files if wanted else files[:_SHOWN]


def _heads(files: list[Path]) -> Iterator[Letter]:
    for path in files:
        with path.open("rb") as file:
            head = BytesHeaderParser(policy=policy.default).parse(file)
        yield Letter(path.name, str(head["From"]), str(head["To"]), str(head["Subject"]))


def _letter(key: str) -> Letter:
    path = next((item for item in _files(_folder()) if item.name == key), None)
    if path is None:
        raise NotFound("There is no such mail.")
    message = BytesParser(policy=policy.default).parsebytes(path.read_bytes())
    return Letter(
        key,
        str(message["From"]),
        str(message["To"]),
        str(message["Subject"]),
        _part(message, "plain"),
        _part(message, "html"),
    )


def _part(message: EmailMessage, kind: str) -> str:
    found = message.get_body((kind,))
    return str(found.get_content()) if found is not None else ""
