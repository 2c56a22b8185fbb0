"""A manifest in several languages; one in English alone keeps the bytes that it always had."""

import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from pulse.domain.dimension import ORGANISATION, ROOT, Dimension, Node
from pulse.domain.errors import Invalid
from pulse.domain.manifest import Manifest, Translation
from pulse.domain.question import Question
from pulse.domain.scale import Scale

TREE = Dimension(
    ORGANISATION,
    "Organisation",
    (Node(ROOT, "All", None, 0), Node("u2", "Care", ROOT, 12), Node("u3", "Bar", ROOT, 8)),
)
QUESTIONS = (
    Question("tools_1", "Tools?", Scale.LIKERT5, "tools"),
    Question("needs", "Anything?", Scale.OPEN, "needs"),
)
CLOSES = datetime(2026, 5, 1, tzinfo=UTC)
ENGLISH = Manifest(7, "May", "How is work?", QUESTIONS, (TREE,), 5, 10, "tree-1", CLOSES)
GERMAN = Translation("de", "Mai", "", ("Werkzeuge?", ""))
FINGERPRINT = "c5f0156ba7feac057e94cae996874d6a277355d9204b8b5b2405b7c3876a39bb"
BOTH = replace(ENGLISH, translations=(GERMAN,))


def test_a_manifest_of_before_keeps_its_fingerprint() -> None:
    """Computed by the program as it was before manifests knew languages."""
    assert ENGLISH.sha256() == FINGERPRINT
    assert not {"language", "translations"} & set(json.loads(ENGLISH.canonical()))
    assert Manifest.parse(ENGLISH.canonical()) == ENGLISH


def test_translations_are_part_of_what_everybody_compares() -> None:
    assert BOTH.sha256() != ENGLISH.sha256()
    assert Manifest.parse(BOTH.canonical()) == BOTH
    assert replace(ENGLISH, language="de").sha256() != ENGLISH.sha256()
    assert Manifest.parse(replace(BOTH, language="fr").canonical()).language == "fr"


def test_each_text_falls_back_by_itself() -> None:
    assert BOTH.said_in("de") == Translation(
        "de", "Mai", "How is work?", ("Werkzeuge?", "Anything?")
    )
    assert BOTH.said_in("es").questions == ("Tools?", "Anything?")


def test_a_translation_of_other_questions_is_no_manifest() -> None:
    told = json.loads(BOTH.canonical())
    told["translations"][0]["questions"] = ["one"]
    with pytest.raises(Invalid, match="not as many questions"):
        Manifest.parse(json.dumps(told))
