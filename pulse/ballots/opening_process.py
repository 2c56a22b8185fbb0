"""What a process that opens shards does: it is handed the key once, and then batch after batch.

It is started afresh and never forked, so it has no database, no settings and nothing else of its
parent's. It gives back counting sheets and no shard. All it shares with its parent is one pipe,
and it ends with that.
"""

import signal
from collections.abc import Sequence
from multiprocessing.connection import Connection

from pulse.domain.manifest import Manifest
from pulse.domain.sealing import Opener
from pulse.domain.shard_layout import layout
from pulse.domain.sheets import Sheets, blank, mark

# Sealed shards, each with the number of its slot.
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


def work(pipe: Connection) -> None:
    """Take the manifest and the key, then count batches until the pipe has an end."""
    # Ctrl-C reaches every process of a terminal; it is the parent that ends this one.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        manifest, opening_key = pipe.recv()
        desk = Desk(Manifest.parse(manifest), opening_key)
        while True:
            pipe.send(desk.count(pipe.recv()))
    except (EOFError, OSError):
        return
