"""Reading the comments of a release: every page, file and count of them goes through here.

All comments of a release are there to be read, so a filter never shows more than the page without
it. All the same, one that finds fewer comments to a question than the floor shows none of them (one
person writes one comment to a question), and what it shows stands under no group, which would cut
it into smaller pieces: nobody should fish for a single person's words.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

from sqlalchemy import ColumnElement, Select, func, literal, select
from sqlalchemy.orm import Session

from pulse.domain.errors import NotFound
from pulse.domain.letters import folded
from pulse.release.comment_model import ReleaseComment, ReleaseMasking, ReleaseTheme
from pulse.release.comment_values import (
    CommentBlock,
    CommentPage,
    CommentTheme,
    Masking,
    OpenQuestion,
)
from pulse.release.model import ReleaseGroup, ReleaseQuestion
from pulse.release.values import ReleaseInfo

PAGE = 25
LONGEST_SEARCH = 100
MOST_WORDS = 8
# In place of a theme's id: the comments that are in none.
OTHER = 0


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which comments a reader asked for; nothing means all, from the first page."""

    theme: int | None = None
    words: str = ""
    page: int = 0

    @property
    def search(self) -> str:
        """The words searched for, as they are shown again."""
        readable = self.words.replace("\0", " ")
        return " ".join(readable.split())[:LONGEST_SEARCH]

    @property
    def is_filter(self) -> bool:
        """Whether it asks for some of the comments and not for all."""
        return self.theme is not None or bool(self.search)


ALL = Wanted()


def page(session: Session, release: ReleaseInfo, wanted: Wanted) -> CommentPage:
    """Give one page of comments, in the random order of the release within question and group.

    Raises NotFound for a theme that is not one of this release.
    """
    asked = _questions(session, release)
    concerned = _concerned(asked, wanted.theme)
    where = [
        ReleaseGroup.release_id == release.id,
        ReleaseComment.question.in_(concerned),
        *_conditions(wanted),
    ]
    counts = _counts(session, where)
    enough = {
        code: count
        for code, count in counts.items()
        if not wanted.is_filter or count >= release.comment_floor
    }
    found = sum(enough.values())
    pages = max(1, -(-found // PAGE))
    at = min(wanted.page, pages - 1)
    return CommentPage(
        masking=masking(session, release.id),
        questions=asked,
        theme=wanted.theme,
        search=wanted.search,
        is_filter=wanted.is_filter,
        found=found,
        too_few=wanted.is_filter and len(enough) < max(1, len(concerned)),
        blocks=_blocks(session, _shown(where, enough, is_filter=wanted.is_filter), at),
        page=at,
        pages=pages,
    )


def masking(session: Session, release_id: int) -> Masking | None:
    """Say what was masked; None for a release from before that was done."""
    row = session.get(ReleaseMasking, release_id)
    return None if row is None else Masking(row.comments, row.names, row.mails, row.phones)


def themes(session: Session, release_id: int) -> tuple[CommentTheme, ...]:
    """Give the themes of a release, those of a question together, the largest first."""
    query = (
        select(ReleaseTheme)
        .where(ReleaseTheme.release_id == release_id)
        .order_by(ReleaseTheme.question, ReleaseTheme.position)
    )
    return tuple(
        CommentTheme(row.id, row.question, row.name, row.comments) for row in session.scalars(query)
    )


def lines(session: Session, release_id: int) -> list[tuple[str, str, str]]:
    """Give question, group and text of every comment, in the random order of the release."""
    query = (
        select(ReleaseComment.question, ReleaseGroup.code, ReleaseComment.text)
        .join(ReleaseGroup, ReleaseGroup.id == ReleaseComment.group_id)
        .where(ReleaseGroup.release_id == release_id)
        .order_by(ReleaseComment.position)
    )
    return [(question, group, text) for question, group, text in session.execute(query)]


def _questions(session: Session, release: ReleaseInfo) -> tuple[OpenQuestion, ...]:
    """Give the questions that have comments, each with its themes."""
    counts = _counts(session, [ReleaseGroup.release_id == release.id])
    query = (
        select(ReleaseQuestion.code, ReleaseQuestion.text)
        .where(ReleaseQuestion.release_id == release.id, ReleaseQuestion.code.in_(counts))
        .order_by(ReleaseQuestion.position)
    )
    found = themes(session, release.id)
    return tuple(
        OpenQuestion(code, text, counts[code], tuple(one for one in found if one.question == code))
        for code, text in session.execute(query)
    )


def _concerned(asked: Sequence[OpenQuestion], theme: int | None) -> list[str]:
    """Give the questions to which there are comments of a theme. Raises NotFound."""
    if theme is None:
        return [question.code for question in asked]
    if theme == OTHER:
        return [question.code for question in asked if question.themes and question.others]
    found = [one.question for question in asked for one in question.themes if one.id == theme]
    if not found:
        raise NotFound("This release has no such theme.")
    return found


def _conditions(wanted: Wanted) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = [
        ReleaseComment.folded.contains(word, autoescape=True)
        for word in folded(wanted.search).split()[:MOST_WORDS]
    ]
    if wanted.theme is not None:
        is_theme = ReleaseComment.theme_id == wanted.theme
        found.append(ReleaseComment.theme_id.is_(None) if wanted.theme == OTHER else is_theme)
    return found


def _counts(session: Session, where: Sequence[ColumnElement[bool]]) -> dict[str, int]:
    query = (
        select(ReleaseComment.question, func.count())
        .join(ReleaseGroup, ReleaseGroup.id == ReleaseComment.group_id)
        .where(*where)
        .group_by(ReleaseComment.question)
    )
    return {row[0]: row[1] for row in session.execute(query)}


def _shown(
    where: Sequence[ColumnElement[bool]], questions: Iterable[str], *, is_filter: bool
) -> Select[str, str, str]:
    """Select question, group and text in order; what was filtered is under no group."""
    group = literal("") if is_filter else ReleaseGroup.name
    places = [] if is_filter else [ReleaseGroup.position]
    return (
        select(ReleaseQuestion.text, group, ReleaseComment.text)
        .join(ReleaseGroup, ReleaseGroup.release_id == ReleaseQuestion.release_id)
        .join(
            ReleaseComment,
            (ReleaseComment.group_id == ReleaseGroup.id)
            & (ReleaseComment.question == ReleaseQuestion.code),
        )
        .where(*where, ReleaseComment.question.in_(questions))
        .order_by(ReleaseQuestion.position, *places, ReleaseComment.position)
    )


def _blocks(session: Session, query: Select[str, str, str], at: int) -> tuple[CommentBlock, ...]:
    rows = session.execute(query.offset(at * PAGE).limit(PAGE))
    blocks = groupby(rows, key=lambda row: (row[0], row[1]))
    return tuple(
        CommentBlock(question, name, tuple(row[2] for row in block))
        for (question, name), block in blocks
    )
