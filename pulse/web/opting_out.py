"""The door at which a person ends the mails of Pulse, or wants them again.

It is opened from a mail, mostly by the mail program itself (RFC 8058): a POST without cookie and
without a form, on which nothing but the address says for whom. Reading the page changes nothing.
"""

from flask import Blueprint, render_template

from pulse.config import settings
from pulse.db import reading, transaction
from pulse.domain import opt_out
from pulse.invitations import opting_out
from pulse.web.guard import public

blueprint = Blueprint("opting_out", __name__)


@blueprint.get("/o/<token>")
@public("whoever holds a mail may say that it is the last")
def show(token: str) -> str:
    employee_id = _person(token)
    with reading() as session:
        return _page(token, out=opting_out.is_out(session, employee_id))


@blueprint.post("/o/<token>")
@public("whoever holds a mail may say that it is the last")
def leave(token: str) -> str:
    employee_id = _person(token)
    with transaction() as session:
        opting_out.leave(session, employee_id)
    return _page(token, out=True)


@blueprint.post("/o/<token>/back")
@public("whoever holds a mail may want others again")
def come_back(token: str) -> str:
    employee_id = _person(token)
    with transaction() as session:
        opting_out.come_back(session, employee_id)
    return _page(token, out=False)


def _person(token: str) -> int:
    return opt_out.employee(settings().opt_out_key, token)


def _page(token: str, *, out: bool) -> str:
    return render_template("invitations/opt_out.html", token=token, out=out)
