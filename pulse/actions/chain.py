"""The chain over the whole log: lock the head, append a link, verify every link.

    append:  head (locked) -> record -> hash -> entry -> head moves on
    verify:  entries by position -> recompute each hash -> compare with entry, neighbour, head

Somebody who can rewrite the database can rewrite the head as well. Then only a hash that was
noted elsewhere helps: `verify` says whether that one is still part of the log.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from pulse.actions.model import HEAD_ID, ActionChainHead, ActionEntry, ActionItem
from pulse.domain.hash_chain import ORIGIN, Value, link

_BATCH = 500
_FIRST_HEAD = text(
    "INSERT INTO action_chain_head (id, position, hash) VALUES (:id, 0, :origin)"
    " ON CONFLICT (id) DO NOTHING"
)


@dataclass(frozen=True, slots=True)
class Head:
    """How long the log is, and the hash that seals all of it."""

    position: int
    hash: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """What `verify` found: nothing wrong, or the first position that is."""

    head: Head
    broken_at: int | None = None
    problem: str = ""

    @property
    def intact(self) -> bool:
        return self.broken_at is None


def head(session: Session) -> Head:
    """Give the head of the log."""
    row = session.get(ActionChainHead, HEAD_ID)
    return Head(0, ORIGIN) if row is None else Head(row.position, row.hash)


def hold(session: Session) -> ActionChainHead:
    """Lock the head until the transaction ends, so that writers queue."""
    session.execute(_FIRST_HEAD, {"id": HEAD_ID, "origin": ORIGIN})
    return session.scalars(
        select(ActionChainHead)
        .where(ActionChainHead.id == HEAD_ID)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()


def append(session: Session, item: ActionItem, entry: ActionEntry) -> None:
    """Write an entry as the next link of the chain."""
    last = hold(session)
    entry.position = last.position + 1
    entry.previous_hash = last.hash
    entry.hash = link(last.hash, _record(item, entry))
    session.add(entry)
    last.position, last.hash = entry.position, entry.hash
    session.flush()


def verify(session: Session, noted: str | None = None) -> Verdict:
    """Recompute the whole chain; with `noted`, also look for a hash written down earlier."""
    end = head(session)
    last = Head(0, ORIGIN)
    missing = noted not in {None, ORIGIN}
    for item, entry in _entries(session):
        problem = _problem(last, item, entry)
        if problem:
            return Verdict(end, entry.position, problem)
        last = Head(entry.position, entry.hash)
        missing = missing and entry.hash != noted
    if last != end:
        return Verdict(end, last.position + 1, "entries are missing at the end of the log")
    if missing:
        return Verdict(end, last.position + 1, "the noted hash is no longer part of the log")
    return _items_without_entry(session, end)


def _entries(session: Session) -> Iterator[tuple[ActionItem | None, ActionEntry]]:
    """Walk the log in bounded steps, so that its length costs no memory."""
    last: int | None = None
    while rows := _some_entries(session, last):
        yield from rows
        last = rows[-1][1].position


def _some_entries(
    session: Session, last: int | None
) -> list[tuple[ActionItem | None, ActionEntry]]:
    query = (
        select(ActionItem, ActionEntry)
        .select_from(ActionEntry)
        .outerjoin(ActionItem, ActionItem.id == ActionEntry.item_id)
        .order_by(ActionEntry.position)
        .limit(_BATCH)
    )
    if last is not None:
        query = query.where(ActionEntry.position > last)
    return [(row.ActionItem, row.ActionEntry) for row in session.execute(query)]


def _problem(last: Head, item: ActionItem | None, entry: ActionEntry) -> str:
    if item is None:
        return "the item of this entry was removed"
    if entry.position != last.position + 1:
        return "an entry was removed or inserted before this one"
    if entry.previous_hash != last.hash:
        return "this entry does not follow the one before it"
    if entry.hash != link(last.hash, _record(item, entry)):
        return "this entry, or the item that it belongs to, was altered"
    return ""


def _items_without_entry(session: Session, end: Head) -> Verdict:
    stray = session.scalar(
        select(ActionItem.id)
        .outerjoin(ActionEntry, ActionEntry.item_id == ActionItem.id)
        .where(ActionEntry.position.is_(None))
        .limit(1)
    )
    if stray is None:
        return Verdict(end)
    return Verdict(end, end.position + 1, f"item {stray} is there without an entry")


def _record(item: ActionItem, entry: ActionEntry) -> dict[str, Value]:
    """Give everything that a reader sees of a version, item included, as plain values."""
    return {
        "item": item.id,
        "wave": item.wave_id,
        "release": item.release_id,
        "dimension": item.dimension,
        "group": item.group_code,
        "group_name": item.group_name,
        "subject_kind": item.subject_kind,
        "subject_code": item.subject_code,
        "subject": item.subject,
        "wave_title": item.wave_title,
        "result": item.result,
        "leader": item.leader_account_id,
        "leader_name": item.leader_name,
        "position": entry.position,
        "version": entry.version,
        "state": entry.state,
        "heard": entry.heard,
        "will_do": entry.will_do,
        "owner": entry.owner,
        "due_on": entry.due_on.isoformat() if entry.due_on else None,
        "reason": entry.reason,
        "posted_at": entry.posted_at.isoformat(),
        "by": entry.by_account_id,
        "by_name": entry.by_name,
    }
