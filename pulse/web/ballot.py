"""The questionnaire, its manifest and its thank-you page, the same bytes for everyone.

This door knows no person: it imports neither people, accounts nor invitations, touches no
session and sets no cookie. A page is rendered once for each manifest and kept in the process.
Taking an answer on somebody's behalf is the door beside this one, `assisted`.
"""

import gzip
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from flask import Blueprint, Response, current_app, request

from pulse.db import reading
from pulse.domain import answers, scale
from pulse.domain.answers import Problem
from pulse.domain.errors import NotFound
from pulse.domain.manifest import Manifest, Question
from pulse.domain.scale import Choice, Scale
from pulse.domain.shard_layout import COMMENT_LENGTH
from pulse.domain.wave_state import WaveState
from pulse.surveys import waves
from pulse.surveys.waves import WaveInfo
from pulse.web.guard import public

blueprint = Blueprint("ballot", __name__)

_PAGES = "pulse_questionnaires"
_SECONDS_SCORED = 9
_SECONDS_OPEN = 30


@dataclass(frozen=True, slots=True)
class Item:
    """One question as the page shows it, with what was given and what is wrong with it."""

    number: int
    field: str
    text: str
    choices: tuple[Choice, ...]
    is_open: bool
    is_row: bool
    given: str
    problem: str | None


@dataclass(frozen=True, slots=True)
class Attempt:
    """A form that could not be taken: what was given, and what is wrong."""

    given: Mapping[str, str]
    problems: Sequence[Problem]

    def problem(self, field: str) -> str | None:
        return next((item.message for item in self.problems if item.field == field), None)


@blueprint.get("/s/<int:wave>")
@public("whoever has a link or a code may answer")
def questionnaire(wave: int) -> Response:
    info = _info(wave)
    return _kept_page(info) if takes_answers(info) else not_open(info)


@blueprint.get("/s/<int:wave>/thanks")
@public("the same words for everyone who answered")
def thanks(wave: int) -> Response:
    info = _info(wave)
    return page(
        "ballot/thanks.html",
        wave=wave,
        title=info.title,
        closes=day_and_time(info.closes_at),
        closes_iso=info.closes_at.isoformat(),
    )


@blueprint.get("/s/<int:wave>/manifest.json")
@public("everybody may compute the fingerprint themselves")
def manifest(wave: int) -> Response:
    return Response(manifest_of(_info(wave)).canonical(), mimetype="application/json")


def takes_answers(info: WaveInfo) -> bool:
    """Say whether the wave is open."""
    return info.state is WaveState.OPEN and info.manifest is not None


def manifest_of(info: WaveInfo) -> Manifest:
    """Give the manifest of a wave that has opened. Raises NotFound before that."""
    if info.manifest is None:
        raise NotFound("This pulse has not opened yet.")
    return info.manifest


def with_given(info: WaveInfo, attempt: Attempt) -> Response:
    """Show the page with what was given; where something is wrong, the summary has the focus."""
    return Response(_render(manifest_of(info), attempt), status=422 if attempt.problems else 200)


def not_open(info: WaveInfo) -> Response:
    """Say calmly that answers are not taken now."""
    if info.state is WaveState.PLANNED:
        words = f"It opens on {day_and_time(info.opens_at)}. Please come back then."
        return notice("This pulse has not opened yet", words, info.title)
    return closed(info)


def closed(info: WaveInfo) -> Response:
    """Say calmly that it is too late."""
    words = "Answers can no longer be given. The results are, or will be, open to every employee."
    return notice("This pulse has closed", words, info.title)


def notice(title: str, words: str, about: str) -> Response:
    """Give a calm page with one message."""
    return page("ballot/notice.html", title=title, words=words, about=about)


def page(template: str, **values: object) -> Response:
    """Render a page that knows no visitor: nothing of the session or the request is in reach."""
    found = current_app.jinja_env.get_template(template)
    return Response(found.render(path="", **values), mimetype="text/html")


def day_and_time(moment: datetime) -> str:
    """Write a moment for people, in UTC because the page is the same for everyone.

    >>> day_and_time(datetime(2026, 11, 2, 17, 0, tzinfo=UTC))
    '2 November 2026, 17:00 UTC'
    """
    there = moment.astimezone(UTC)
    return f"{there.day} {there:%B %Y, %H:%M} UTC"


def length_in_words(manifest: Manifest) -> str:
    """Say how long the page is: '5 questions, about 1 minute'."""
    count = len(manifest.questions)
    seconds = _SECONDS_SCORED * len(manifest.scored) + _SECONDS_OPEN * len(manifest.open_questions)
    minutes = max(1, round(seconds / 60))
    questions = "question" if count == 1 else "questions"
    return f"{count} {questions}, about {minutes} {'minute' if minutes == 1 else 'minutes'}"


def _info(wave: int) -> WaveInfo:
    with reading() as session:
        return waves.get(session, wave)


def _kept_page(info: WaveInfo) -> Response:
    pages = current_app.extensions.setdefault(_PAGES, {})
    fingerprint = info.manifest_sha256
    if fingerprint not in pages:
        plain = _render(manifest_of(info), Attempt({}, ())).encode()
        pages[fingerprint] = (plain, gzip.compress(plain, mtime=0))
    plain, packed = pages[fingerprint]
    # Packing is safe here and only here: no secret is ever part of this page.
    wants_packed = request.accept_encodings["gzip"] > 0
    response = Response(packed if wants_packed else plain, mimetype="text/html")
    response.vary.add("Accept-Encoding")
    if wants_packed:
        response.content_encoding = "gzip"
    return response


def _render(manifest: Manifest, attempt: Attempt) -> str:
    template = current_app.jinja_env.get_template("ballot/questionnaire.html")
    return template.render(
        path="",
        manifest=manifest,
        fingerprint=manifest.sha256(),
        length=length_in_words(manifest),
        closes=day_and_time(manifest.closes_at),
        smallest=_smallest_label(manifest),
        limit=COMMENT_LENGTH,
        items=[_item(*numbered, attempt) for numbered in enumerate(manifest.questions, start=1)],
        problems=attempt.problems,
        code=attempt.given.get("code", ""),
        secret=attempt.given.get("secret", ""),
        code_problem=attempt.problem("code"),
    )


def _item(number: int, question: Question, attempt: Attempt) -> Item:
    field = answers.field_name(number)
    return Item(
        number=number,
        field=field,
        text=question.text,
        choices=scale.choices(question.scale),
        is_open=question.scale is Scale.OPEN,
        is_row=question.scale is Scale.ZERO_TO_TEN,
        given=attempt.given.get(field, ""),
        problem=attempt.problem(field),
    )


def _smallest_label(manifest: Manifest) -> int:
    return min(
        (label.invited for dimension in manifest.dimensions for label in dimension.labels),
        default=0,
    )
