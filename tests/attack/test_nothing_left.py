"""The opening key: where it lies while a wave is open, and that it lies nowhere afterwards."""

import stat
from datetime import timedelta

from cryptography.hazmat.primitives.serialization import load_der_private_key

from pulse import custody, fieldwork
from pulse.config import settings
from tests.support import forensics, invited_wave
from tests.support.invited_wave import ANSWERS
from tests.support.traces import Traces, files

WEEK = timedelta(days=7)


def answered(client, now):
    """Give a wave in which somebody has answered, and what to look for: its opening key."""
    asked = invited_wave.opened(now)
    form = ANSWERS | {"code": asked.code()}
    assert client.post(f"/s/{asked.wave}", data=form).status_code == 303
    key = custody.opening_key(settings().key_folder, asked.wave)
    number = load_der_private_key(key, password=None).private_numbers().private_value
    traces = Traces()
    traces.add("opening key", number.to_bytes(32, "big"))
    return asked.wave, traces


def test_the_opening_key_lies_in_a_file_for_one_user_and_in_no_database(client, now):
    _, traces = answered(client, now)
    folder = settings().key_folder
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert [stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()] == [0o600]
    for database in ("main", "box"):
        assert traces.inside(forensics.content(database)) == set(), database
    holders = traces.found(files(settings().instance))
    assert set(holders) == {path.name for path in folder.iterdir()}


def test_after_the_release_the_opening_key_is_nowhere(client, now):
    wave, traces = answered(client, now)
    fieldwork.close_wave(wave, now + WEEK)
    fieldwork.release_wave(wave, now + WEEK)
    assert list(settings().key_folder.iterdir()) == []
    assert traces.found(files(settings().instance)) == {}
    for database in ("main", "box"):
        assert traces.inside(forensics.content(database)) == set(), database
