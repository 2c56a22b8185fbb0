"""Every page that an employee sees, in every language: what it says of itself, and no English."""

import re
from collections.abc import Iterator
from datetime import date, datetime
from html.parser import HTMLParser

import pytest
from flask import Flask
from flask.testing import FlaskClient

from pulse import languages
from pulse.accounts.sessions import Holder
from pulse.db import transaction
from pulse.domain.permission import Role
from pulse.people.model import Employee, EmploymentSpell, Unit
from tests.support import invited_wave, translated_wave
from tests.support.invited_wave import Invited
from tests.support.signing_in import Person, sign_in

OTHERS = [code for code in languages.OFFERED if code != "en"]
PUBLIC = ("/", "/promise", "/sign-in", "/sign-in/link/spent", "/s/{wave}", "/s/{wave}/thanks")
OWN = ("/log", "/account", "/promise", "/")
# Names, what HR wrote and nobody translated, addresses, and words that are the same everywhere.
KEPT = re.compile(
    r"Pulse|Our company|Ann Lee|English|Deutsch|Español|Français|العربية|curl .*|[0-9a-f… ]{16,}"
    r"|static/ballot/ballot.js.sha256|flask actions verify .*|The canteen is good\.|[\d :·,.–]*UTC"
    r"|Spring pulse|How is work\?|410|404|eNPS"
)
LATIN = re.compile(r"[A-Za-z]{3}")


class Words(HTMLParser):
    """The texts of a page, and of what is read aloud in their place."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._silent += tag in {"script", "style"}
        self.found += [
            value for name, value in attrs if name in {"aria-label", "title", "alt"} and value
        ]

    def handle_endtag(self, tag: str) -> None:
        self._silent -= tag in {"script", "style"}

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.found.append(" ".join(data.split()))


def words(page: str) -> set[str]:
    reader = Words()
    reader.feed(page)
    return {
        text.removesuffix(" · Pulse")
        for text in reader.found
        if LATIN.search(text) and not KEPT.fullmatch(text.removesuffix(" · Pulse"))
    }


@pytest.fixture
def asked(app: Flask, now: datetime) -> Invited:
    return invited_wave.opened(now, planned=translated_wave.planned)


def employee(client: FlaskClient, locale: str | None) -> Person:
    with transaction() as session:
        unit = Unit(key="Own", name="Own")
        person = Employee(number="own", name="Ann Lee", email="ann@acme.example", locale=locale)
        session.add_all([unit, person])
        session.flush()
        session.add(
            EmploymentSpell(employee_id=person.id, unit_id=unit.id, starts_on=date(2020, 1, 1))
        )
        holder = Holder(employee_id=person.id)
    return Person(client).signed_in_as(holder)


# What a language writes as English does, by chance.
ALIKE = {
    "de": {"Start", "Start.", "Name", "Organisation"},
    "es": {"No", "Error:"},
    "fr": {"Menu", "Pages", "Promesse", "Organisation"},
    "ar": set(),
}


def left_in_english(english: str, other: str, code: str) -> set[str]:
    return (words(english) & words(other)) - ALIKE[code]


@pytest.mark.parametrize("code", OTHERS)
def test_a_page_for_everybody_speaks_the_language_of_its_address(
    client: FlaskClient, asked: Invited, code: str
) -> None:
    for path in (item.format(wave=asked.wave) for item in PUBLIC):
        english, page = client.get(f"{path}?lang=en"), client.get(f"{path}?lang={code}")
        direction = languages.OFFERED[code].direction
        assert f'<html lang="{code}" dir="{direction}">' in page.text
        assert page.headers["Content-Language"] == code
        assert english.headers["Content-Language"] == "en"
        assert left_in_english(english.text, page.text, code) == set(), path


@pytest.mark.parametrize("code", OTHERS)
def test_somebody_signed_in_is_spoken_to_as_the_staff_file_says(app: Flask, code: str) -> None:
    person = employee(app.test_client(), code)
    headers = {"Accept-Language": "es, en;q=0.5"}
    for path in OWN:
        page = person.get(path, headers=headers)
        assert f'<html lang="{code}" ' in page.text, path
        english = person.get(f"{path}?lang=en").text
        assert left_in_english(english, page.text, code) == set(), path
        assert "Accept-Language" not in page.vary


def test_an_account_and_an_employee_without_a_language_have_that_of_the_house(app: Flask) -> None:
    headers = {"Accept-Language": "de"}
    for person in (employee(app.test_client(), None), sign_in(app.test_client(), Role.LEADER)):
        assert '<html lang="en" ' in person.get("/log", headers=headers).text


def test_pages_of_hr_are_in_english_and_say_so(client: FlaskClient) -> None:
    person = sign_in(client, Role.HR)
    page = person.get("/hr/surveys?lang=de")
    assert '<html lang="en" ' in page.text
    assert page.headers["Content-Language"] == "en"


@pytest.mark.parametrize(
    ("header", "code"),
    [
        ("de-AT,de;q=0.9,en;q=0.8", "de"),
        ("nl, fr;q=0.4, es;q=0.7", "es"),
        ("de;q=0, ar;q=0.1", "ar"),
        ("nl", "en"),
        ("*", "en"),
        ("", "en"),
    ],
)
def test_a_visitor_gets_what_the_browser_likes_best(
    client: FlaskClient, asked: Invited, header: str, code: str
) -> None:
    for path in ("/", f"/s/{asked.wave}"):
        page = client.get(path, headers={"Accept-Language": header})
        assert page.headers["Content-Language"] == code
        assert "Accept-Language" in page.vary
        chosen = client.get(f"{path}?lang=fr", headers={"Accept-Language": header})
        assert chosen.headers["Content-Language"] == "fr"
        unknown = client.get(f"{path}?lang=../de", headers={"Accept-Language": header})
        assert unknown.headers["Content-Language"] == code
        assert "Set-Cookie" not in page.headers


def test_a_page_is_the_same_for_everybody_of_a_language(
    client: FlaskClient, asked: Invited
) -> None:
    by_address = client.get(f"/s/{asked.wave}?lang=de", headers={"Accept-Language": "fr"})
    by_browser = client.get(f"/s/{asked.wave}", headers={"Accept-Language": "de-CH"})
    assert by_address.data == by_browser.data
    assert client.get(f"/s/{asked.wave}/manifest.json?lang=de").data == (
        client.get(f"/s/{asked.wave}/manifest.json", headers={"Accept-Language": "ar"}).data
    )


@pytest.mark.parametrize("code", languages.OFFERED)
def test_the_page_stays_light_in_every_language(
    client: FlaskClient, asked: Invited, code: str
) -> None:
    page = client.get(f"/s/{asked.wave}?lang={code}", headers={"Accept-Encoding": "gzip"})
    assert len(page.data) <= 14_336


def test_a_text_without_a_translation_is_shown_in_the_original_and_says_so(
    client: FlaskClient, asked: Invited
) -> None:
    arabic = client.get(f"/s/{asked.wave}?lang=ar").text
    assert f'<bdi lang="en">{translated_wave.OWN}</bdi>' in arabic
    assert translated_wave.ARABIC.title in arabic
    german = client.get(f"/s/{asked.wave}?lang=de").text
    assert "<bdi>Die Kantine ist gut.</bdi>" in german
    french = client.get(f"/s/{asked.wave}?lang=fr").text
    assert '<h1 dir="auto" lang="en">Spring pulse</h1>' in french


def test_mistakes_and_refusals_are_said_in_the_language_of_the_page(
    client: FlaskClient, asked: Invited
) -> None:
    answer = client.post(f"/s/{asked.wave}?lang=de", data={"q1": "9"})
    assert answer.status_code == 422
    assert "Bitte wählen Sie eine der Antworten auf Frage 1." in answer.text
    assert "Sie haben Frage 2 offen gelassen" in answer.text
    assert "Bitte tippen Sie den Kurzcode ein" in answer.text
    assert "Dieser Code ist nicht bekannt" in client.post("/code?lang=de", data={"code": "x"}).text
    assert "Diese Seite gibt es nicht" in client.get("/s/999?lang=de").text
    wrong = Person(client).post(
        "/sign-in?lang=fr", {"email": "", "password": ""}, form_on="/sign-in?lang=fr"
    )
    assert "Saisissez votre mot de passe." in wrong.text


def test_a_language_of_one_request_is_not_that_of_the_next(client: FlaskClient) -> None:
    assert client.get("/?lang=de").headers["Content-Language"] == "de"
    assert languages.current().code == "en"
    assert client.get("/").headers["Content-Language"] == "en"


def test_who_chose_a_language_keeps_it_along_the_links(client: FlaskClient) -> None:
    page = client.get("/?lang=de").text
    assert 'href="/promise?lang=de"' in page
    assert 'action="/code?lang=de"' in page
    same = client.get("/?lang=de", headers={"Accept-Language": "de"}).text
    assert 'href="/promise"' in same


def paths(page: str) -> Iterator[str]:
    yield from re.findall(r'hreflang="(\w+)"', page)


def test_each_language_is_offered_by_its_own_name(client: FlaskClient, asked: Invited) -> None:
    for path in ("/", "/promise", f"/s/{asked.wave}", f"/s/{asked.wave}/thanks"):
        assert list(paths(client.get(path).text)) == list(languages.OFFERED), path
