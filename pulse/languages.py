"""The languages that employees are spoken to in, and the one that is spoken now.

English stands in the program itself; each other language is a catalogue in `translations/`, read
into memory when it is first needed. A text that a catalogue lacks is said in English. Pages and
mails take their words from here alike, so this module knows no request and no session.
"""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cache
from gettext import NullTranslations
from io import BytesIO
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import Translations
from jinja2 import Environment

FOLDER = Path(__file__).resolve().parent / "translations"


@dataclass(frozen=True, slots=True)
class Language:
    """A language: its code in addresses and in HTML, its own name, its locale, its direction."""

    code: str
    name: str
    locale: str
    direction: str = "ltr"


ENGLISH = Language("en", "English", "en_GB")
OFFERED: Mapping[str, Language] = {
    item.code: item
    for item in (
        ENGLISH,
        Language("de", "Deutsch", "de"),
        Language("es", "Español", "es"),
        Language("fr", "Français", "fr"),
        Language("ar", "العربية", "ar", "rtl"),
    )
}
# In these every text is there; Arabic proves that pages may run from right to left.
COMPLETE = ("de", "es", "fr")

_spoken: ContextVar[Language] = ContextVar("spoken", default=ENGLISH)


def nearest(tag: str | None) -> str | None:
    """Give the language that is offered for a tag of a staff file or a browser.

    >>> nearest("de_AT"), nearest("AR-eg"), nearest("en"), nearest("nl"), nearest(None)
    ('de', 'ar', 'en', None, None)
    """
    code = (tag or "").replace("_", "-").partition("-")[0].lower()
    return code if code in OFFERED else None


def first(*tags: str | None) -> str:
    """Give the first of these that is offered, else English.

    >>> first(None, "nl", "fr-CA", "de"), first("nl")
    ('fr', 'en')
    """
    return next((code for code in map(nearest, tags) if code), ENGLISH.code)


def best(wanted: Iterable[tuple[str, float]], *otherwise: str | None) -> str:
    """Give the language that a browser would like best, else the first of the others.

    >>> best([("nl", 1), ("fr-CH", 0.9), ("de", 0.8)], "en"), best([("de", 0)], "es")
    ('fr', 'es')
    """
    ordered = sorted(wanted, key=lambda pair: -pair[1])
    return first(*(tag for tag, quality in ordered if quality > 0), *otherwise)


def current() -> Language:
    """Give the language that is spoken now."""
    return _spoken.get()


def speak(code: str) -> None:
    """Speak this language from now on, in this thread."""
    _spoken.set(OFFERED[code])


@contextmanager
def speaking(code: str) -> Iterator[Language]:
    """Speak this language for a while."""
    token = _spoken.set(OFFERED[code])
    try:
        yield OFFERED[code]
    finally:
        _spoken.reset(token)


def gettext(message: str, **values: object) -> str:
    """Say a text in the language that is spoken now."""
    return looked_up(message) % values


def ngettext(one: str, many: str, num: int, **values: object) -> str:
    """Say a text that depends on a number, which stands in it as `num` if at all."""
    return _counted(one, many, num) % ({"num": num} | values)


def looked_up(message: str) -> str:
    """Give the text of a catalogue as it stands there; the text itself where there is none."""
    return catalogue(current().code).gettext(message) if message else ""


def is_translated(message: str) -> bool:
    """Say whether the language that is spoken now has this text of its own."""
    return current() is ENGLISH or looked_up(message) != message


@cache
def catalogue(code: str) -> NullTranslations:
    """Read the catalogue of a language; English needs none."""
    if code == ENGLISH.code:
        return NullTranslations()
    with (FOLDER / f"{code}.po").open("rb") as file:
        source = read_po(file, locale=code, abort_invalid=True)
    compiled = BytesIO()
    write_mo(compiled, source)
    compiled.seek(0)
    return Translations(compiled)


def install(environment: Environment) -> None:
    """Let templates say `{% trans %}` and `_()`, and know which language they speak."""
    environment.add_extension("jinja2.ext.i18n")
    environment.policies["ext.i18n.trimmed"] = True
    environment.install_gettext_callables(  # type: ignore[attr-defined]  # The extension adds it.
        looked_up, _counted, newstyle=True
    )
    environment.filters["spoken"] = looked_up
    environment.globals["language"] = current
    environment.globals["offered_languages"] = tuple(OFFERED.values())


def _counted(one: str, many: str, num: int) -> str:
    return catalogue(current().code).ngettext(one, many, num)
