"""The catalogues: every text is there, as often and with the same places as in English."""

import re
from string import Formatter

import pytest
from babel.messages.catalog import Message

from pulse import languages
from pulse.domain.scale import Scale, choices
from pulse.surveys import bank, compose
from tests.support import catalogues, tree

PLACE = re.compile(r"%\(\w+\)s|%%|\{\w+\}")
TAG = re.compile(r"<[^>]+>")
LOCALES = [*languages.COMPLETE, "ar"]
# Claims that no data of ours can show, and what Spanish, French and German say for them.
BANNED = re.compile(
    r"\b(vorhersag\w*|prognos\w*|verursach\w*|Fluchtrisiko"
    r"|predic\w+|pronost\w+|causa[rn]?|riesgo de fuga"
    r"|prédi\w+|pronosti\w+|causent|risque de départ)\b",
    re.IGNORECASE,
)


def said(item: Message) -> list[str]:
    return [item.string] if isinstance(item.string, str) else list(item.string)


def ids(item: Message) -> list[str]:
    return [item.id] if isinstance(item.id, str) else list(item.id)


@pytest.mark.parametrize("code", catalogues.CATALOGUES)
def test_a_catalogue_holds_the_texts_that_there_are_and_no_others(code: str) -> None:
    path = languages.FOLDER / f"{code}.po"
    assert path.read_bytes() == catalogues.written(catalogues.updated(code)), (
        "run `make translations`"
    )


@pytest.mark.parametrize("code", LOCALES)
def test_every_text_is_translated_and_none_is_doubtful(code: str) -> None:
    items = catalogues.texts(catalogues.catalogue(code)).values()
    assert len(items) > 300
    assert [item.id for item in items if item.fuzzy or not all(said(item))] == []


@pytest.mark.parametrize("code", catalogues.CATALOGUES)
def test_places_and_tags_are_those_of_the_english_text(code: str) -> None:
    for item in catalogues.texts(catalogues.catalogue(code)).values():
        for text in said(item):
            places = set(PLACE.findall(text))
            wanted = set(PLACE.findall(ids(item)[-1]))
            # "One minute" may be said in words; a place that is not known would be a fault.
            assert places == wanted or (len(ids(item)) > 1 and places < wanted), (item.id, text)
            assert sorted(TAG.findall(text)) == sorted(TAG.findall(ids(item)[-1])), item.id
            assert text.endswith(" ") == ids(item)[-1].endswith(" "), item.id
            assert [name for _, name, _, _ in Formatter().parse(text) if name == ""] == []


@pytest.mark.parametrize("code", catalogues.CATALOGUES)
def test_every_plural_form_is_there(code: str) -> None:
    found = catalogues.catalogue(code)
    for item in found:
        if item.id and len(ids(item)) > 1:
            assert len(said(item)) == found.num_plurals, item.id


@pytest.mark.parametrize(
    ("code", "counts"),
    [
        ("en", {1: "1 question", 5: "5 questions"}),
        ("de", {1: "1 Frage", 5: "5 Fragen"}),
        ("fr", {1: "1 question", 2: "2 questions"}),
        ("ar", {1: "سؤال واحد", 2: "سؤالان", 5: "5 أسئلة", 11: "11 سؤالًا", 100: "100 سؤال"}),
    ],
)
def test_numbers_take_the_form_of_their_language(code: str, counts: dict[int, str]) -> None:
    with languages.speaking(code):
        for number, text in counts.items():
            assert languages.ngettext("%(num)s question", "%(num)s questions", number) == text


@pytest.mark.parametrize("code", catalogues.CATALOGUES)
def test_the_script_puts_the_same_words_beside_the_answers(code: str) -> None:
    script = tree.read(tree.ROOT / "static/ballot/language.js")
    labels = [item.label for scale in (Scale.LIKERT5, Scale.YES_NO) for item in choices(scale)]
    with languages.speaking(code):
        words = [languages.gettext(text) for text in (*labels, "Prefer not to answer")]
    listed = ", ".join(f'"{word}"' for word in words)
    assert f"  {code}: [{listed}],\n" in script


@pytest.mark.parametrize("code", LOCALES)
def test_the_bank_speaks_every_language_within_its_limits(code: str) -> None:
    for item in bank.questions():
        text = bank.text(item.code, code)
        assert text, item.code
        assert text != item.text, item.code
        assert len(text) <= compose.MAX_TEXT, item.code
    known = {item.code for item in bank.questions()}
    assert set(bank._translated(code)["questions"]) == known
    assert set(bank._translated(code)["drivers"]) == {item.key for item in bank.drivers()}


@pytest.mark.parametrize("code", languages.COMPLETE)
def test_no_translation_claims_what_no_data_can_show(code: str) -> None:
    texts = [tree.read(languages.FOLDER / f"{code}.po")]
    texts.append(tree.read(bank.FOLDER / f"bank.{code}.toml"))
    said_only = [
        line for text in texts for line in text.splitlines() if not line.startswith("msgid")
    ]
    assert [line for line in said_only if BANNED.search(line)] == []


def test_the_patterns_find_them() -> None:
    for text in ("Das Programm prognostiziert es.", "Predice quién se va.", "Il prédit un départ."):
        assert BANNED.search(text)
