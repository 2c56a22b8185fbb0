"""Opening keys: where they lie, who can read them, and a second person who keeps them."""

import os
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest

from pulse import custody, fieldwork
from pulse.db import reading
from pulse.domain import custody_key, sealing
from pulse.domain.cells import Reason, Released
from pulse.domain.errors import Conflict, Invalid
from pulse.domain.wave_state import WaveState
from pulse.release import holding
from pulse.release import reading as releases
from pulse.surveys import waves
from tests.support import open_wave, staff, stored

PASSPHRASE = "correct horse battery staple"
WEEK = timedelta(days=7)
GRACE = timedelta(days=7)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "keys"


@pytest.fixture
def kept(settings) -> None:
    """A second person keeps custody."""
    custody.create(settings.key_folder, PASSPHRASE)


@pytest.fixture
def closed(app, kept, now) -> int:
    """A wave that twelve people answered, closed while a second person keeps custody."""
    staff.hired(24, now.date())
    wave = open_wave.planned(now)
    fieldwork.open_wave(wave, now)
    for person in staff.ids()[:12]:
        staff.answer(wave, person)
    fieldwork.close_wave(wave, now + WEEK)
    return wave


def state(wave: int) -> WaveState:
    with reading() as session:
        return waves.get(session, wave).state


def test_a_key_is_a_file_for_its_owner_alone(folder: Path) -> None:
    public = custody.public_key(folder, 7)
    path = folder / "wave-7.key"
    assert (folder.stat().st_mode & 0o777, path.stat().st_mode & 0o777) == (0o700, 0o600)
    assert sealing.public_key(custody.opening_key(folder, 7)) == public
    assert custody.public_key(folder, 7) == public


@pytest.mark.parametrize("mode", [0o750, 0o705])
def test_a_folder_that_others_can_look_into_is_refused(folder: Path, mode: int) -> None:
    folder.mkdir()
    folder.chmod(mode)
    with pytest.raises(Conflict, match="chmod 700"):
        custody.public_key(folder, 7)
    assert list(folder.iterdir()) == []


def test_a_key_that_others_can_read_is_refused(folder: Path) -> None:
    custody.public_key(folder, 7)
    (folder / "wave-7.key").chmod(0o640)
    for ask in (custody.opening_key, custody.public_key):
        with pytest.raises(Conflict, match="chmod 600"):
            ask(folder, 7)


def test_workers_that_ask_at_once_get_the_same_key(folder: Path) -> None:
    for wave in range(20):
        with ThreadPoolExecutor(8) as pool:
            found = set(pool.map(custody.public_key, [folder] * 8, [wave] * 8))
        assert len(found) == 1
    assert {path.suffix for path in folder.iterdir()} == {".key"}


def test_destroying_removes_what_a_killed_process_left_half_made(folder: Path) -> None:
    custody.public_key(folder, 7)
    custody.public_key(folder, 70)
    (folder / "wave-7.key.0011.part").write_bytes(b"half a key")
    custody.destroy(folder, 7)
    custody.destroy(folder, 7)
    assert [path.name for path in folder.iterdir()] == ["wave-70.key"]
    with pytest.raises(Conflict):
        custody.opening_key(folder, 7)


def test_what_is_destroyed_was_overwritten(folder: Path) -> None:
    custody.public_key(folder, 7)
    with (folder / "wave-7.key").open("rb") as still_open:
        custody.destroy(folder, 7)
        assert set(still_open.read()) == {0}


def test_a_short_passphrase_is_refused(folder: Path) -> None:
    with pytest.raises(Invalid, match="At least 12 characters"):
        custody.create(folder, "short words")
    assert not custody.in_custody(folder)


def test_the_file_of_the_custody_key_says_how_it_is_stretched_and_nothing_secret(
    folder: Path,
) -> None:
    custody.create(folder, PASSPHRASE)
    text = (folder / "custody.json").read_text()
    key = custody_key.parse(text)
    # OWASP's least for Argon2id is 19 MiB and two passes.
    assert key.memory_kib >= 19 * 1024
    assert key.iterations >= 2
    mine = custody_key.private(key, PASSPHRASE)
    assert stored.traces_of_key("custody key", mine).inside(text.encode()) == set()
    with pytest.raises(Conflict, match="already"):
        custody.create(folder, PASSPHRASE)


def test_the_passphrase_can_be_changed_and_typed_in_another_way(folder: Path) -> None:
    custody.create(folder, "cafe\u0301 cafe\u0301 cafe\u0301")
    public = custody.public_key(folder, 7)
    with pytest.raises(Invalid, match="not the passphrase"):
        custody.change(folder, PASSPHRASE, PASSPHRASE)
    custody.change(folder, "café café café", PASSPHRASE)
    assert sealing.public_key(custody.opening_key(folder, 7, PASSPHRASE)) == public
    with pytest.raises(Conflict, match="wave 7"):
        custody.remove(folder)
    custody.destroy(folder, 7)
    custody.remove(folder)
    assert list(folder.iterdir()) == []


def test_the_commands_ask_twice_and_say_what_holds(app, runner, settings) -> None:
    custody.public_key(settings.key_folder, 3)
    unlike = runner.invoke(args=["custody", "create"], input=f"{PASSPHRASE}\nanother\n")
    assert (unlike.exit_code, custody.in_custody(settings.key_folder)) == (1, False)
    made = runner.invoke(args=["custody", "create"], input=f"{PASSPHRASE}\n{PASSPHRASE}\n")
    assert made.exit_code == 0
    assert PASSPHRASE not in made.output
    assert "At least 12 characters" in made.output
    custody.public_key(settings.key_folder, 4)
    told = runner.invoke(args=["custody", "status"]).output
    assert "A second person keeps custody" in told
    assert "wave 3: counted without it" in told
    assert "wave 4: counted with the passphrase" in told
    again = runner.invoke(args=["custody", "create"], input=f"{PASSPHRASE}\n{PASSPHRASE}\n")
    assert (again.exit_code, "already" in again.output) == (1, True)


def test_the_manifest_says_that_a_second_person_is_needed(closed, client, now) -> None:
    told = client.get(f"/s/{closed}/manifest.json").get_json()
    assert told["second_person"] is True
    plain = client.get(f"/s/{open_wave.opened(now)}/manifest.json").get_json()
    assert plain["second_person"] is False


def test_between_opening_and_count_the_plain_key_is_nowhere(closed, settings) -> None:
    key = custody.opening_key(settings.key_folder, closed, PASSPHRASE)
    traces = stored.traces_of_key("opening key", key)
    traces.add("passphrase", PASSPHRASE)
    contents = stored.contents(settings)
    assert any(b"shard" in content for content in contents.values())
    assert stored.found(traces, contents) == {}
    for process in Path("/proc").glob("[0-9]*"):
        if process.name == str(os.getpid()) or _parent(process) == os.getpid():
            for name in ("cmdline", "environ"):
                assert traces.inside((process / name).read_bytes()) == set()
    # The search can find something: the same key, once it lies there in the open.
    (settings.key_folder / "wave-99.key").write_bytes(key)
    assert {"opening key"} in stored.found(traces, stored.contents(settings)).values()


def _parent(process: Path) -> int:
    try:
        return int((process / "stat").read_text().rsplit(")", 1)[1].split()[1])
    except OSError:
        return 0


def test_the_worker_waits_quietly_and_the_passphrase_releases(
    closed, runner, settings, now, caplog
) -> None:
    for _ in range(3):
        (step,) = fieldwork.tick(now + WEEK)
        assert (step.problem, step.done) == (None, False)
        assert "wait for the second person's passphrase" in step.waits
    assert caplog.records == []
    assert state(closed) is WaveState.CLOSED
    wrong = runner.invoke(args=["waves", "release", str(closed)], input="wrong horse battery\n")
    assert wrong.exit_code == 1
    assert "not the passphrase" in wrong.output
    assert state(closed) is WaveState.CLOSED
    right = runner.invoke(args=["waves", "release", str(closed)], input=f"{PASSPHRASE}\n")
    assert right.output.endswith(f"wave {closed}: released\n")
    with reading() as session:
        assert releases.by_wave(session, closed).ballots == Released(12)
        assert holding.of_wave(session, closed) is None
    assert [path.name for path in settings.key_folder.iterdir()] == ["custody.json"]


@pytest.mark.parametrize("late", [timedelta(0), 5 * WEEK])
def test_a_passphrase_that_never_comes_leaves_nothing_lying_around(
    closed, settings, now, late
) -> None:
    """The time of grace begins with the first tick that finds it locked, however late that is."""
    held = now + WEEK + late
    for moment in (held, held + timedelta(seconds=10), held + timedelta(seconds=20)):
        fieldwork.tick(moment)
    fieldwork.tick(held + GRACE - timedelta(seconds=1))
    assert state(closed) is WaveState.CLOSED
    fieldwork.tick(held + GRACE)
    assert state(closed) is WaveState.RELEASED
    with reading() as session:
        release = releases.by_wave(session, closed)
    assert release.withheld
    assert release.ballots.reason is Reason.LOCKED
    assert "destroyed unopened" in release.ballots.sentence
    assert [path.name for path in settings.key_folder.iterdir()] == ["custody.json"]
