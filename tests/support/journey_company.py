"""An installation with something on every page: the demo's company, and what it leaves out.

Made through the same verbs as everything else; nothing is written into tables.
"""

import re
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from io import BytesIO
from pathlib import Path

from flask import Flask

from pulse import fieldwork
from pulse.accounts import links, register, sessions
from pulse.accounts.links import LinkRequest
from pulse.accounts.register import NewAccount
from pulse.accounts.sessions import Holder
from pulse.actions import log
from pulse.actions.values import LogFilter
from pulse.churn import consented
from pulse.config import settings
from pulse.db import reading, transaction
from pulse.demo import build
from pulse.domain import opt_out, outside_address
from pulse.domain.action_item import OPEN
from pulse.domain.announcement import CHOICES
from pulse.domain.cadence import Cadence, Repeats
from pulse.domain.hook_format import HookKind
from pulse.domain.hook_state import Outcome
from pulse.domain.permission import Role
from pulse.domain.staff_columns import Field
from pulse.domain.staff_plan import AttributeChoice, StaffPlan
from pulse.domain.wave_state import WaveState
from pulse.hooks import book, delivery, queue
from pulse.hooks.values import Draft
from pulse.invitations import rhythm
from pulse.outbox import suppression
from pulse.outbox.suppression import Suppressed
from pulse.people import imports, roster, units, uploads
from pulse.people.imports import NewImport
from pulse.people.roster import RosterEntry
from pulse.release import reading as releases
from pulse.surveys import cadences, compose, waves
from pulse.surveys.audience import Audience
from pulse.surveys.compose import SurveyDraft
from tests.support import agreed
from tests.support.agreed import Crowd
from tests.support.open_wave import QUESTIONS

LINK = re.compile(r"/sign-in/link/[\w-]+")
STAFF = """id,name,unit,hired on,left on,reason,hobby
1,"Adams, Ada",Bar,2020-01-01,,,chess
2,"Bell, Ben",Bar,2020-01-01,2024-01-31,abducted,rowing
3,"Cole, Cy",Kitchen,2020-13-45,,,
4,"Dean, Di",Kitchen,2020-01-01,2019-01-01,quit,
"""
PLAN = StaffPlan(
    columns={
        Field.NUMBER: "id",
        Field.NAME: "name",
        Field.UNIT: "unit",
        Field.HIRED_ON: "hired on",
        Field.LEFT_ON: "left on",
        Field.REASON: "reason",
    },
    attributes=(AttributeChoice("hobby", reportable=True),),
)


@dataclass(frozen=True)
class Installation:
    """What pages need to be visited: the tokens of sessions, and what stands in addresses."""

    tokens: dict[Role, str]
    names: dict[str, object]


def empty(now: datetime) -> Installation:
    """Give an installation in which nothing has happened yet; only people who sign in exist."""
    ids = {}
    for role in (Role.LEADER, Role.HR, Role.ADMIN):
        new = NewAccount(f"{role.value}@pulse.test", f"Robin {role.value}", role, "no password")
        with transaction() as session:
            ids[role] = register.create(session, new)
    return Installation({role: _token(Holder(account_id=ids[role]), now) for role in ids}, {})


def filled(app: Flask, now: datetime) -> Installation:
    """Build the demo, and add what it has none of."""
    build.build(now, lambda _: None)
    person = _somebody_with_mail(now)
    accounts = _accounts()
    holders = {role: Holder(account_id=account) for role, account in accounts.items()}
    holders[Role.EMPLOYEE] = Holder(employee_id=person.employee_id)
    tokens = {role: _token(holder, now) for role, holder in holders.items()}
    _token(Holder(account_id=accounts[Role.HR]), now)  # A second session, to be ended.
    names: dict[str, object] = {f"{role.value}_account": at for role, at in accounts.items()}
    names["opt_out"] = opt_out.token(settings().opt_out_key, person.employee_id)
    names["mine"] = _item_of(accounts[Role.LEADER])
    _consented(now)
    names["channel"] = _channels(now)
    names |= (
        _waves(now)
        | _imports(Path(app.instance_path), now + timedelta(minutes=1))
        | _mails(person, now)
    )
    return Installation(tokens, names)


def _somebody_with_mail(now: datetime) -> RosterEntry:
    with reading() as session:
        return next(one for one in roster.employed_on(session, now.date()) if one.email)


def _accounts() -> dict[Role, int]:
    with reading() as session:
        return {account.role: account.id for account in reversed(register.listing(session))}


def _item_of(leader: int) -> int:
    with reading() as session:
        found = log.items(session, LogFilter()).items
    mine = (item for item in found if item.leader_account_id == leader)
    return next(item.item_id for item in mine if item.latest.said.state in OPEN)


def _token(holder: Holder, now: datetime) -> str:
    with transaction() as session:
        return sessions.start(session, holder, now)


def _waves(now: datetime) -> dict[str, object]:
    """Find the waves and releases of the demo; add one planned, one missed, two without answers."""
    with reading() as session:
        known = {wave.state: wave.id for wave in waves.listing(session)}
        published = [release for release in releases.listing(session) if not release.withheld]
        technology = next(one.id for one in units.tree(session) if one.name == "Technology")
    with transaction() as session:
        draft = SurveyDraft("Screens", "", QUESTIONS, Audience((technology,)), ("site",))
        survey = compose.create(session, draft, now)
    _rhythms(survey, now)
    latest = published[0]
    with reading() as session:
        hidden = next(one for one in releases.groups(session, latest.id) if not one.shown)
    return {
        "open": known[WaveState.OPEN],
        "released": known[WaveState.RELEASED],
        "survey": survey,
        "planned": _planned(survey, now + timedelta(days=1)),
        "missed": _planned(survey, now - timedelta(days=40)),
        "closed": _unanswered(survey, now - timedelta(days=20)),
        "withheld": _withheld(survey, now - timedelta(days=400)),
        "release": latest.id,
        "hidden": hidden.key,
    }


def _rhythms(survey: int, now: datetime) -> None:
    """Give three surveys a rhythm, too much for whoever is in all of them; pause a fourth."""
    starts_on, home = now.date() + timedelta(days=9), settings().time_zone
    rule = Cadence(Repeats.WEEKS, starts_on, time(9), days=7)
    with transaction() as session:
        draft = SurveyDraft("Onboarding", "", QUESTIONS, Audience())
        others = [compose.create(session, draft, now) for _ in range(3)]
        for number in (survey, *others):
            rhythm.begin(session, number, rule, home, now)
        cadences.pause(session, others[-1])
        cadences.skipped(session, survey, now.date())


def _planned(survey: int, opens_at: datetime) -> int:
    with transaction() as session:
        return waves.plan(session, survey, opens_at, opens_at + timedelta(days=7))


def _unanswered(survey: int, opens_at: datetime) -> int:
    wave = _planned(survey, opens_at)
    fieldwork.open_wave(wave, opens_at)
    fieldwork.close_wave(wave, opens_at + timedelta(days=7))
    return wave


def _withheld(survey: int, opens_at: datetime) -> int:
    wave = _unanswered(survey, opens_at)
    fieldwork.release_wave(wave, opens_at + timedelta(days=8))
    with reading() as session:
        return next(one.id for one in releases.listing(session) if one.wave_id == wave)


def _imports(instance: Path, now: datetime) -> dict[str, object]:
    """Leave an import in each state that has a page of its own."""
    found = {name: _upload(instance, now) for name in ("uploaded", "checked", "applied", "failed")}
    for name in ("checked", "applied"):
        with transaction() as session:
            imports.order_check(session, found[name], PLAN, now.date())
        fieldwork.run_jobs(now)
    with transaction() as session:
        imports.order_apply(session, found["applied"], skip_rejected=True)
    fieldwork.run_jobs(now)
    found["running"] = _upload(instance, now)
    with transaction() as session:
        imports.fail(session, found["failed"], "The file ended in the middle of a row.", now)
        imports.order_check(session, found["running"], PLAN, now.date())
    return dict(found)


def _upload(instance: Path, now: datetime) -> int:
    kept = uploads.receive(instance / "uploads", BytesIO(STAFF.encode()))
    with transaction() as session:
        return imports.receive(session, NewImport("staff.csv", kept.name, now.date()), now)


def _consented(now: datetime) -> None:
    """Have a consented file counted, of whose groups one is too small."""
    crowds = (*agreed.CROWDS, Crowd("Cold store", 30, 15), Crowd("Garden", 9, 3))
    with transaction() as session:
        consented.receive(session, consented.checked(agreed.text(crowds)), now)
    fieldwork.run_jobs(now)


def _channels(now: datetime) -> int:
    """Add channels: one that waits, one for programs, one that switched itself off."""
    address = outside_address.checked("https://hooks.example.com/services/T0/B0/own")
    with transaction() as session:
        ids = [
            book.add(session, Draft(kind, name, address, CHOICES), settings().hook_key)[0]
            for kind, name in zip(HookKind, ("All staff", "Leaders", "Intranet"), strict=True)
        ]
        for hook_id in ids:
            queue.try_out(session, hook_id, now)
        outcomes = (Outcome.TAKEN, Outcome.GONE, Outcome.UNREACHED)
        for claimed, outcome in zip(delivery.claim(session, now, 3), outcomes, strict=True):
            delivery.settle(session, claimed, outcome, now, 0.5)
        queue.try_out(session, ids[0], now)
    return ids[-1]


def _mails(person: RosterEntry, now: datetime) -> dict[str, object]:
    """Ask for a sign-in link, send what is due, and find the mail that brings it."""
    given = settings()
    address = person.email or ""
    wanted = LinkRequest(address, given.base_url, "/results", given.mail_from, given.company)
    with transaction() as session:
        links.request(session, wanted, now)
    while fieldwork.deliver(now).sent:
        pass
    with transaction() as session:
        gone = Suppressed(address, "5.1.1", "bounced", now.date())
        suppression.suppress(session, gone)
    for path in (given.maildir / "new").iterdir():
        found = LINK.search(path.read_text())
        if found:
            return {"letter": path.name, "link": found[0]}
    raise LookupError("The mail with the link was not sent.")
