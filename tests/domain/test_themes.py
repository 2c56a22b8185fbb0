"""Themes are what many share: no rare word, no small theme, no small rest, whatever the texts."""

from collections import Counter
from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pulse.domain.themes import MOST_THEMES, Theme, _name, _weighed, find

TALK = {
    "rotas": ["Rotas come too late", "The rotas change again", "Fixed rotas, please, rotas"],
    "headsets": ["The headsets crackle", "New headsets, please", "My headsets are broken"],
    "pausen": ["Die Pausen sind kurz", "Mehr Pausen bitte", "Warum fehlen die Pausen so oft"],
}


def texts(**counts: int) -> list[str]:
    found = [TALK[about][at % 3] for about, count in counts.items() for at in range(count)]
    Random(3).shuffle(found)
    return found


def about(themes: list[Theme]) -> dict[str, int]:
    return {word: len(theme.comments) for theme in themes for word in theme.words}


def test_themes_are_found_in_any_language_and_named_by_their_words() -> None:
    said = texts(rotas=40, headsets=30, pausen=25)
    found = find(said, 10)
    assert {word: about(found)[word] for word in TALK} == {
        "rotas": 40,
        "headsets": 30,
        "pausen": 25,
    }
    for theme in found:
        assert len({next(k for k in TALK if said[at] in TALK[k]) for at in theme.comments}) == 1


@pytest.mark.parametrize("count", [0, 1, 9])
def test_fewer_comments_than_the_floor_have_no_theme(count: int) -> None:
    assert find(texts(rotas=count), 10) == []


def test_a_handful_more_than_the_floor_may_have_one() -> None:
    said = [f"Rotas {'change' if at % 2 else 'slip'}" for at in range(12)]
    assert find([*said, *["Nothing, thanks"] * 10], 10)[0].words[0] == "rotas"


def test_comments_without_words_have_no_theme() -> None:
    assert find(["!!", "12", "", "a b"] * 20, 10) == []


def test_a_rare_word_names_nothing_and_moves_nothing() -> None:
    """What a comment says beyond the words that ten share must not decide where it goes."""
    random = Random(7)
    shared = [random.sample("rotas headsets pausen noise chairs".split(), 2) for _ in range(120)]
    said = [
        f"{' '.join(words)} own{'bcdfghklmn'[at % 10]}{at // 10 * 'x'}"
        for at, words in enumerate(shared)
    ]
    said = [f"{text} zanzibar" if at % 14 == 0 else text for at, text in enumerate(said)]
    assert set(_weighed(said, 10)[1]) == {word for words in shared for word in words}
    found = find(said, 10)
    place = {at: number for number, theme in enumerate(found) for at in theme.comments}
    where = {(frozenset(words), place.get(at)) for at, words in enumerate(shared)}
    assert found
    assert len(where) == len({frozenset(words) for words in shared})
    assert not any("own" in word or word == "zanzibar" for word in about(found))


def test_a_word_of_nine_comments_of_a_theme_does_not_name_it() -> None:
    said = [*["rotas wednesdays"] * 9, *["rotas"] * 11, *["chairs"] * 19, "chairs wednesdays"]
    weights, words = _weighed(said, 10)
    assert "wednesdays" in words
    assert _name(weights, np.array(["rotas" in text for text in said]), words, 10) == ("rotas",)


def test_names_of_staff_name_no_theme() -> None:
    said = [
        f"{text}, says tessa" if "otas" in text else text for text in texts(rotas=40, headsets=40)
    ]
    assert "tessa" in about(find(said, 10))
    assert "tessa" not in about(find(said, 10, lambda word: word == "tessa"))


def test_masks_name_no_theme() -> None:
    said = [f"[name] {text} [phone]" for text in texts(rotas=40, headsets=40)]
    assert not {"name", "phone", "mail"} & set(about(find([*said, *texts(pausen=60)], 10)))


def test_too_few_without_a_theme_take_the_smallest_with_them() -> None:
    said = [*texts(rotas=40, headsets=30), *["Something else"] * 4]
    found = find(said, 10)
    left = len(said) - sum(len(theme.comments) for theme in found)
    assert left == 0 or left >= 10


def test_equal_comments_give_equal_themes_in_whatever_order() -> None:
    said = texts(rotas=40, headsets=30, pausen=25)
    mixed = Random(9).sample(said, len(said))
    assert [(one.words, len(one.comments)) for one in find(said, 10)] == [
        (one.words, len(one.comments)) for one in find(mixed, 10)
    ]


LINES = st.lists(
    st.lists(
        st.sampled_from("rotas night chair bus returns noise die und team".split()), max_size=5
    ),
    max_size=90,
)


@settings(max_examples=40)
@given(LINES, st.integers(10, 15))
def test_nothing_below_the_floor_in_any_set_of_comments(lines: list[list[str]], floor: int) -> None:
    said = [" ".join(line) for line in lines]
    found = find(said, floor)
    used = Counter(at for theme in found for at in theme.comments)
    assert len(found) <= MOST_THEMES
    assert set(used.values()) <= {1}
    left = len(said) - used.total()
    assert not found or left == 0 or left >= floor
    for theme in found:
        assert len(theme.comments) >= floor
        for word in theme.words:
            assert sum(word in lines[at] for at in theme.comments) >= floor
