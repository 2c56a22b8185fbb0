"""The action log: post an item, add a version, read what everybody may read.

    post:    author -> reach -> domain.action_item -> item + version 1 -> chain
    update:  author -> reach -> domain.action_item -> next version     -> chain

Nothing is ever changed or removed: a correction is a further version.
"""

from dataclasses import asdict
from datetime import datetime

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, aliased

from pulse.actions import chain, reach
from pulse.actions.model import ActionEntry, ActionItem
from pulse.actions.values import (
    Answered,
    Author,
    EntryView,
    ItemHistory,
    ItemView,
    LogFilter,
    LogPage,
    Moment,
)
from pulse.domain import action_item
from pulse.domain.action_item import State, Version
from pulse.domain.errors import Conflict, NotAllowed, NotFound

PAGE_SIZE = 20
OUT_OF_REACH = "You answer for your own unit and the units below it."


def post(
    session: Session, author: Author, answered: Answered, wanted: Version, moment: Moment
) -> int:
    """Post a new item and give its id. Raises NotAllowed, or Invalid naming the field."""
    if not may_answer(session, author, answered.dimension, answered.group_code):
        raise NotAllowed(OUT_OF_REACH)
    said = action_item.checked(None, wanted, moment.today)
    item = ActionItem(
        **asdict(answered), leader_account_id=author.account_id, leader_name=author.name
    )
    session.add(item)
    session.flush()
    chain.append(session, item, _entry(item, 1, said, author, moment.now))
    return item.id


def update(
    session: Session, author: Author, seen: tuple[int, int], wanted: Version, moment: Moment
) -> int:
    """Add the version that follows the one `seen` (item, version), and give its number.

    Raises Conflict when somebody else was faster, so that nobody overwrites what they never read.
    """
    item_id, version = seen
    chain.hold(session)  # From here on nobody else can add a version.
    item = _item(session, item_id)
    latest = session.scalars(
        select(ActionEntry)
        .where(ActionEntry.item_id == item_id)
        .order_by(ActionEntry.version.desc())
        .limit(1)
    ).one()
    if not may_update(session, author, _view(item, latest)):
        raise NotAllowed(OUT_OF_REACH)
    if latest.version != version:
        raise Conflict("Somebody has updated this item meanwhile; read it again first.")
    said = action_item.checked(_said(latest), wanted, moment.today)
    chain.append(session, item, _entry(item, version + 1, said, author, moment.now))
    return version + 1


def items(session: Session, wanted: LogFilter) -> LogPage:
    """Give one page of items, the most recently posted or updated first."""
    page = max(wanted.page, 1)
    found = session.execute(
        _latest(wanted).offset((page - 1) * PAGE_SIZE).limit(PAGE_SIZE + 1)
    ).all()
    views = tuple(_view(row.ActionItem, row.ActionEntry) for row in found[:PAGE_SIZE])
    return LogPage(views, page, more=len(found) > PAGE_SIZE)


def item(session: Session, item_id: int) -> ItemHistory:
    """Give one item with its history. Raises NotFound."""
    row = _item(session, item_id)
    entries = session.scalars(
        select(ActionEntry)
        .where(ActionEntry.item_id == item_id)
        .order_by(ActionEntry.version.desc())
    ).all()
    return ItemHistory(_view(row, entries[0]), tuple(_entry_view(entry) for entry in entries))


def may_update(session: Session, author: Author, found: ItemView) -> bool:
    """Say whether a leader may add to this item: their own, or one within their reach."""
    if author.account_id == found.leader_account_id:
        return True
    return may_answer(session, author, found.answers.dimension, found.answers.group_code)


def may_answer(session: Session, author: Author, dimension: str, group_code: str) -> bool:
    """Say whether a leader may answer results of this group."""
    return reach.of_unit(session, author.unit_id).covers(dimension, group_code)


def groups(session: Session) -> tuple[tuple[str, str], ...]:
    """Give code and name of every group that has an item, for the filter."""
    rows = session.execute(
        select(ActionItem.group_code, func.max(ActionItem.group_name).label("name"))
        .group_by(ActionItem.group_code)
        .order_by("name")
    )
    return tuple((row.group_code, row.name) for row in rows)


def _latest(wanted: LogFilter) -> Select[ActionItem, ActionEntry]:
    """Walk the entries from the newest, past those that have a newer version."""
    newer = aliased(ActionEntry)
    query = (
        select(ActionItem, ActionEntry)
        .join(ActionEntry, ActionEntry.item_id == ActionItem.id)
        .where(
            ~select(newer.position)
            .where(newer.item_id == ActionEntry.item_id, newer.version > ActionEntry.version)
            .exists()
        )
        .order_by(ActionEntry.position.desc())
    )
    if wanted.state is not None:
        query = query.where(ActionEntry.state == wanted.state.value)
    if wanted.group_code is not None:
        query = query.where(ActionItem.group_code == wanted.group_code)
    if wanted.wave_id is not None:
        query = query.where(ActionItem.wave_id == wanted.wave_id)
    if wanted.overdue_on is not None:
        open_states = [state.value for state in action_item.OPEN]
        query = query.where(ActionEntry.due_on < wanted.overdue_on)
        query = query.where(ActionEntry.state.in_(open_states))
    return query


def _item(session: Session, item_id: int) -> ActionItem:
    found = session.get(ActionItem, item_id)
    if found is None:
        raise NotFound("There is no such item in the action log.")
    return found


def _entry(
    item: ActionItem, version: int, said: Version, author: Author, now: datetime
) -> ActionEntry:
    return ActionEntry(
        item_id=item.id,
        version=version,
        **(asdict(said) | {"state": said.state.value}),
        posted_at=now,
        by_account_id=author.account_id,
        by_name=author.name,
    )


def _said(entry: ActionEntry) -> Version:
    return Version(
        State(entry.state), entry.heard, entry.will_do, entry.owner, entry.due_on, entry.reason
    )


def _view(item: ActionItem, latest: ActionEntry) -> ItemView:
    answered = Answered(
        item.wave_id,
        item.release_id,
        item.dimension,
        item.group_code,
        item.group_name,
        item.subject_kind,
        item.subject_code,
        item.subject,
        item.wave_title,
        item.result,
    )
    return ItemView(
        item.id, answered, item.leader_account_id, item.leader_name, _entry_view(latest)
    )


def _entry_view(entry: ActionEntry) -> EntryView:
    return EntryView(entry.version, _said(entry), entry.posted_at, entry.by_name, entry.hash)
