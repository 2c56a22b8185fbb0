import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, datetime, timedelta
from email import message_from_bytes, policy

from flask import Flask
from sqlalchemy import select

from pulse.accounts import links
from pulse.accounts.links import LIFE, LinkRequest
from pulse.accounts.model import SignInLink
from pulse.accounts.sessions import token_digest
from pulse.db import reading, transaction
from pulse.outbox.model import OutboxMessage
from pulse.people.model import Employee, EmploymentSpell, Unit

WANTED = LinkRequest(
    "ann@acme.example", "http://pulse.test", "/log?state=done", "Pulse <p@acme.example>", "Acme"
)


def hire(number: str = "1", email: str = "ann@acme.example", ends_on: date | None = None) -> int:
    with transaction() as session:
        unit = Unit(key=f"Unit {number}", name="Care")
        person = Employee(number=number, name="Ann Lee", email=email)
        session.add_all([unit, person])
        session.flush()
        spell = EmploymentSpell(
            employee_id=person.id,
            unit_id=unit.id,
            starts_on=date(2020, 1, 1),
            ends_on=ends_on,
            separation="voluntary" if ends_on else None,
        )
        session.add(spell)
        return person.id


def mails() -> list[str]:
    with reading() as session:
        rows = session.scalars(select(OutboxMessage).order_by(OutboxMessage.id)).all()
        return [_plain(row.mime) for row in rows]


def _plain(mime: bytes) -> str:
    body = message_from_bytes(mime, policy=policy.default).get_body(("plain",))
    assert body
    return str(body.get_content())


def ask(now: datetime, email: str = "ann@acme.example") -> None:
    with transaction() as session:
        links.request(session, replace(WANTED, email=email), now)


def token_of(mail: str) -> str:
    found = re.search(r"http://pulse\.test/sign-in/link/([\w-]+)\?next=%2Flog%3Fstate%3Ddone", mail)
    assert found, mail
    return found[1]


def test_an_employee_gets_a_link_that_works_once(app: Flask, now: datetime) -> None:
    employee_id = hire()
    ask(now, " Ann@ACME.example ")
    token = token_of(mails()[0])
    with transaction() as session:
        assert links.alive(session, token, now)
        assert links.consume(session, token, now) == employee_id
        assert not links.alive(session, token, now)
        assert links.consume(session, token, now) is None


def test_looking_uses_nothing_up(app: Flask, now: datetime) -> None:
    hire()
    ask(now)
    token = token_of(mails()[0])
    for _ in range(5):
        with reading() as session:
            assert links.alive(session, token, now)


def test_a_link_lives_twenty_minutes(app: Flask, now: datetime) -> None:
    hire()
    ask(now)
    token = token_of(mails()[0])
    with transaction() as session:
        assert links.alive(session, token, now + LIFE - timedelta(seconds=1))
        assert links.consume(session, token, now + LIFE) is None
    assert timedelta(minutes=20) == LIFE


def test_strangers_leavers_and_shared_addresses_get_nothing(app: Flask, now: datetime) -> None:
    hire("1", "left@acme.example", ends_on=date(2021, 1, 1))
    hire("2", "shared@acme.example")
    hire("3", "shared@acme.example")
    for email in ("left@acme.example", "shared@acme.example", "no@acme.example", "", "x" * 9000):
        ask(now, email)
    assert mails() == []


def test_the_token_itself_is_not_stored(app: Flask, now: datetime) -> None:
    hire()
    ask(now)
    token = token_of(mails()[0])
    with reading() as session:
        row = session.scalars(select(SignInLink)).one()
        assert row.token_sha256 == token_digest(token)
        assert token.encode() not in row.token_sha256


def test_of_many_clicks_at_once_one_gets_in(app: Flask, now: datetime) -> None:
    hire()
    ask(now)
    token = token_of(mails()[0])

    def click(_: int) -> int | None:
        with app.app_context(), transaction() as session:
            return links.consume(session, token, now)

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(click, range(8)))
    assert len([answer for answer in answers if answer is not None]) == 1


def test_a_link_is_mailed_in_the_language_of_the_staff_file(app: Flask, now: datetime) -> None:
    person = hire()
    for own, house, words in (
        ("de", "en", "Jemand, wahrscheinlich Sie"),
        (None, "fr", "Quelqu’un, sans doute vous"),
        ("nl", "ar", "طلب شخص ما"),
    ):
        with transaction() as session:
            session.get_one(Employee, person).locale = own
            links.request(session, replace(WANTED, locale=house), now)
        assert words in mails()[-1]
    with reading() as session:
        newest = select(OutboxMessage.mime).order_by(OutboxMessage.id.desc()).limit(1)
        message = message_from_bytes(session.scalars(newest).one(), policy=policy.default)
    assert message["Subject"] == "رابط تسجيل الدخول الخاص بك"
    html = message.get_body(("html",))
    assert html
    assert '<html lang="ar" dir="rtl">' in html.get_content()
