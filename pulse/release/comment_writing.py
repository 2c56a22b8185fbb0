"""Writes the comments of a release: names masked, sorted into themes, in an order drawn at random.

    placed comments ──► masked ──► themes of what is left ──► rows, without their former order

Themes are found in the masked texts, so they say nothing that cannot be read in what is published.
The libraries for it are loaded by name: no process that serves pages holds them.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib import import_module
from random import Random

from sqlalchemy.orm import Session

from pulse.domain.letters import folded, key, view
from pulse.domain.masking import MASKS, Kind, Masker
from pulse.domain.name_list import listed
from pulse.release.comment_model import ReleaseComment, ReleaseMasking, ReleaseTheme
from pulse.release.comments import Placed
from pulse.release.figures import GroupIds

BETWEEN_WORDS = ", "
_PHONES = "pulse.domain.phones"
_THEMES = "pulse.domain.themes"


@dataclass(frozen=True, slots=True)
class Known:
    """What is masked in comments: names of staff, and phone numbers of these regions."""

    names: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Wording:
    """How the comments of a release are written: what is masked, and the fewest of a theme."""

    release_id: int
    known: Known
    floor: int
    order: Random


def write(session: Session, wording: Wording, comments: Sequence[Placed], ids: GroupIds) -> None:
    """Write the comments, how much was masked in them, and their themes."""
    names = listed(wording.known.names)
    masker = Masker(names, import_module(_PHONES).finder(wording.known.regions))
    masked = [masker.mask(comment.text) for comment in comments]
    found = sum((each.counts for each in masked), Counter[Kind]())
    session.add(_masking(wording.release_id, len(masked), found))
    shown = [(comment, each.text) for comment, each in zip(comments, masked, strict=True)]
    wording.order.shuffle(shown)
    themes = _themes(session, wording, shown, lambda word: names.is_name(key(view(word).text)))
    session.add_all(
        ReleaseComment(
            group_id=ids[comment.group],
            question=comment.question,
            position=at + 1,
            text=text,
            # A mask is no word that anybody wrote.
            folded=folded(MASKS.sub(" ", text)),
            theme_id=themes.get(at),
        )
        for at, (comment, text) in enumerate(shown)
    )


def _masking(release_id: int, comments: int, found: Counter[Kind]) -> ReleaseMasking:
    return ReleaseMasking(
        release_id=release_id,
        comments=comments,
        names=found[Kind.NAME],
        mails=found[Kind.MAIL],
        phones=found[Kind.PHONE],
    )


def _themes(
    session: Session,
    wording: Wording,
    shown: Sequence[tuple[Placed, str]],
    is_name: Callable[[str], bool],
) -> dict[int, int]:
    """Write the themes of each question; give the theme of each comment that has one, by place."""
    finder = import_module(_THEMES)
    theme_of: dict[int, int] = {}
    for question in sorted({comment.question for comment, _ in shown}):
        places = [at for at, (comment, _) in enumerate(shown) if comment.question == question]
        texts = [shown[at][1] for at in places]
        for position, theme in enumerate(finder.find(texts, wording.floor, is_name), start=1):
            row = ReleaseTheme(
                release_id=wording.release_id,
                question=question,
                position=position,
                name=BETWEEN_WORDS.join(theme.words),
                comments=len(theme.comments),
            )
            session.add(row)
            session.flush()
            theme_of |= {places[at]: row.id for at in theme.comments}
    return theme_of
