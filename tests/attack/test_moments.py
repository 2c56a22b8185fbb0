"""What rounded moments tell beside published counts: with everybody in them, and with a fifth out.

The worst case for whoever is to be protected: two questions answered by yes or no, nobody skips,
and one block whose count is published as 0..1, so that the total is one of two numbers. Every
company that fits is listed, so "certain" means that no other one would look the same.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.special import gammaln

from pulse.domain.moments import FEWEST, moments
from pulse.domain.question import Question
from pulse.domain.scale import Scale
from pulse.domain.vectors import TRAYS, Sums, drivers_of

Table = NDArray[np.int64]
QUESTIONS = (
    Question("e", "?", Scale.YES_NO, "engagement"),
    Question("d", "?", Scale.YES_NO, "caring"),
)
DRIVERS = drivers_of(QUESTIONS)
# Who said yes to both, to engagement only, to the other only, to neither.
CELLS = ((1, 1), (1, 0), (0, 1), (0, 0))
COMPANIES = 25


@dataclass(frozen=True)
class Drawn:
    """A company as a table of four cells, and those of its ballots that are looked at."""

    whole: Table
    kept: Table


def rounded(tables: Table) -> NDArray[np.float64]:
    """Give what would be published of many tables: deviations, correlation, spread."""
    cells = np.asarray(tables, dtype=float)
    people = cells.sum(-1)
    good, other = (cells[..., 0] + cells[..., at] for at in (1, 2))
    with np.errstate(all="ignore"):
        products = [
            (both - one * two / people) / (people - 1)
            for both, one, two in (
                (good, good, good),
                (other, other, other),
                (cells[..., 0], good, other),
            )
        ]
        spread, beside = np.sqrt(products[0]), np.sqrt(products[1])
        correlation = products[2] / (spread * beside)
    told = [np.round(value, 2) for value in (spread, beside, correlation)]
    return np.stack([*told, np.round(spread, 3)], axis=-1)


def drawn(random: np.random.Generator, people: int) -> Drawn:
    """Draw a company that is divided over both questions, and leave a fifth of it out."""
    mood = random.normal(size=people)
    said = [
        part * mood + np.sqrt(1 - part**2) * random.normal(size=people) < random.uniform(-0.6, 0.6)
        for part in (0.7, 0.6)
    ]
    cell = 2 * ~said[0] + ~said[1]
    kept = random.permutation(cell)[: people - people // TRAYS]
    return Drawn(np.bincount(cell, minlength=4), np.bincount(kept, minlength=4))


def with_totals(people: int, good: int, others: Iterable[int]) -> Table:
    """List every table of so many people with these totals."""
    found = []
    for other in others:
        both = np.arange(max(0, good + other - people), min(good, other) + 1)
        found.append(
            np.column_stack([both, good - both, other - both, people - good - other + both])
        )
    return np.concatenate(found)


def fits(company: Drawn, total: int, *, everybody: bool) -> bool:
    """Say whether a company with this total, of the same published counts, looks the same."""
    people, good = int(company.whole.sum()), int(company.whole[:2].sum())
    if everybody:
        same = rounded(with_totals(people, good, [total])) == rounded(company.whole)
        return bool(same.all(1).any())
    kept, out = int(company.kept.sum()), people - int(company.kept.sum())
    told = rounded(company.kept)
    # Whatever those left out said: their totals are what the kept ones lack.
    for some in range(max(0, good - out), good + 1):
        tables = with_totals(kept, some, range(max(0, total - out), min(total, kept) + 1))
        if (rounded(tables) == told).all(1).any():
            return True
    return False


def certain(people: int, *, everybody: bool) -> float:
    """Give how often the hidden total is certain to whoever has all that is published."""
    random = np.random.default_rng(people)
    known = 0
    for _ in range(COMPANIES):
        company = drawn(random, people)
        total = int(company.whole[[0, 2]].sum())
        other = total + int(random.choice((-1, 1)))
        assert fits(company, total, everybody=everybody)
        known += not fits(company, other, everybody=everybody)
    return known / COMPANIES


def test_the_tables_are_rounded_as_the_product_does() -> None:
    company = drawn(np.random.default_rng(1), 150)
    sums = Sums()
    for (engaged, cared), count in zip(CELLS, company.kept, strict=True):
        for _ in range(count):
            sums.count(DRIVERS, {"e": engaged, "d": cared})
    found = moments(DRIVERS, sums, ("e", "d"))
    assert found is not None
    told = (*found.deviations.values(), *found.correlations.values(), found.favourable_spread)
    assert told == pytest.approx(rounded(company.kept))


@pytest.mark.parametrize(("people", "least"), [(125, 0.9), (300, 0.3)])
def test_rounding_alone_would_make_a_hidden_count_certain(people: int, least: float) -> None:
    assert certain(people, everybody=True) >= least


@pytest.mark.parametrize("people", [FEWEST * TRAYS // (TRAYS - 1), 200, 300])
def test_with_a_fifth_left_out_no_hidden_count_is_ever_certain(people: int) -> None:
    assert certain(people, everybody=False) == 0


@pytest.mark.parametrize("people", [125, 200])
def test_whoever_knows_all_other_ballots_learns_next_to_nothing_of_the_last(people: int) -> None:
    """They weigh every fifth that may have been left out, for both answers of the last person."""
    random = np.random.default_rng(people)
    out = people // TRAYS
    cells = np.indices((out + 1,) * 3).reshape(3, -1).T
    left_out = np.column_stack([cells, out - cells.sum(1)])
    beliefs = []
    for _ in range(4 * COMPANIES):
        company = drawn(random, people)
        cell = int(random.choice(4, p=company.whole / people))
        other = company.whole.copy()
        # The same ballot with the other answer to the second question.
        other[[cell, cell ^ 1]] += (-1, 1)
        chances = [chance(whole, left_out, company.kept) for whole in (company.whole, other)]
        beliefs.append(chances[0] / sum(chances))
    # Where they have the only ballot of its kind, even a fifth is not enough: one in a hundred.
    assert np.mean(np.array(beliefs) > 0.95) <= 0.05
    assert np.mean(beliefs) < 0.6


def chance(whole: Table, left_out: Table, kept: Table) -> float:
    """Give how likely a company is to publish what was published."""
    possible = left_out[(left_out >= 0).all(1) & (left_out <= whole).all(1)]
    ways = gammaln(whole + 1) - gammaln(possible + 1) - gammaln(whole - possible + 1)
    out, people = int(possible[0].sum()), int(whole.sum())
    of_all = gammaln(people + 1) - gammaln(out + 1) - gammaln(people - out + 1)
    same = (rounded(whole - possible) == rounded(kept)).all(1)
    return float(np.exp(ways.sum(1) - of_all)[same].sum())
