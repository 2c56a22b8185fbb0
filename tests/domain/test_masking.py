"""What is masked in a comment, what is left as it was, and what it costs."""

import string
import unicodedata
from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pulse.domain.letters import folded, view
from pulse.domain.masking import Kind, Masker
from pulse.domain.name_list import END, Names, listed
from pulse.domain.phones import finder

STAFF = (
    "Anna Berg",
    "Will Brown",
    "May Hope",
    "Ursula von der Leyen",
    "Anna-Lena Müller-Schmidt",
    "Pat O'Brien",
    "José García López",
    "Søren Kjær",
    "Novak, Petra",
    "Jean-Luc d'Angelo",
    "Dr. Karl Weiß",
    "Do An",
    "Иван Петров",
    "王伟",
    "محمد علي",
)
MASKER = Masker(listed(STAFF), finder(["GB", "DE", "US"]))


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("Ask Anna Berg.", "Ask [name]."),
        ("anna berg and ANNA BERG", "[name] and [name]"),
        ("Berg, Anna; Novak Petra; Petra Novak", "[name]; [name]; [name]"),
        ("Anna's rota, Anna’s rota", "[name]'s rota, [name]’s rota"),
        ("Annas Plan, Bergs Liste, Anna Bergs Plan", "[name] Plan, [name] Liste, [name] Plan"),
        ("A. Berg! Berg, A.! Anna B. P Novak", "[name]! [name].! [name]. [name]"),
        ("Anna M. Berg", "[name]"),
        ("Mr Brown, Mrs. Hope, frau weiss", "Mr [name], Mrs. [name], frau [name]"),
        ("W. Brown and Will Brown", "[name] and [name]"),
        ("Will's team", "[name]'s team"),
        ("von der Leyen, Frau Leyen, LEYEN", "[name], Frau [name], [name]"),
        ("Müller-Schmidt, mueller-schmidt, Muller Schmidt", "[name], [name], [name]"),
        ("Anna-Lena", "[name]"),
        ("O'Brien, O’Brien’s, OBRIEN", "[name], [name]’s, [name]"),
        ("l'Anna, d'Angelo", "l'[name], [name]"),
        ("garcía lópez? García! José López", "garcía lópez? [name]! [name]"),
        ("Soren Kjaer, Søren! Sören", "[name], [name]! [name]"),
        ("Иван сказал", "[name] сказал"),
        ("我问 王伟 吧", "我问 [name] 吧"),
        ("السيد محمد هنا", "السيد [name] هنا"),
        ("AnnaBerg, anna_berg, @Anna", "[name], [name], @[name]"),
        ("A\u200bn\u200dna Be\u0301rg", "[name]"),
        ("\uff21\uff4e\uff4e\uff41 \uff22\uff45\uff52\uff47", "[name]"),
        ("\u0410nn\u0430 B\u0435rg", "[name]"),
        ("Do An left", "[name] left"),
        ("Berg-Projekt", "[name]-Projekt"),
    ],
)
def test_names_are_masked(text: str, masked: str) -> None:
    found = MASKER.mask(text)
    assert found.text == masked
    assert found.counts == Counter({Kind.NAME: masked.count("[name]")})


@pytest.mark.parametrize(
    ("text", "masked", "kind"),
    [
        ("to anna.berg@firm.example!", "to [e-mail]!", Kind.MAIL),
        ("<x+y@a-b.co.uk>, ö@müller.de", "<[e-mail]>, [e-mail]", Kind.MAIL),
        ("anna (at) firm [dot] de", "[e-mail]", Kind.MAIL),
        ("x\uff20y.de", "[e-mail]", Kind.MAIL),
        ("020 7946 0018 or +44 20 7946 0018", "[phone] or [phone]", Kind.PHONE),
        (
            "0170 1234567; (650) 253-0000; +33 1 42 68 53 00",
            "[phone]; [phone]; [phone]",
            Kind.PHONE,
        ),
        (
            "\uff10\uff12\uff10 \uff17\uff19\uff14\uff16 \uff10\uff10\uff11\uff18",
            "[phone]",
            Kind.PHONE,
        ),
    ],
)
def test_addresses_and_numbers_are_masked(text: str, masked: str, kind: Kind) -> None:
    found = MASKER.mask(text)
    assert (found.text, set(found.counts)) == (masked, {kind})
    assert found.counts[kind] == masked.count(kind.mask)


@pytest.mark.parametrize(
    "text",
    [
        "Will we have more people in May? I hope so. Brown paper is not enough.",
        "We will hope, and may brown the onions.",
        "We do an audit each week.",
        "Annabel and the Bergstrasse are somebody else.",
        "5 @ 3 euro, 2024-2025, order 4711081512, 24.12.2026, 12:30-13:15",
        "von der Leitung hört man nichts",
        "one\ntwo\n\n- three\t4 · ﬁne ½ Ⅳ 👩\u200d💻 می\u200cخواهم",
        "[name], [e-mail] and [phone] stay",
        "",
    ],
)
def test_what_names_nobody_stays_as_it_is(text: str) -> None:
    found = MASKER.mask(text)
    assert (found.text, found.counts) == (text, Counter())


def test_what_nobody_sees_is_taken_out() -> None:
    assert MASKER.mask("a\u202eb\x07c\ufeffd\u2066e\U000e0041f").text == "abcdef"


def test_nobody_listed_masks_nobody() -> None:
    assert Masker().mask("Anna Berg, 020 7946 0018").text == "Anna Berg, 020 7946 0018"


WORDS = st.text(st.sampled_from(string.ascii_lowercase + "äöüßéøñłšž"), min_size=3, max_size=9).map(
    str.capitalize
)
LIST = st.lists(st.tuples(WORDS, WORDS).map(" ".join), min_size=1, max_size=6)
ANY = st.text(st.characters(codec="utf-8"), max_size=60)


@given(LIST, st.lists(ANY, min_size=7, max_size=7), st.data())
def test_no_listed_name_survives(names: list[str], between: list[str], data: st.DataObject) -> None:
    """Not in capitals either, nor between words of any kind, as long as it stands apart."""
    forms = [data.draw(st.sampled_from([name, name.upper(), _turned(name)])) for name in names]
    text = between[0] + "".join(
        f" {form}; {rest}" for form, rest in zip(forms, between[1:], strict=False)
    )
    found = Masker(listed(names)).mask(text)
    seen = f" {folded(found.text)} "
    for name in names:
        assert f" {folded(name)};" not in seen
        assert f" {folded(_turned(name))};" not in seen
    assert found.counts[Kind.NAME] >= 1


def _turned(name: str) -> str:
    first, last = name.split()
    return f"{last}, {first}"


@given(LIST, ANY, ANY)
def test_masking_twice_is_masking_once(names: list[str], before: str, after: str) -> None:
    masker = Masker(listed([*names, *STAFF]), finder(["GB"]))
    text = f"{before} {names[0]} 020 7946 0018 {after} a@b.de {names[-1][:-1]}. {before}"
    once = masker.mask(text)
    twice = masker.mask(once.text)
    assert (twice.text, twice.counts) == (once.text, Counter())


@given(st.text(st.characters(codec="utf-8", exclude_categories=["C"]), max_size=200))
def test_a_text_with_nothing_to_mask_is_unchanged(text: str) -> None:
    kept = "".join(
        each for each in text if unicodedata.category(each)[0] != "N" and each not in "@＠﹫"
    )
    assert Masker(listed(["Xqzwv Vwqzx"]), finder(["GB"])).mask(kept).text == kept


@given(ANY)
def test_places_of_a_view_lie_in_the_text(text: str) -> None:
    seen = view(text)
    for at in range(len(seen.text)):
        start, end = seen.stretch((at, at + 1))
        assert 0 <= start < end <= len(text)
        assert seen.text[at] in view(text[start:end]).text


class Counting(frozenset[str]):
    """A set that counts how often it is asked."""

    asked = 0

    def __contains__(self, word: object) -> bool:
        Counting.asked += 1
        return super().__contains__(word)


class CountingTree(dict):
    """A tree of names that counts how often it is asked."""

    def get(self, word: object, default: object = None) -> object:
        Counting.asked += 1
        return super().get(word, default)


def lookups(text: str, names: Names) -> int:
    counted = replace(names, words=Counting(names.words), tree=CountingTree(names.tree))
    Counting.asked = 0
    Masker(counted).mask(text)
    return Counting.asked


def invented(number: int) -> str:
    letters = "".join(string.ascii_lowercase[int(digit)] for digit in str(number))
    return f"Xq{letters} Zw{letters}"


def test_the_cost_is_that_of_the_text_however_many_people_there_are() -> None:
    """Counted in lookups, and not in seconds, which depend on the machine."""
    few, many = listed(map(invented, range(10))), listed(map(invented, range(100_000)))
    text = "We need more chairs behind the till, Bergs and Annas too. " * 30
    once = lookups(text, few)
    assert once > 300
    assert lookups(text, many) == once
    assert lookups(text * 2, many) <= 2 * once + 2
    assert Masker(many).mask(f"Ask {invented(99_999)}").text == "Ask [name]"


def test_a_tree_of_long_alike_names_is_not_walked_again_and_again() -> None:
    """Names that begin alike must not make a text of the same words quadratic."""
    names = listed(["Ab " * 30 + "Cd"])
    short, long = (lookups("ab " * count, names) for count in (300, 600))
    assert long <= 2.1 * short


def test_ordinary_names_need_their_capitals() -> None:
    tree = listed(["Will Brown"]).tree
    assert tree["will"]["brown"][END] is False
    assert listed(["Anna Brown"]).tree["anna"]["brown"][END] is True
