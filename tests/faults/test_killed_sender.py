"""The sender dies, the disk is full, the database goes away: no mail is lost or sent for nothing.

Invitations come at least once, and twice at most for each death; reminders at most once.
"""

import random
import threading
import time
from collections import Counter
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from pydantic import SecretStr
from sqlalchemy.exc import DBAPIError

from pulse import fieldwork
from pulse.app import create_app
from pulse.config import Mode, load, settings
from pulse.db import empty_logs, reading
from pulse.outbox import progress
from pulse.outbox.delivery import LEASE
from tests.support import databases, mailing, open_wave, postgres, staff

PEOPLE = 600
REMINDED = 200
KILLS = 8
KILLED = -9
LONG = 60.0

pytestmark = [pytest.mark.fault, pytest.mark.slow]


def opened(now, people):
    staff.hired(people, now.date())
    wave = open_wave.planned(now)
    fieldwork.open_wave(wave, now)
    return wave


def told(capsys, words):
    with capsys.disabled():
        print(f"\n{words}")  # noqa: T201


def twice(sink, ours):
    """Give how many letters came once too often, of those whose subject is ours."""
    seen = Counter(mail["Message-ID"] for mail in sink.messages if ours(str(mail["Subject"])))
    return len(seen), sum(seen.values()) - len(seen)


def is_reminder(subject):
    return subject == "Reminder"


def is_invitation(subject):
    return subject != "Reminder"


def test_a_sender_that_is_killed_loses_no_mail(app, now, smtp_sink, capsys, engine_kind):
    wave = opened(now, PEOPLE)
    mailing.remind(wave, [f"r{number}@acme.example" for number in range(REMINDED)], now)
    moment, kills, lives = now, 0, 0
    chance = random.Random(6)
    while True:
        work = lambda at=moment: mailing.deliver(smtp_sink.host, smtp_sink.port, at)  # noqa: E731
        ended = mailing.life(work, chance.uniform(0.1, 0.6) if kills < KILLS else LONG)
        lives += 1
        assert ended in {0, KILLED}
        kills += ended == KILLED
        moment += LEASE + timedelta(seconds=1)
        if ended == 0 and not {"queued", "sending"} & mailing.states("invitation").keys():
            break
    invited, doubled = twice(smtp_sink, is_invitation)
    reminded, again = twice(smtp_sink, is_reminder)
    unknown = mailing.states("reminder").get("unknown", 0)
    told(
        capsys,
        f"{engine_kind}: {kills} kills in {lives} lives; {invited} of {PEOPLE} invitations "
        f"arrived, {doubled} of them twice; {reminded} of {REMINDED} reminders arrived, "
        f"{again} twice, {unknown} unknown",
    )
    assert kills >= KILLS // 2
    assert (invited, mailing.states("invitation")) == (PEOPLE, {"sent": PEOPLE})
    assert doubled <= kills
    assert again == 0
    assert unknown <= kills
    assert reminded >= REMINDED - kills
    with reading() as session:
        assert progress.of_wave(session, wave).total == PEOPLE


@contextmanager
def sender(app, sink, now):
    """Send over and over in a thread, as the worker's ticks do; an error ends one tick only."""
    over, broke = threading.Event(), []

    def work():
        moment = now
        with app.app_context():
            while not over.is_set():
                try:
                    mailing.deliver(sink.host, sink.port, moment, limit=100)
                except DBAPIError as error:
                    broke.append(type(error).__name__)
                    time.sleep(0.1)
                    moment += LEASE + timedelta(seconds=1)

    thread = threading.Thread(target=work)
    thread.start()
    try:
        yield broke
    finally:
        over.set()
        thread.join()


@pytest.fixture
def own_cluster():
    cluster = postgres.Cluster(postgres.new_folder(), durable=True).started()
    yield cluster
    cluster.stop()


@pytest.mark.postgres
def test_a_database_that_is_restarted_loses_no_mail(own_cluster, tmp_path, now, smtp_sink, capsys):
    for name in databases.NAMES:
        own_cluster.create(name)
    urls = databases.Urls(*map(own_cluster.url, databases.NAMES))
    databases.migrate(urls, tmp_path / "instance")
    given = load(
        _env_file=None,
        mode=Mode.TEST,
        secret_key=SecretStr("a secret of a test that is long enough"),
        instance=tmp_path / "instance",
        database_url=urls.main,
        box_database_url=urls.box,
    )
    app, restarts = create_app(given), 2
    with app.app_context():
        opened(now, PEOPLE)
        with sender(app, smtp_sink, now) as broke:
            for part in range(restarts):
                wait_for(lambda part=part: len(smtp_sink.messages) > 150 * (part + 1))
                restarted(own_cluster)
            wait_for(lambda: mailing.states("invitation") == {"sent": PEOPLE})
        databases.dispose()
    invited, doubled = twice(smtp_sink, is_invitation)
    told(
        capsys,
        f"postgres: {restarts} restarts, {len(broke)} ticks broke; "
        f"{invited} of {PEOPLE} invitations arrived, {doubled} of them twice",
    )
    assert broke
    assert invited == PEOPLE
    assert doubled <= len(broke)


def restarted(cluster):
    cluster._control("stop", "-w", "-m", "fast")
    cluster._control("start", "-w", "-l", str(cluster.folder / "log"), "-o", cluster._options())


def wait_for(condition):
    ends = time.monotonic() + LONG
    while True:
        try:
            if condition():
                return
        except DBAPIError:
            pass
        assert time.monotonic() < ends, "it takes too long"
        time.sleep(0.05)


@pytest.mark.parametrize("engine_kind", ["sqlite"])
def test_a_full_disk_loses_no_mail(app, now, smtp_sink, capsys):
    opened(now, PEOPLE)
    empty_logs()
    main = Path(settings().database_url.removeprefix("sqlite:///"))
    room = main.stat().st_size + 512 * 1024
    work = lambda: mailing.deliver(smtp_sink.host, smtp_sink.port, now)  # noqa: E731
    ended = mailing.life(work, LONG, largest_file=room)
    before = len(smtp_sink.messages)
    assert ended == mailing.FAILED, "the disk was large enough"
    # As long as it is full nothing goes out that could not be written down.
    assert mailing.life(work, LONG, largest_file=room) == mailing.FAILED
    while_full = len(smtp_sink.messages) - before
    mailing.deliver(smtp_sink.host, smtp_sink.port, now + LEASE + timedelta(seconds=1))
    invited, doubled = twice(smtp_sink, is_invitation)
    told(
        capsys,
        f"sqlite: full after {before} of {PEOPLE} mails, {while_full} more while it was; with room "
        f"again {invited} of {PEOPLE} arrived, {doubled} of them twice",
    )
    assert 0 < before < PEOPLE
    assert (invited, mailing.states("invitation")) == (PEOPLE, {"sent": PEOPLE})
    assert doubled <= 2
