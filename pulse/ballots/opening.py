"""Opening a box on every core: batches of shards -> processes -> counting sheets, added up.

However many shards there are, each process has one batch at a time, and the next is read when it
is wanted. The key reaches the processes through their pipes, and stands on no disk, in no command
line and in no environment.
"""

import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from multiprocessing import connection, get_context
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnProcess

from pulse.ballots import opening_process
from pulse.ballots.opening_process import Batch, Desk
from pulse.domain.errors import Conflict
from pulse.domain.manifest import Manifest
from pulse.domain.sheets import Sheets, blank

# A process takes half a second to begin; so many shards are opened in that time without it.
FEW = 5_000
_DIED = "A process that opened ballots died. Nothing is lost, and the count can be repeated."


def cores() -> int:
    """Say how many processors this process may use."""
    return len(os.sched_getaffinity(0))


def counted(
    manifest: Manifest, opening_key: bytes, batches: Iterable[Batch], processes: int
) -> Sheets:
    """Open and count everything, in so many processes, or in this one where that is one.

    Raises Conflict where a process died. Nothing was changed then, and it can be repeated.
    """
    total = blank(manifest)
    if processes < len(("this one", "another")):
        desk = Desk(manifest, opening_key)
        for batch in batches:
            total.add(desk.count(batch))
        return total
    with _team(processes) as team:
        for worker in team:
            worker.give((manifest.canonical(), opening_key))
        for sheets in _spread(team, batches):
            total.add(sheets)
    return total


@dataclass(frozen=True, slots=True)
class _Worker:
    """A process and the one pipe to it: no lock is shared, so none can be left behind."""

    process: SpawnProcess
    pipe: Connection

    def give(self, value: object) -> None:
        try:
            self.pipe.send(value)
        except OSError as error:
            raise Conflict(_DIED) from error

    def take(self) -> Sheets:
        try:
            sheets: Sheets = self.pipe.recv()
        except (EOFError, OSError) as error:
            raise Conflict(_DIED) from error
        return sheets

    def end(self) -> None:
        self.pipe.close()
        self.process.kill()
        self.process.join()


@contextmanager
def _team(processes: int) -> Iterator[Sequence[_Worker]]:
    """Start processes afresh: one that was forked would share this one's database connections."""
    team: list[_Worker] = []
    try:
        team.extend(_begin() for _ in range(processes))
        yield team
    finally:
        for worker in team:
            worker.end()


def _begin() -> _Worker:
    context = get_context("spawn")
    mine, theirs = context.Pipe()
    process = context.Process(target=opening_process.work, args=(theirs,), daemon=True)
    process.start()
    theirs.close()
    return _Worker(process, mine)


def _spread(team: Sequence[_Worker], batches: Iterable[Batch]) -> Iterator[Sheets]:
    """Give each worker a batch, and another one when it has done with that."""
    waiting = iter(batches)
    at_work: dict[object, _Worker] = {}
    for worker, batch in zip(team, waiting, strict=False):
        worker.give(batch)
        at_work[worker.pipe] = worker
    while at_work:
        for pipe in connection.wait([worker.pipe for worker in at_work.values()]):
            worker = at_work.pop(pipe)
            yield worker.take()
            for batch in islice(waiting, 1):
                worker.give(batch)
                at_work[pipe] = worker
