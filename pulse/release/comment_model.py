"""Tables of the comments of a release: what was masked in them, their themes, and the texts."""

from sqlalchemy import CheckConstraint, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from pulse.db import Model


class ReleaseMasking(Model):
    """How many comments a release has, and what was masked in them, for the company as a whole.

    Releases from before comments were masked have no row.
    """

    __tablename__ = "release_masking"
    __table_args__ = (
        CheckConstraint(
            "comments >= 0 AND names >= 0 AND mails >= 0 AND phones >= 0", name="counts"
        ),
    )

    release_id: Mapped[int] = mapped_column(ForeignKey("release.id"), primary_key=True)
    comments: Mapped[int]
    names: Mapped[int]
    mails: Mapped[int]
    phones: Mapped[int]


class ReleaseTheme(Model):
    """What many comments to one question are about; one person writes one comment to a question."""

    __tablename__ = "release_theme"
    __table_args__ = (
        UniqueConstraint("release_id", "question", "position"),
        CheckConstraint("comments >= 10", name="never_below_ten"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    release_id: Mapped[int] = mapped_column(ForeignKey("release.id"))
    question: Mapped[str] = mapped_column(String(32))
    position: Mapped[int]
    name: Mapped[str] = mapped_column(Text)
    comments: Mapped[int]


class ReleaseComment(Model):
    """A comment under a group of at least ten ballots, in an order drawn at random.

    `text` is masked; `folded` is the form in which it is searched. The theme follows from the words
    of all comments and from nothing else.
    """

    __tablename__ = "release_comment"

    id: Mapped[int] = mapped_column(primary_key=True)
    group_id: Mapped[int] = mapped_column(ForeignKey("release_group.id"), index=True)
    question: Mapped[str] = mapped_column(String(32))
    position: Mapped[int]
    text: Mapped[str] = mapped_column(Text)
    folded: Mapped[str] = mapped_column(Text)
    theme_id: Mapped[int | None] = mapped_column(ForeignKey("release_theme.id"), index=True)
