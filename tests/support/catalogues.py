"""Finds every text that is said in an employee's language, and brings the catalogues up to date.

Run by `make translations`: new texts are added empty, texts that are gone are taken out, and a
translation is kept only where its text stayed letter for letter the same.
"""

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_file
from babel.messages.pofile import read_po, write_po

from pulse.languages import FOLDER, OFFERED
from tests.support import tree

KEYWORDS = {"gettext": None, "ngettext": (1, 2), "_": None, "marked": None}
TEMPLATES = {
    "extensions": "jinja2.ext.i18n",
    "trimmed": "true",
    "newstyle_gettext": "true",
    "trim_blocks": "true",
    "lstrip_blocks": "true",
    "silent": "false",
}
CATALOGUES = tuple(code for code in OFFERED if code != "en")


def sources() -> Iterator[tuple[Path, str, dict[str, str]]]:
    """Give each file that may hold texts, and how to read it."""
    for path in tree.under("pulse", ending=(".py",)):
        yield path, "python", {}
    for path in tree.under("templates", ending=(".html", ".txt")):
        yield path, "jinja2.ext:babel_extract", TEMPLATES


def extracted() -> Catalog:
    """Give every text of the program and of the templates."""
    found = Catalog(project="Pulse", charset="utf-8")
    for path, method, options in sources():
        for line, message, comments, context in extract_from_file(
            method, tree.ROOT / path, keywords=KEYWORDS, options=options
        ):
            found.add(message, None, [(str(path), line)], auto_comments=comments, context=context)
    return found


def catalogue(code: str) -> Catalog:
    """Read a catalogue as it is kept."""
    return read_po(BytesIO((FOLDER / f"{code}.po").read_bytes()), locale=code, abort_invalid=True)


def texts(found: Catalog) -> dict[str | tuple[str, ...], Message]:
    """Give the messages of a catalogue by their English text, without its head."""
    return {
        tuple(item.id) if isinstance(item.id, list | tuple) else item.id: item
        for item in found
        if item.id
    }


def updated(code: str) -> Catalog:
    """Give a catalogue with exactly the texts that there are now."""
    kept = texts(catalogue(code))
    fresh = Catalog(locale=code, project="Pulse", charset="utf-8", fuzzy=False)
    for key, item in texts(extracted()).items():
        known = kept.get(key)
        places = [(path, 0) for path in sorted({path for path, _ in item.locations})]
        fresh.add(item.id, known.string if known else None, places)
    return fresh


def written(found: Catalog) -> bytes:
    """Write a catalogue: one line a text, in the order of the files, without dates."""
    out = BytesIO()
    write_po(out, found, width=0, omit_header=True, include_lineno=False)
    head = (
        b'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=UTF-8\\n"\n'
        + f'"Plural-Forms: {found.plural_forms}\\n"\n\n'.encode()
    )
    return head + out.getvalue()


def main() -> None:
    """Bring every catalogue up to date."""
    for code in CATALOGUES:
        (FOLDER / f"{code}.po").write_bytes(written(updated(code)))


if __name__ == "__main__":
    main()
