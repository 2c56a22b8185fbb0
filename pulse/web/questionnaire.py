"""Draws the page of a wave from its manifest, once for everyone, and keeps it in the process.

Its parts see neither a session nor a request, so nothing of a visitor can reach the page.
"""

import gzip
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from flask import current_app

from pulse import clock
from pulse.db import reading
from pulse.domain import answers, effort, scale
from pulse.domain.answers import Problem
from pulse.domain.errors import WaveNotOpen
from pulse.domain.manifest import Manifest
from pulse.domain.question import Question
from pulse.domain.scale import Choice, Scale
from pulse.domain.shard_layout import Layout, layout
from pulse.domain.slots import COMMENT_LENGTH
from pulse.domain.wave_state import WaveState, is_over
from pulse.surveys import standing

_KEPT = "pulse_questionnaires"
_MOST_KEPT = 32


@dataclass(frozen=True, slots=True)
class Questionnaire:
    """A frozen wave, made ready: what is asked, how ballots are cut, and the pages themselves."""

    manifest: Manifest
    layout: Layout
    plain: bytes
    packed: bytes
    thanks: bytes


@dataclass(frozen=True, slots=True)
class Pages:
    """The pages around an answer: which templates, where the form goes, and what comes last."""

    questions: str = "ballot/questionnaire.html"
    notice: str = "ballot/notice.html"
    action: str = "/s/{wave}"
    thanks: str = "/s/{wave}/thanks"


OWN_DEVICE = Pages()


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
    """A form on its way: what was given, and what is wrong with it."""

    given: Mapping[str, str]
    problems: Sequence[Problem] = ()

    def problem(self, field: str) -> str | None:
        """Give what is wrong with one field."""
        return next((item.message for item in self.problems if item.field == field), None)


def open_now(wave: int) -> Questionnaire | None:
    """Give the questionnaire of a wave that takes answers, else None. Raises NotFound.

    The clock decides too: a worker may close the wave late, or there may be none.
    """
    with reading() as session:
        state = standing.state(session, wave)
    if state is not WaveState.OPEN:
        return None
    found = frozen(wave)
    return None if _is_late(found) else found


def refuse_late(wave: int) -> None:
    """Refuse what comes at or after the closing time, whether or not a worker has closed the wave.

    It reads nothing once the manifest is kept. Raises WaveNotOpen, and NotFound for a wave that
    was never frozen.
    """
    if _is_late(frozen(wave)):
        raise WaveNotOpen("This wave does not take answers now.")


def frozen(wave: int) -> Questionnaire:
    """Give the questionnaire of a wave that has been frozen, open or not. Raises NotFound.

    A manifest never changes once it is frozen, so one reading serves everybody.
    """
    kept: dict[int, Questionnaire] = current_app.extensions.setdefault(_KEPT, {})
    found = kept.get(wave)
    if found is None:
        with reading() as session:
            manifest = standing.manifest(session, wave)
        if len(kept) >= _MOST_KEPT:
            kept.clear()
        found = kept[wave] = _made_ready(manifest)
    return found


def draw(manifest: Manifest, attempt: Attempt, pages: Pages = OWN_DEVICE) -> str:
    """Draw the page with what was given."""
    return render(
        pages.questions,
        manifest=manifest,
        action=pages.action.format(wave=manifest.wave),
        fingerprint=manifest.sha256(),
        length=effort.in_words(manifest),
        closes=day_and_time(manifest.closes_at),
        smallest=_smallest_label(manifest),
        limit=COMMENT_LENGTH,
        items=[_item(*numbered, attempt) for numbered in enumerate(manifest.questions, start=1)],
        problems=attempt.problems,
        code=attempt.given.get("code", ""),
        secret=attempt.given.get("secret", ""),
        code_problem=attempt.problem("code"),
    )


def render(template: str, **values: object) -> str:
    """Render a page that knows no visitor."""
    return current_app.jinja_env.get_template(template).render(path="", **values)


def day_and_time(moment: datetime) -> str:
    """Write a moment for people, in UTC because the page is the same for everyone.

    >>> day_and_time(datetime(2026, 11, 2, 17, 0, tzinfo=UTC))
    '2 November 2026, 17:00 UTC'
    """
    there = moment.astimezone(UTC)
    return f"{there.day} {there:%B %Y, %H:%M} UTC"


def _is_late(asked: Questionnaire) -> bool:
    return is_over(asked.manifest.closes_at, clock.now())


def _made_ready(manifest: Manifest) -> Questionnaire:
    plain = draw(manifest, Attempt({})).encode()
    packed = gzip.compress(plain, mtime=0)
    thanks = render(
        "ballot/thanks.html",
        wave=manifest.wave,
        title=manifest.title,
        closes=day_and_time(manifest.closes_at),
        closes_iso=manifest.closes_at.isoformat(),
    )
    return Questionnaire(manifest, layout(manifest), plain, packed, thanks.encode())


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
