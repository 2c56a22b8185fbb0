"""The action log, open to every employee and every signed-in role."""

from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from flask import Blueprint, render_template, request
from werkzeug.datastructures import MultiDict

from pulse import clock
from pulse.actions import chain, log
from pulse.actions.values import Author, LogFilter
from pulse.config import settings
from pulse.db import reading
from pulse.domain.action_item import OPEN, State
from pulse.domain.marking import marked
from pulse.domain.permission import Permission
from pulse.web import addresses
from pulse.web.guard import requires, signed_in_person

blueprint = Blueprint("actions", __name__)

OVERDUE = marked("overdue")


@blueprint.get("/log")
@requires(Permission.VIEW_LOG)
def index() -> str:
    with reading() as session:
        found = log.items(session, _filter(request.args))
        groups = log.groups(session)
        seal = chain.head(session)
    return render_template(
        "actions/index.html",
        found=found,
        groups=groups,
        seal=seal,
        states=(*(state.value for state in State), OVERDUE),
        chosen={name: request.args.get(name, "") for name in ("state", "group")},
        **context(),
    )


@blueprint.get("/log/<int:item_id>")
@requires(Permission.VIEW_LOG)
def show(item_id: int) -> str:
    person = signed_in_person()
    with reading() as session:
        history = log.item(session, item_id)
        mine = log.may_update(session, author(), history.item)
    return render_template(
        "actions/item.html",
        history=history,
        may_update=mine
        and person.may(Permission.POST_ACTION)
        and history.item.latest.said.state in OPEN,
        **context(),
    )


def author() -> Author:
    """Give the signed-in person as somebody who writes."""
    person = signed_in_person()
    return Author(person.account_id or 0, person.name, person.unit_id)


def local_today() -> date:
    """Give the date that it is where the company is."""
    return clock.now().astimezone(ZoneInfo(settings().time_zone)).date()


def context() -> dict[str, Any]:
    """Give what every page of the log needs: dates where the company is, and who may post."""
    return {
        "today": local_today(),
        "zone": ZoneInfo(settings().time_zone),
        "may_post": signed_in_person().may(Permission.POST_ACTION),
    }


def _filter(args: MultiDict[str, str]) -> LogFilter:
    """Read the filters; what is not known filters nothing."""
    state = args.get("state", "")
    return LogFilter(
        state=State(state) if state in set(State) else None,
        group_code=args.get("group") or None,
        overdue_on=local_today() if state == OVERDUE else None,
        page=addresses.number("page") or 1,
    )
