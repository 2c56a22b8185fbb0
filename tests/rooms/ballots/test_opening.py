"""Opening on every core: the same counts, a few batches at a time, and nothing left behind."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from random import Random
from weakref import WeakSet

import pytest

from pulse.ballots import opening
from pulse.ballots.opening_process import Batch
from pulse.domain.ballot import shred_by
from pulse.domain.errors import Conflict
from pulse.domain.manifest import Manifest
from pulse.domain.sealing import Seal, public_key
from pulse.domain.shard_layout import layout
from pulse.domain.sheets import Sheets
from tests.support.sealed_ballots import WaveKeys

BATCH = 50
# A program that counts for ever with two processes, and names them.
ENDLESS = """
import sys
from itertools import repeat
from multiprocessing import active_children
from pulse.ballots import opening
from pulse.domain.manifest import Manifest

def batches():
    yield from repeat([(0, b"x")], 20)
    print(*(child.pid for child in active_children()), flush=True)
    yield from repeat([(0, b"x")])

if __name__ == "__main__":
    manifest = Manifest.parse(open(sys.argv[1]).read())
    opening.counted(manifest, bytes.fromhex(sys.stdin.readline()), batches(), 2)
"""


@pytest.fixture
def shards(manifest: Manifest, keys: WaveKeys) -> list[tuple[int, bytes]]:
    """Give 90 ballots, some of their shards spoilt, in random order."""
    random = Random(3)
    seal, plan = Seal(public_key(keys.opening)), layout(manifest)
    made: list[tuple[int, bytes]] = []
    for number in range(90):
        labels = {
            "organisation": random.choice(("u1", "u2")),
            "site": random.choice(("c-a", "c-b")),
        }
        answers = {"tools_1": random.choice((None, 2, 5)), "needs": f"A door {number}"}
        sealed = seal.ballot(shred_by(plan, labels, answers))
        made += [
            (item.slot, item.body if random.random() < 0.9 else b"x" * 99) for item in sealed.shards
        ]
    random.shuffle(made)
    return made


class Read(list[tuple[int, bytes]]):
    """A batch that can be watched; a process gets a plain list."""

    __hash__ = object.__hash__

    def __reduce__(self):
        return list, (list(self),)


def batches(shards: Batch) -> Iterator[Batch]:
    for start in range(0, len(shards), BATCH):
        yield shards[start : start + BATCH]


def tidy(sheets: Sheets) -> Sheets:
    for comments in sheets.comments.values():
        comments.sort(key=repr)
    return sheets


def test_two_processes_count_what_one_counts(
    manifest: Manifest, keys: WaveKeys, shards: Batch
) -> None:
    alone = opening.counted(manifest, keys.opening, batches(shards), 1)
    together = opening.counted(manifest, keys.opening, batches(shards), 2)
    assert tidy(alone) == tidy(together)
    assert alone.shards.total() == len(shards)
    assert 0 < alone.unreadable.total() < len(shards) / 2
    assert len(alone.comments["needs"]) > 60


def test_few_batches_are_in_memory_at_a_time(
    manifest: Manifest, keys: WaveKeys, shards: Batch
) -> None:
    """Whoever reads a million shards ahead of the processes holds a million in memory."""
    held: list[int] = []

    def read() -> Iterator[Batch]:
        about: WeakSet[Read] = WeakSet()
        for number in range(40):
            batch = Read(shards[number : number + 1])
            about.add(batch)
            held.append(len(about))
            yield batch

    sheets = opening.counted(manifest, keys.opening, read(), 2)
    assert sheets.shards.total() == 40
    assert max(held) <= 4


def test_a_process_that_is_killed_is_a_clear_failure_and_the_count_can_be_repeated(
    manifest: Manifest, keys: WaveKeys, shards: Batch
) -> None:
    def deadly() -> Iterator[Batch]:
        for number, batch in enumerate(batches(shards)):
            if number == 9:
                os.kill(children()[-1], signal.SIGKILL)
            yield batch

    with pytest.raises(Conflict, match="Nothing is lost"):
        opening.counted(manifest, keys.opening, deadly(), 2)
    assert children() == []
    again = opening.counted(manifest, keys.opening, batches(shards), 2)
    assert again.shards.total() == len(shards)


def test_a_database_that_breaks_off_leaves_no_process(
    manifest: Manifest, keys: WaveKeys, shards: Batch
) -> None:
    def broken() -> Iterator[Batch]:
        yield from list(batches(shards))[:6]
        raise OSError("the database is gone")

    with pytest.raises(OSError, match="the database is gone"):
        opening.counted(manifest, keys.opening, broken(), 2)
    assert children() == []


@pytest.mark.fault
def test_processes_end_with_a_parent_that_is_killed_and_never_show_the_key(
    manifest: Manifest, keys: WaveKeys, tmp_path: Path
) -> None:
    program, wave = tmp_path / "endless.py", tmp_path / "manifest.json"
    program.write_text(ENDLESS)
    wave.write_bytes(manifest.canonical())
    with subprocess.Popen(
        [sys.executable, str(program), str(wave)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=os.environ | {"PYTHONPATH": str(Path.cwd())},
    ) as parent:
        assert parent.stdin
        assert parent.stdout
        parent.stdin.write(keys.opening.hex().encode() + b"\n")
        parent.stdin.flush()
        opening_now = [int(number) for number in parent.stdout.readline().split()]
        assert len(opening_now) == 2
        for number in opening_now:
            shown = Path(f"/proc/{number}/cmdline").read_bytes()
            shown += Path(f"/proc/{number}/environ").read_bytes()
            assert b"spawn_main" in shown
            assert not any(form in shown for form in (keys.opening, keys.opening.hex().encode()))
        parent.kill()
    deadline = time.monotonic() + 20
    while any(Path(f"/proc/{number}").exists() for number in opening_now):
        assert time.monotonic() < deadline, "a process that opens ballots outlived its parent"
        time.sleep(0.05)


def children() -> list[int]:
    """Give the processes that open shards for this one, the oldest first."""
    found = []
    for path in Path("/proc").glob("[0-9]*"):
        try:
            parent = int(path.joinpath("stat").read_text().rsplit(")", 1)[1].split()[1])
            command = path.joinpath("cmdline").read_bytes()
        except OSError:
            continue
        if parent == os.getpid() and b"spawn_main" in command:
            found.append(int(path.name))
    return sorted(found)
