"""Many tests at once: Y. Benjamini, Y. Hochberg, Controlling the false discovery rate, Journal of
the Royal Statistical Society B 57 (1995): fifteen p-values of a trial of two treatments.
"""

import numpy as np

from pulse.domain import uncertainty

# In parts of ten thousand.
P = np.array("1 4 19 95 201 278 298 344 459 3240 4262 5719 6528 7590 10000".split(), float) / 10_000


def test_their_rule_keeps_four() -> None:
    assert uncertainty.kept(P).tolist() == [True] * 4 + [False] * 11


def test_in_any_order() -> None:
    order = np.random.default_rng(1).permutation(len(P))
    assert sorted(P[order][uncertainty.kept(P[order])]) == P[:4].tolist()


def test_bonferroni_keeps_three() -> None:
    assert sum(p <= uncertainty.FALSE_DISCOVERIES / len(P) for p in P) == 3
