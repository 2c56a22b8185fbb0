"""Hard test 10: the certificate against exact algebra on thousands of tiny companies."""

from collections.abc import Mapping
from random import Random

import pytest

from pulse.domain import certificate
from pulse.domain.joint import Joint
from tests.support.isolation import isolated

FLOOR = 3
LABELS = {"unit": ("a", "b", "c", "d", "e"), "age": ("18-29", "30-39", "40+"), "sex": ("f", "m")}
pytestmark = pytest.mark.slow


def test_the_certificate_is_never_wrong_and_seldom_too_careful() -> None:
    random, safe, certified = Random(4), 0, 0
    for _ in range(5_000):
        people = company(random, random.randint(6, 14))
        block_of = partitions(random, people)
        is_safe = isolated(published(block_of, people), people.total, FLOOR) is None
        is_certified = certificate.bound(people, block_of, FLOOR).is_safe
        assert is_safe or not is_certified
        safe, certified = safe + is_safe, certified + (is_safe and is_certified)
    assert safe > 500
    assert certified >= 0.9 * safe


def company(random: Random, people: int) -> Joint:
    carried = [
        {key: random.choice(labels) for key, labels in LABELS.items()} for _ in range(people)
    ]
    return Joint.of(LABELS, carried)


def partitions(random: Random, people: Joint) -> dict[str, dict[str, str]]:
    """Put the labels of some dimensions into one to three blocks, whatever their size.

    Of dimensions other than the first, some leave out a label, as a crossing leaves out divisions.
    """
    return {
        key: {
            label: str(random.randrange(random.choice((1, 2, 3))))
            for label in labels
            if key == "unit" or random.random() < 0.85
        }
        for key, labels in people.marginals().items()
        if key == "unit" or random.random() < 0.5
    }


def published(block_of: Mapping[str, Mapping[str, str]], people: Joint) -> list[frozenset[int]]:
    each = [labels for labels, count in people.counts.items() for _ in range(count)]
    groups: dict[tuple[str, str], set[int]] = {}
    for at, labels in enumerate(each):
        for place, key in enumerate(people.keys):
            if labels[place] in block_of.get(key, {}):
                groups.setdefault((key, block_of[key][labels[place]]), set()).add(at)
    return [frozenset(group) for group in groups.values()]
