import json
import re
from collections.abc import Iterator
from datetime import datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient
from pydantic import SecretStr
from standardwebhooks import Webhook

from pulse import fieldwork
from pulse.config import EXTENSION, Settings, load
from pulse.db import reading
from pulse.domain.errors import BadSetting
from pulse.domain.permission import Role
from pulse.hooks import book
from pulse.outgoing import Client
from tests.support import receiver, signing_in
from tests.support.receiver import Receiver
from tests.support.signing_in import Person

PAGE = "/hr/channels"
NEW = f"{PAGE}/new"
CLIENT = Client(connect_seconds=9, whole_seconds=20)


@pytest.fixture
def target(app: Flask, settings: Settings) -> Iterator[Receiver]:
    """Give a receiver that the operator allows."""
    with receiver.running() as found:
        allowed = settings.model_copy(update={"hook_hosts": found.authority})
        app.extensions[EXTENSION] = allowed
        yield found


@pytest.fixture
def hr(client: FlaskClient) -> Person:
    return signing_in.sign_in(client, Role.HR)


def wanted(url: str, kind: str = "slack", **more: object) -> dict[str, object]:
    return {"kind": kind, "name": "All staff", "url": url, "events": ["wave.opened"], **more}


def test_an_empty_list_says_what_to_do(hr: Person) -> None:
    page = hr.get(PAGE)
    assert page.status_code == 200
    assert "Add the first channel" in page.text
    assert PAGE in hr.get("/hr/surveys").text


@pytest.mark.parametrize("role", [Role.LEADER, Role.ADMIN])
def test_channels_are_for_hr(client: FlaskClient, role: Role) -> None:
    person = signing_in.sign_in(client, role)
    assert person.get(PAGE).status_code == 403
    assert person.get(NEW).status_code == 403


def test_a_channel_is_added_tested_and_removed(target: Receiver, hr: Person) -> None:
    added = hr.post(NEW, wanted(target.url), form_on=NEW)
    assert added.status_code == 302
    place = added.location
    assert hr.post(f"{place}/test", form_on=place).status_code == 302
    assert "Waits to be sent." in hr.get(place).text
    assert target.requests == []
    assert fieldwork.announce(datetime.now().astimezone(), CLIENT) == 1
    assert json.loads(target.requests[0].body)["text"].startswith("A test from Pulse")
    page = hr.get(place).text
    assert "Taken." in page
    assert "/in" not in page
    assert "All staff" in hr.get(PAGE).text
    assert hr.post(f"{place}/remove", form_on=place).status_code == 302
    assert "Add the first channel" in hr.get(PAGE).text


def test_a_secret_is_shown_once(target: Receiver, hr: Person) -> None:
    added = hr.post(NEW, wanted(target.url, "standard"), form_on=NEW)
    (secret,) = re.findall(r"whsec_[\w+/=]+", added.text)
    place = f"{PAGE}/{hook_id()}"
    assert "whsec_" not in hr.get(place).text
    renewed = hr.post(f"{place}/secret", form_on=place)
    (fresh,) = re.findall(r"whsec_[\w+/=]+", renewed.text)
    assert fresh != secret
    hr.post(f"{place}/test", form_on=place)
    fieldwork.announce(datetime.now().astimezone(), CLIENT)
    (taken,) = target.requests
    for known in (secret, fresh):
        assert Webhook(known).verify(taken.body, taken.headers)["type"] == "test"


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"url": "https://169.254.169.254/latest"}, "inside the house"),
        ({"url": "https://localhost./"}, "inside the house"),
        ({"url": "http://hooks.example.com/"}, "must begin with https://"),
        ({"url": "https://a@b.example/"}, "without a name or password"),
        ({"url": ""}, "Please give the address."),
        ({"name": ""}, "Please give a name."),
        ({"events": []}, "at least one thing"),
    ],
)
def test_a_mistake_is_named_and_nothing_is_lost(
    hr: Person, wrong: dict[str, object], words: str
) -> None:
    good = wanted("https://hooks.example.com/services/T0")
    answer = hr.post(NEW, {**good, **wrong}, form_on=NEW)
    assert answer.status_code == 400
    assert words in answer.text
    if "name" not in wrong:
        assert 'value="All staff"' in answer.text
    with reading() as session:
        assert book.listing(session) == ()


def test_a_channel_is_changed_and_switched_off_and_on(target: Receiver, hr: Person) -> None:
    place = hr.post(NEW, wanted(target.url), form_on=NEW).location
    change = {"name": "New", "url": "", "events": ["action.posted"]}
    assert hr.post(place, change, form_on=place).status_code == 302
    with reading() as session:
        (found,) = book.listing(session)
    assert (found.name, found.host) == ("New", target.authority)
    assert hr.post(place, {**change, "url": "https://10.0.0.1/"}, form_on=place).status_code == 400
    hr.post(f"{place}/off", form_on=place)
    assert "switched off" in hr.get(place).text
    assert hr.post(f"{place}/test", form_on=place).status_code == 409
    hr.post(f"{place}/on", form_on=place)
    assert "Send a test" in hr.get(place).text


def test_one_that_switched_itself_off_is_noticed(target: Receiver, hr: Person) -> None:
    place = hr.post(NEW, wanted(target.url), form_on=NEW).location
    target.status = 410
    hr.post(f"{place}/test", form_on=place)
    fieldwork.announce(datetime.now().astimezone(), CLIENT)
    assert "was switched off" in hr.get(PAGE).text
    assert "no longer in use" in hr.get(place).text


def test_no_number_of_an_answer_and_no_answer_itself_is_shown(target: Receiver, hr: Person) -> None:
    place = hr.post(NEW, wanted(target.url), form_on=NEW).location
    pages = set()
    for status in (302, 401, 404, 500):
        target.status = status
        hr.post(f"{place}/test", form_on=place)
        fieldwork.announce(datetime.now().astimezone(), CLIENT)
        page = hr.get(place).text
        assert not re.search(rf"\b{status}\b", re.sub(r'value="[^"]*"', "", page))
        (words,) = set(re.findall(r"It was reached, and did not take the message\.", page))
        pages.add(words)
    assert len(pages) == 1


def test_the_operators_list_must_be_right(settings: Settings) -> None:
    with pytest.raises(BadSetting, match="PULSE_HOOK_HOSTS"):
        load(
            _env_file=None,
            secret_key=SecretStr("x" * 40),
            instance=settings.instance,
            hook_hosts="http://no",
        )


def hook_id() -> int:
    with reading() as session:
        (found,) = book.listing(session)
    return found.id
