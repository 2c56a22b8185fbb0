"""What whoever watches over the installation can ask for, and what a stranger cannot."""

from datetime import UTC, datetime, timedelta

import pytest
from prometheus_client.parser import text_string_to_metric_families
from pydantic import SecretStr

from pulse import fieldwork, health
from pulse.app import create_app
from pulse.cli import database
from pulse.db import db, transaction
from pulse.domain import readiness
from pulse.leadership import lease
from pulse.leadership.lease import Bid
from pulse.outbox import queue
from pulse.outbox.queue import Message
from tests.support import databases, open_wave, staff

PEOPLE = 24
TOKEN = "a token that only the watcher has"
FIT = {"ready": True, "databases": "current", "worker": "leads", "outbox": "in time"}


@pytest.fixture
def led(app):
    with transaction() as session:
        return lease.ask_for(session, Bid("a", timedelta(minutes=5), datetime.now(UTC)))


def put(kind, number, waited=timedelta()):
    now = datetime.now(UTC) - waited
    messages = [
        Message(f"employee {n}", kind, f"p{n}@acme.example", f"<{kind}-{n}@acme>", b"x", 1)
        for n in range(number)
    ]
    with transaction() as session:
        queue.put_many(session, messages, now)


@pytest.fixture
def watched(settings, app):
    """The same installation with a token."""
    made = create_app(settings.model_copy(update={"metrics_token": SecretStr(TOKEN)}))
    with made.app_context():
        yield made.test_client()
        databases.dispose()


def figures(watched):
    answer = watched.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"})
    assert answer.status_code == 200
    families = text_string_to_metric_families(answer.text)
    return {
        (sample.name, *sorted(sample.labels.values())): sample.value
        for family in families
        for sample in family.samples
    }


def test_alive_needs_no_database(app):
    for engine in db.engines.values():
        engine.dispose()
    answer = app.test_client().get("/healthz")
    assert (answer.status_code, answer.json) == (200, {"alive": True})
    assert all(engine.pool.checkedin() == 0 for engine in db.engines.values())


def test_ready_says_a_word_for_each_part(app, led):
    answer = app.test_client().get("/readyz")
    assert FIT.items() <= answer.json.items()
    assert answer.status_code == 200


def test_without_a_leader_it_is_not_ready(app, client):
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json["worker"]) == (503, "missing")


def test_mail_that_has_waited_too_long_is_told(client, led):
    put("invitation", 1, readiness.OLDEST_UNSENT + timedelta(minutes=1))
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json["outbox"]) == (503, "late")


def test_a_database_that_is_away_is_told_without_a_word_about_it(settings, tmp_path):
    empty = {"box_database_url": f"sqlite:///{tmp_path}/empty.db"}
    made = create_app(settings.model_copy(update=empty))
    with made.app_context():
        answer = made.test_client().get("/readyz")
        databases.dispose()
    assert (answer.status_code, answer.json["databases"]) == (503, "no answer")
    assert set(answer.json) == {"ready", "databases", "worker", "outbox", "disk"}
    assert all(isinstance(value, (str, bool)) for value in answer.json.values())


def test_a_database_that_is_behind_is_told(client, led):
    database.downgrade(database.BOX, "0002")
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json["databases"]) == (503, "behind")


def test_newest_revision_is_told_by_names_as_by_alembic(app):
    for history in database.HISTORIES:
        assert health.newest(history.name) == database.current(history)


def test_figures_are_for_a_token(app, client, watched):
    assert client.get("/metrics").status_code == 404
    for wrong in ({}, {"Authorization": "Bearer wrong"}, {"Authorization": "Basic YTpi"}):
        answer = watched.get("/metrics", headers=wrong)
        assert answer.status_code == 401
        assert "pulse_" not in answer.text


def test_figures_say_how_it_goes(watched, led):
    put("invitation", 3, timedelta(minutes=2))
    with transaction() as session:
        lease.note(session, led, failed=True)
    found = figures(watched)
    assert found["pulse_outbox_messages", "invitation", "queued"] == 3
    assert 119 < found["pulse_outbox_oldest_seconds",] < 180
    assert found["pulse_lease_held",] == found["pulse_lease_epoch",] == 1
    assert found["pulse_ticks_total",] == found["pulse_tick_failures_total",] == 1
    assert found["pulse_jobs_waiting",] == found["pulse_clock_doubted",] == 0
    assert found["pulse_disk_free_bytes",] > 0
    assert 0 <= found["pulse_lease_age_seconds",] < 60


def test_no_figure_follows_from_how_many_have_not_started(watched, led):
    """Reminders go to those who have not started; no number, and no sum of numbers, has them."""
    before = figures(watched)
    put("reminder", 7)
    after = figures(watched)
    assert {name for name in before if before[name] != after[name]} <= {
        ("pulse_lease_age_seconds",),
        ("pulse_outbox_oldest_seconds",),
        ("pulse_disk_free_bytes",),
    }


def test_no_figure_names_a_person_a_group_or_a_survey(watched, led, now):
    staff.hired(PEOPLE, now.date())
    fieldwork.open_wave(open_wave.planned(now), now)
    page = watched.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"}).text
    for word in ("Bar", "Kitchen", "Spring", "Person", "acme", "@"):
        assert word not in page
    assert 'pulse_waves{state="open"} 1.0' in page
    assert f'pulse_outbox_messages{{kind="invitation",state="queued"}} {PEOPLE}.0' in page
