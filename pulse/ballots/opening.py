"""Opening a box on every core: batches of shards -> processes -> counting sheets, added up.

However many shards there are, only a few batches are in memory at a time. The key reaches the
processes through a pipe, and stands on no disk, in no command line and in no environment.
"""

import os
from collections.abc import Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from itertools import islice
from multiprocessing import get_context

from pulse.ballots import opening_process
from pulse.ballots.opening_process import Batch, Desk
from pulse.domain.errors import Conflict
from pulse.domain.manifest import Manifest
from pulse.domain.sheets import Sheets, blank

# A process takes half a second to begin; so many shards are opened in that time without it.
FEW = 10_000
_BATCHES_EACH = 2


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
    try:
        with _pool(manifest, opening_key, processes) as pool:
            for sheets in _spread(pool, batches, processes * _BATCHES_EACH):
                total.add(sheets)
    except BrokenProcessPool as error:
        message = f"A process that opened ballots of wave {manifest.wave} died. Nothing is lost."
        raise Conflict(message) from error
    return total


@contextmanager
def _pool(manifest: Manifest, opening_key: bytes, processes: int) -> Iterator[ProcessPoolExecutor]:
    """Start processes afresh: one that was forked would share this one's database connections."""
    pool = ProcessPoolExecutor(
        processes,
        mp_context=get_context("spawn"),
        initializer=opening_process.sit_down,
        initargs=(manifest.canonical(), opening_key),
    )
    try:
        yield pool
    finally:
        pool.shutdown(cancel_futures=True)


def _spread(pool: ProcessPoolExecutor, batches: Iterable[Batch], most: int) -> Iterator[Sheets]:
    """Hand out the next batch when one comes back, so that never more than `most` are about."""
    waiting = iter(batches)
    about = {_hand_out(pool, batch) for batch in islice(waiting, most)}
    while about:
        done, about = wait(about, return_when=FIRST_COMPLETED)
        about |= {_hand_out(pool, batch) for batch in islice(waiting, len(done))}
        for future in done:
            yield future.result()


def _hand_out(pool: ProcessPoolExecutor, batch: Batch) -> Future[Sheets]:
    return pool.submit(opening_process.count, batch)
