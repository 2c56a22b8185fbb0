"""What a process that opens shards does: it is handed the key once, and then batch after batch.

It is started afresh and never forked, so it has no database, no settings and nothing else of its
parent's. It gives back counting sheets and no shard, and ends when its parent does.
"""

import os
import signal
from collections.abc import Sequence
from multiprocessing import connection, parent_process
from threading import Thread

from pulse.domain.manifest import Manifest
from pulse.domain.sealing import Opener
from pulse.domain.shard_layout import layout
from pulse.domain.sheets import Sheets, blank, mark

# A sealed shard and the number of its slot.
Batch = Sequence[tuple[int, bytes]]


class Desk:
    """Opens and counts the shards of one wave with its key."""

    def __init__(self, manifest: Manifest, opening_key: bytes) -> None:
        self._plan = layout(manifest)
        self._opener = Opener(opening_key)

    def count(self, batch: Batch) -> Sheets:
        """Open every shard of a batch and count it; what cannot be opened counts as unreadable."""
        manifest = self._plan.manifest
        sheets = blank(manifest)
        for slot, body in batch:
            opened = self._opener.open(manifest.wave, slot, body) if slot >= 0 else None
            mark(sheets, self._plan, slot, opened)
        return sheets


# The one desk of this process; it is empty in the process that counts by itself.
_desks: list[Desk] = []


def sit_down(manifest: bytes, opening_key: bytes) -> None:
    """Begin to work for a parent: called once in each new process."""
    # Ctrl-C reaches every process of a terminal; it is the parent that ends this one.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    Thread(target=_end_with_parent, daemon=True).start()
    _desks[:] = [Desk(Manifest.parse(manifest), opening_key)]


def count(batch: Batch) -> Sheets:
    """Count a batch at the desk of this process."""
    return _desks[0].count(batch)


def _end_with_parent() -> None:
    """End at once when the parent is gone, however it ended: nobody else may wait with the key."""
    parent = parent_process()
    if parent is not None:
        connection.wait([parent.sentinel])
        os._exit(1)
