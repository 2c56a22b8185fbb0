"""Draws the page of a wave from its manifest, once for each language, and keeps it in the process.

Its parts see neither a session nor a request, so nothing of a visitor can reach the page but the
language in which it speaks.
"""

import gzip
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial

from flask import current_app
from jinja2.utils import htmlsafe_json_dumps
from markupsafe import Markup

from pulse import clock, formats, languages
from pulse.db import reading
from pulse.domain import answers, scale
from pulse.domain.answers import Problem
from pulse.domain.effort import effort
from pulse.domain.errors import WaveNotOpen
from pulse.domain.manifest import Manifest
from pulse.domain.marking import marked
from pulse.domain.question import Question
from pulse.domain.scale import Choice, Scale
from pulse.domain.shard_layout import Layout, layout
from pulse.domain.slots import COMMENT_LENGTH
from pulse.domain.wave_state import WaveState, is_over
from pulse.languages import gettext, looked_up
from pulse.surveys import standing

_KEPT = "pulse_questionnaires"
_MOST_KEPT = 32
_SCRIPT = {
    "error": marked("Error: "),
    "left-open": answers.LEFT_OPEN,
    "too-long": answers.TOO_LONG,
    "preparing": marked("Preparing your ballot paper…"),
    "sealing": marked("Sealing and sending…"),
    "asking": marked("Asking the box…"),
    "no-fingerprint": marked("Your link carries no fingerprint."),
    "other-page": marked("The fingerprint in your link is not that of this page."),
    "other-questions": marked("The questions behind this page are not those of your link."),
    "other-pulse": marked("The manifest belongs to another pulse."),
    "asks-more": marked("The manifest asks for more than it should."),
    "small-group": marked("A group is too small."),
    "other-people": marked("The groups do not divide the same people."),
    "shows-other": marked("This page does not show the questions that everybody else is asked."),
    "no-such-group": marked(
        "Your ballot would be marked with a group that is not in the manifest."
    ),
    "no-manifest": marked("The manifest is not as agreed."),
    "bad-key": marked("The keys of this pulse are not as agreed."),
    "bad-signature": marked("The signature is not that of the key which everybody was shown."),
    "bad-reply": marked("The reply is not as agreed."),
    "no-place": marked("An answer is longer than its place in the box."),
}


@dataclass(frozen=True, slots=True)
class Drawn:
    """The pages of a wave in one language: the same bytes for everybody who reads it."""

    plain: bytes
    packed: bytes
    thanks: bytes


@dataclass(frozen=True, slots=True)
class Questionnaire:
    """A frozen wave, made ready: what is asked, how ballots are cut, and the pages by language."""

    manifest: Manifest
    layout: Layout
    _drawn: dict[str, Drawn] = field(default_factory=dict)

    def drawn(self) -> Drawn:
        """Give the pages in the language that is spoken now."""
        code = languages.current().code
        found = self._drawn.get(code)
        if found is None:
            found = self._drawn[code] = _draw(self.manifest)
        return found


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
    lang: str
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
        """Say what is wrong with one field."""
        return next((said(item) for item in self.problems if item.field == field), None)


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
        found = kept[wave] = Questionnaire(manifest, layout(manifest))
    return found


def draw(manifest: Manifest, attempt: Attempt, pages: Pages = OWN_DEVICE) -> str:
    """Draw the page with what was given, in the language that is spoken now."""
    texts = manifest.said_in(languages.current().code)
    # A text that nobody has translated says of itself in which language it is.
    fallen_back = manifest.language if manifest.language != languages.current().code else ""
    asked = [
        (question, text, fallen_back if text == question.text else "")
        for question, text in zip(manifest.questions, texts.questions, strict=True)
    ]
    return render(
        pages.questions,
        manifest=manifest,
        action=pages.action.format(wave=manifest.wave),
        title=texts.title,
        introduction=texts.introduction,
        title_lang=fallen_back if texts.title == manifest.title else "",
        introduction_lang=fallen_back if texts.introduction == manifest.introduction else "",
        fingerprint=manifest.sha256(),
        length=formats.effort(effort(manifest)),
        ways=[looked_up(dimension.name) for dimension in manifest.dimensions],
        smallest=_smallest_label(manifest),
        limit=COMMENT_LENGTH,
        items=[_item(*numbered, attempt) for numbered in enumerate(asked, start=1)],
        problems=[(item.field, said(item)) for item in attempt.problems],
        here=f"/s/{manifest.wave}",
        words=_words_of_script(),
        code=attempt.given.get("code", ""),
        secret=attempt.given.get("secret", ""),
        code_problem=attempt.problem("code"),
    )


def render(template: str, **values: object) -> str:
    """Render a page that knows nothing of a visitor but the language."""
    page = current_app.jinja_env.get_template(template)
    return page.render(path="", page_language=languages.current().code, **values)


def said(problem: Problem) -> str:
    """Say what is wrong with a field, in the language that is spoken now."""
    numbers = {name: formats.number(value) for name, value in problem.values.items()}
    return gettext(problem.text, **numbers)


def _is_late(asked: Questionnaire) -> bool:
    return is_over(asked.manifest.closes_at, clock.now())


def _draw(manifest: Manifest) -> Drawn:
    plain = draw(manifest, Attempt({})).encode()
    packed = gzip.compress(plain, mtime=0)
    title = manifest.said_in(languages.current().code).title
    thanks = render(
        "ballot/thanks.html",
        manifest=manifest,
        title=title,
        here=f"/s/{manifest.wave}/thanks",
        words=_words_of_script(),
    )
    return Drawn(plain, packed, thanks.encode())


def _item(number: int, asked: tuple[Question, str, str], attempt: Attempt) -> Item:
    question, text, lang = asked
    field = answers.field_name(number)
    return Item(
        number=number,
        field=field,
        text=text,
        lang=lang,
        choices=tuple(
            Choice(item.value, looked_up(item.label)) for item in scale.choices(question.scale)
        ),
        is_open=question.scale is Scale.OPEN,
        is_row=question.scale is Scale.ZERO_TO_TEN,
        given=attempt.given.get(field, ""),
        problem=attempt.problem(field),
    )


def _words_of_script() -> Markup:
    """Give what the page's script may have to say, by the names that it knows the texts by."""
    words = {name: looked_up(text) for name, text in _SCRIPT.items()}
    # In its own letters: written as numbers, another alphabet would double the page.
    return htmlsafe_json_dumps(words, dumps=partial(json.dumps, ensure_ascii=False))


def _smallest_label(manifest: Manifest) -> int:
    return min(
        (label.invited for dimension in manifest.dimensions for label in dimension.labels),
        default=0,
    )
