from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import Page
from sqlalchemy import select

from pulse.accounts.sessions import Holder
from pulse.config import settings
from pulse.db import reading, transaction
from pulse.domain import outside_address
from pulse.domain.announcement import Event
from pulse.domain.hook_format import HookKind
from pulse.domain.permission import Role
from pulse.hooks import book
from pulse.hooks.model import HookDelivery
from pulse.hooks.values import Draft
from pulse.people.model import Employee, EmploymentSpell, Unit
from tests.support import released, signed_in
from tests.support.browser import Visitor
from tests.support.signing_in import Person, sign_in

MARKUP = '<script>alert("x")</script><b>late</b>'
DUE = (datetime.now(UTC) + timedelta(days=30)).date()
PROMISE = {
    "state": "planned",
    "heard": "The rota comes too late.",
    "will_do": "Publish the rota\ntwo weeks ahead.",
    "owner": "Bo Ek",
    "due_on": DUE.isoformat(),
}


@pytest.fixture
def finding(app: Flask, now: datetime) -> str:
    """A release, and the key of its result on tools for the whole company."""
    wave = released.manifest(released.survey(now), now)
    ballots = released.papers("care/north", 12) + released.papers("shops", 20, 2)
    release_id = released.released(wave, ballots, now)
    return f"{release_id}:tools_1:all"


def post(leader: Person, finding: str, **changes: str) -> str:
    """Post an item and give its path."""
    form_on = f"/log/new?finding={finding}"
    data = PROMISE | {"finding": finding} | changes
    answer = leader.post("/log/new", data, form_on=form_on)
    assert answer.status_code == 302, answer.text
    return str(answer.location)


def employee(client: FlaskClient) -> Person:
    with transaction() as session:
        unit = Unit(key="Care", name="Care")
        person = Employee(number="7", name="Ann Lee", email="ann@acme.example")
        session.add_all([unit, person])
        session.flush()
        spell = EmploymentSpell(employee_id=person.id, unit_id=unit.id, starts_on=date(2020, 1, 1))
        session.add(spell)
        employee_id = person.id
    return Person(client).signed_in_as(Holder(employee_id=employee_id))


def test_an_item_is_read_in_the_readers_language_and_stays_as_it_was_written(
    app: Flask, finding: str
) -> None:
    leader = sign_in(app.test_client(), Role.LEADER)
    item = post(leader, finding)
    for path in ("/log", item):
        page = leader.get(f"{path}?lang=de").text
        assert "zustimmend von 20 bis 49 Antworten" in page
        assert "Geplant" in page
        assert "The rota comes too late." in page
    assert "of 20 to 49 answers" in leader.get(item).text


def test_a_leader_answers_and_an_employee_reads_it(app: Flask, finding: str) -> None:
    leader = sign_in(app.test_client(), Role.LEADER)
    offered = leader.get("/log/new").text
    assert f"finding={finding}" in offered
    item = post(leader, finding)
    reader = employee(app.test_client())
    log = reader.get("/log").text
    for words in ("The rota comes too late.", "Bo Ek", "My tools get in my way.", "Planned"):
        assert words in log
    assert "/log/new" not in log
    page = reader.get(item).text
    assert "Robin Leader" in page
    assert "of 20 to 49 answers" in page
    assert "/update" not in page


def test_channels_are_told_of_what_is_new_and_of_nobody(app: Flask, finding: str) -> None:
    address = outside_address.checked("https://hooks.example.com/in")
    with transaction() as session:
        draft = Draft(HookKind.SLACK, "All", address, (Event.ACTION_POSTED,))
        book.add(session, draft, settings().hook_key)
    leader = sign_in(app.test_client(), Role.LEADER)
    item = post(leader, finding)
    data = PROMISE | {"finding": finding, "will_do": ""}
    refused = leader.post("/log/new", data, form_on=f"/log/new?finding={finding}")
    assert refused.status_code == 400
    with reading() as session:
        (told,) = session.scalars(select(HookDelivery))
        facts = told.facts
    assert facts == {
        "id": int(item.rpartition("/")[2]),
        "title": "My tools get in my way.",
        "said": "Publish the rota two weeks ahead.",
    }


def test_an_update_keeps_the_old_version_readable(app: Flask, finding: str) -> None:
    leader = sign_in(app.test_client(), Role.LEADER)
    item = post(leader, finding)
    form = f"{item}/update"
    assert 'value="Bo Ek"' in leader.get(form).text
    done = PROMISE | {"version": "1", "state": "done", "owner": "Cy Fox"}
    assert leader.post(form, done, form_on=form).location == item
    page = leader.get(item).text
    assert "Bo Ek" in page
    assert "Cy Fox" in page
    assert page.index("Version 2") < page.index("Version 1")
    assert "Post an update" not in page


def test_somebody_else_was_faster(app: Flask, finding: str) -> None:
    leader = sign_in(app.test_client(), Role.LEADER)
    form = f"{post(leader, finding)}/update"
    first = PROMISE | {"version": "1", "state": "under way"}
    assert leader.post(form, first, form_on=form).status_code == 302
    second = leader.post(form, first | {"owner": "Cy Fox"}, form_on=form)
    assert second.status_code == 400
    assert "meanwhile" in second.text
    assert "Cy Fox" in second.text


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"owner": ""}, "Name who does it."),
        ({"due_on": ""}, "Say by when."),
        ({"due_on": "2020-01-01"}, "The date has passed already."),
        ({"due_on": "soon"}, "Not a valid date"),
        ({"state": "declined"}, "Say why"),
        ({"state": "done"}, "Not a valid choice"),
    ],
)
def test_a_refused_answer_keeps_what_was_written(
    app: Flask, finding: str, changes: dict[str, str], words: str
) -> None:
    leader = sign_in(app.test_client(), Role.LEADER)
    data = PROMISE | {"finding": finding} | changes
    answer = leader.post("/log/new", data, form_on=f"/log/new?finding={finding}")
    assert answer.status_code == 400
    assert words in answer.text
    assert "The rota comes too late." in answer.text


def test_stored_markup_stays_text(app: Flask, finding: str) -> None:
    leader = sign_in(app.test_client(), Role.LEADER)
    item = post(leader, finding, heard=MARKUP, will_do=MARKUP, owner=MARKUP, reason=MARKUP)
    for path in ("/log", item, f"{item}/update"):
        page = leader.get(path).text
        assert "<script>alert" not in page, path
        assert "<b>late" not in page, path
        assert "&lt;script&gt;" in page, path


def test_only_leaders_write(app: Flask, finding: str) -> None:
    item = post(sign_in(app.test_client(), Role.LEADER), finding)
    for role in (Role.HR, Role.ADMIN):
        person = sign_in(app.test_client(), role)
        for path in ("/log/new", f"{item}/update"):
            assert person.get(path).status_code == 403
            assert person.post(path, PROMISE, form_on="/account").status_code == 403


def test_a_leader_of_one_unit_cannot_answer_for_the_company(app: Flask, finding: str) -> None:
    with transaction() as session:
        session.add_all([Unit(key="Care", name="Care"), Unit(key="Shop", name="Shop")])
        session.flush()
        unit_id = session.query(Unit).first().id  # type: ignore[union-attr]
    leader = sign_in(app.test_client(), Role.LEADER, unit_id)
    assert "Nothing is released for the units you answer for" in leader.get("/log/new").text
    data = PROMISE | {"finding": finding}
    answer = leader.post("/log/new", data, form_on=f"/log/new?finding={finding}")
    assert answer.status_code == 400
    assert "You answer for your own unit" in answer.text


@pytest.mark.parametrize("key", ["1:tools_1:nowhere", "99:tools_1:all", "x", "1:needs_open:all"])
def test_what_is_not_released_cannot_be_answered(app: Flask, finding: str, key: str) -> None:
    leader = sign_in(app.test_client(), Role.LEADER)
    assert leader.get(f"/log/new?finding={key}").status_code == 404


def test_filters_show_what_they_say(app: Flask, finding: str) -> None:
    leader = sign_in(app.test_client(), Role.LEADER)
    post(leader, finding)
    assert "The rota" in leader.get("/log?state=planned&group=all").text
    for nothing in ("state=done", "state=overdue", "group=u99", "page=2"):
        assert "The rota" not in leader.get(f"/log?{nothing}").text
    for nonsense in ("state=nonsense", "page=x", "page=-1"):
        assert "The rota" in leader.get(f"/log?{nonsense}").text


def test_an_empty_log_and_a_missing_item(client: FlaskClient) -> None:
    person = sign_in(client, Role.HR)
    assert "No leader has posted yet." in person.get("/log").text
    assert person.get("/log/1").status_code == 404


@pytest.mark.browser
@pytest.mark.parametrize("window", [(390, "light"), (1280, "dark")])
def test_the_pages_are_accessible(
    app: Flask,
    finding: str,
    visit: Visitor,
    axe: Callable[[Page], None],
    window: tuple[int, str],
) -> None:
    leader = sign_in(app.test_client(), Role.LEADER)
    item = post(leader, finding)
    width, scheme = window
    page = visit(width, scheme=scheme)
    page.goto("/sign-in")
    axe(page)
    signed_in.carry(page, app, signed_in.start(Role.ADMIN, datetime.now(UTC)))
    for path in ("/log", item, "/account", "/admin/accounts", "/admin/accounts/new"):
        page.goto(path)
        axe(page)
    page.context.clear_cookies()
    signed_in.carry(page, app, signed_in.start(Role.LEADER, datetime.now(UTC)))
    for path in ("/log/new", f"/log/new?finding={finding}", f"{item}/update"):
        page.goto(path)
        axe(page)
