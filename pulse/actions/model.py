"""Tables of the action log: items, their versions in one chain of hashes, and the chain's head.

Items and versions are append-only; `pulse/actions/append_only.py` makes the database refuse
anything else. Only the head, one row, moves on with each version.
"""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from pulse.actions import append_only
from pulse.db import Model, UtcDateTime

HASH = 64
HEAD_ID = 1


class ActionItem(Model):
    """What an answer is about, and who gives it: set once, when the first version is posted."""

    __tablename__ = "action_item"

    id: Mapped[int] = mapped_column(primary_key=True)
    wave_id: Mapped[int] = mapped_column(index=True)
    release_id: Mapped[int]
    dimension: Mapped[str] = mapped_column(String(64))
    group_code: Mapped[str] = mapped_column(String(200), index=True)
    # The result that was answered, in the words in which it stood there.
    group_name: Mapped[str] = mapped_column(String(400))
    subject_kind: Mapped[str] = mapped_column(String(10))
    subject_code: Mapped[str] = mapped_column(String(64))
    subject: Mapped[str] = mapped_column(String(400))
    wave_title: Mapped[str] = mapped_column(String(200))
    result: Mapped[str] = mapped_column(String(200))
    leader_account_id: Mapped[int] = mapped_column(index=True)
    leader_name: Mapped[str] = mapped_column(String(200))

    __table_args__ = (
        CheckConstraint("subject_kind IN ('question', 'driver', 'index')", name="known_kind"),
    )


class ActionEntry(Model):
    """One version of an item. `position` counts all versions of all items without a gap."""

    __tablename__ = "action_entry"
    __table_args__ = (
        UniqueConstraint("item_id", "version"),
        CheckConstraint(
            "state IN ('heard', 'planned', 'under way', 'done', 'declined')", name="known_state"
        ),
        CheckConstraint("state <> 'declined' OR reason <> ''", name="declined_says_why"),
        CheckConstraint(
            "state NOT IN ('planned', 'under way', 'done')"
            " OR (will_do <> '' AND owner <> '' AND due_on IS NOT NULL)",
            name="promise_has_owner_and_date",
        ),
        CheckConstraint("version >= 1 AND position >= 1", name="counts_from_one"),
    )

    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    item_id: Mapped[int] = mapped_column(ForeignKey("action_item.id"))
    version: Mapped[int]
    state: Mapped[str] = mapped_column(String(10))
    heard: Mapped[str] = mapped_column(Text)
    will_do: Mapped[str] = mapped_column(Text)
    owner: Mapped[str] = mapped_column(String(200))
    due_on: Mapped[date | None]
    reason: Mapped[str] = mapped_column(Text)
    posted_at: Mapped[datetime] = mapped_column(UtcDateTime)
    by_account_id: Mapped[int]
    by_name: Mapped[str] = mapped_column(String(200))
    # Unique, so that the chain cannot fork.
    previous_hash: Mapped[str] = mapped_column(String(HASH), unique=True)
    hash: Mapped[str] = mapped_column(String(HASH), unique=True)


class ActionChainHead(Model):
    """The last version's position and hash; locked while the next one is written."""

    __tablename__ = "action_chain_head"
    __table_args__ = (CheckConstraint(f"id = {HEAD_ID}", name="one_row"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    position: Mapped[int]
    hash: Mapped[str] = mapped_column(String(HASH))


for table in (ActionItem.__table__, ActionEntry.__table__):
    append_only.protect(table)
