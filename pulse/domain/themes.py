"""Finds what many comments to one question are about, on this machine and without any person.

    comments ──► words that at least `floor` of them share ──► few themes ──► each comment in one

Only shared words are looked at, so a rare word can neither name a theme nor move a comment into
one. Term weights (TF-IDF) and clusters are scikit-learn's: k-means, begun as by Arthur and
Vassilvitskii, "k-means++: the advantages of careful seeding", SODA 2007. It is loaded by name where
comments are published.
"""

import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np
from sklearn.cluster import KMeans
from sklearn.exceptions import ConvergenceWarning
from sklearn.feature_extraction.text import ENGLISH_STOP_WORDS, TfidfVectorizer

MOST_THEMES = 8
NAMING_WORDS = 3
# Words of three letters and more; what stands in brackets is a mask.
_WORDS = r"(?<!\[)\b[^\W\d_]{3,}\b(?!\])"
# A word in most comments says what the question was, and is no theme.
_TOO_COMMON = 0.6
_STARTS = 5


@dataclass(frozen=True, slots=True)
class Theme:
    """What at least `floor` comments are about: the words that name it, and which comments."""

    words: tuple[str, ...]
    comments: tuple[int, ...]


def find(
    texts: Sequence[str], floor: int, is_name: Callable[[str], bool] = lambda _: False
) -> list[Theme]:
    """Find the themes of comments to one question, the largest first; equal texts, equal themes.

    A comment is in one theme at most, and holds one of the words that name it. Each theme has at
    least `floor` comments, and so have those that are in none, unless there are none of these. Each
    naming word stands in at least `floor` comments of its theme; words for which `is_name` holds
    name none.
    """
    # The order of comments is drawn by chance and must not decide anything.
    order = sorted(range(len(texts)), key=lambda at: texts[at])
    weights, words = _weighed([texts[at] for at in order], floor)
    if weights is None:
        return []
    # A word that somebody is called by names nothing.
    naming = ["" if is_name(word) else word for word in words]
    most = min(MOST_THEMES, len(texts) // floor)
    tried = [
        _themes(weights, _parts(weights, count), naming, floor) for count in range(1, most + 1)
    ]
    themes = max((_folded(found, len(texts), floor) for found in tried), key=_sorted_by)
    return [Theme(one.words, tuple(sorted(order[at] for at in one.comments))) for one in themes]


def _sorted_by(themes: Sequence[Theme]) -> tuple[int, int]:
    """Prefer themes that sort many comments, and among those the many to the few."""
    return sum(len(theme.comments) for theme in themes), len(themes)


def _weighed(texts: Sequence[str], floor: int) -> tuple[Any, list[str]]:
    """Weigh the words that at least `floor` comments share: a matrix of comments by words."""
    if len(texts) < floor:
        return None, []
    most = max(floor, int(_TOO_COMMON * len(texts)))
    vectorizer = TfidfVectorizer(
        token_pattern=_WORDS,
        stop_words=sorted(ENGLISH_STOP_WORDS),
        min_df=floor,
        max_df=most,
        sublinear_tf=True,
    )
    try:
        weights = vectorizer.fit_transform(texts)
    except ValueError:
        # This is how it says that no word is left.
        return None, []
    return weights, [str(word) for word in vectorizer.get_feature_names_out()]


def _parts(weights: Any, count: int) -> "np.ndarray[Any, Any]":  # noqa: ANN401  (a sparse matrix)
    """Give each comment one of so many parts; fewer are used where fewer comments differ."""
    model = KMeans(n_clusters=count, n_init=_STARTS, random_state=0)
    with warnings.catch_warnings():
        # It says so where there are fewer different comments than parts, which does no harm.
        warnings.simplefilter("ignore", ConvergenceWarning)
        found: np.ndarray[Any, Any] = model.fit_predict(weights)
    return found


def _themes(
    weights: Any,  # noqa: ANN401  (a sparse matrix)
    parts: "np.ndarray[Any, Any]",
    words: Sequence[str],
    floor: int,
) -> list[Theme]:
    """Name the parts, the largest first; parts that would share a name are one."""
    names = {
        part: _name(weights, parts == part, words, floor) for part in sorted(set(parts.tolist()))
    }
    for part, other in combinations(names, 2):
        if set(names[part]) & set(names[other]):
            return _themes(weights, np.where(parts == other, part, parts), words, floor)
    found = []
    for part, name in names.items():
        # Whoever reads the name should find one of its words in each comment.
        holds = weights[:, [words.index(word) for word in name]].getnnz(axis=1) > 0
        rows = np.flatnonzero((parts == part) & holds) if name else ()
        found.append(Theme(name, tuple(int(at) for at in rows)))
    return sorted(found, key=lambda theme: (-len(theme.comments), theme.words))


def _name(
    weights: Any,  # noqa: ANN401  (a sparse matrix)
    inside: "np.ndarray[Any, Any]",
    words: Sequence[str],
    floor: int,
) -> tuple[str, ...]:
    """Give the words that are more often in a part than elsewhere, long ones first; maybe none.

    Longer words say more (Piantadosi, Tily and Gibson, PNAS 108, 2011), in languages as well of
    which no list of stop words is at hand. An empty word names nothing.
    """
    counts = weights[inside].getnnz(axis=0)
    within = counts / max(1, inside.sum())
    outside = weights[~inside].getnnz(axis=0) / max(1, (~inside).sum())
    lengths = np.array([len(word) for word in words])
    telling = np.where(counts >= floor, within - outside, 0) * lengths
    best = np.argsort(-telling, kind="stable")[:NAMING_WORDS]
    return tuple(words[at] for at in best if telling[at] > max(0, telling[best[0]] / 2))


def _folded(themes: Sequence[Theme], texts: int, floor: int) -> list[Theme]:
    """Leave out themes that are too small, and the smallest where too few would be in none."""
    kept = [theme for theme in themes if len(theme.comments) >= floor]
    left = texts - sum(len(theme.comments) for theme in kept)
    while kept and 0 < left < floor:
        left += len(kept.pop().comments)
    return kept
