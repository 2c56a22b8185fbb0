"""Opening and counting a box: seconds, seconds of a core, growth, the gain of all cores.

The ballots are as large as they come: five questions by four dimensions, 22 shards and a comment
of full length. They are sealed once, and each shard goes into the box several times: opening one
costs the same whether it was seen before.
"""

import resource
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cache
from random import Random
from secrets import token_bytes

from sqlalchemy import insert

from pulse.app import create_app
from pulse.ballots import box, model, opening, tally
from pulse.ballots.tally import Opening, Tally
from pulse.db import box_reading, box_transaction
from pulse.domain.ballot import shred_by
from pulse.domain.dimension import ORGANISATION, ROOT, Dimension, Node
from pulse.domain.manifest import Manifest
from pulse.domain.question import Question
from pulse.domain.scale import Scale
from pulse.domain.sealing import Seal, public_key
from pulse.domain.shard_layout import layout
from tests.bench import installation
from tests.support import databases, sealed_ballots

KEYS = sealed_ballots.keys()
DIFFERENT = 500
LABELS = 40


@dataclass(frozen=True, slots=True)
class Count:
    """What counting so many ballots took."""

    ballots: int
    shards: int
    seconds: float
    cpu: float
    turnout: float
    peak_mib: float


@dataclass(frozen=True, slots=True)
class Counts:
    """Counts of several sizes, shards a second in one process, and the gain of all cores."""

    counts: list[Count]
    alone: float
    speed_up: float


def measure(kind: str, sizes: Sequence[int]) -> Counts:
    """Count boxes of these sizes. Checks that every ballot was counted."""
    with installation.made(kind) as house, create_app(house.settings).app_context():
        counts = [_one(wave, size) for wave, size in enumerate(sizes, start=1)]
        alone, speed_up = _cores()
        databases.dispose()
    return Counts(counts, alone, speed_up)


def table(kind: str, found: Counts) -> str:
    """Show each size, its growth over the one before, and the cores."""
    lines = [f"{kind}: opening and counting, 5 questions x 4 dimensions"]
    for before, count in zip([None, *found.counts], found.counts, strict=False):
        growth = f"; {count.seconds / before.seconds:.1f} times as long" if before else ""
        lines.append(
            f"  {count.ballots:7,} ballots, {count.shards:,} shards: {count.seconds:6.1f} s"
            f" ({count.cpu:.1f} s of a core, turnout {count.turnout:.1f} s),"
            f" peak {count.peak_mib:.0f} MiB{growth}"
        )
    per_core = found.alone
    lines.append(
        f"  {per_core:,.0f} shards a second on one core; {opening.cores()} cores together"
        f" {found.speed_up:.2f} times as fast"
    )
    return "\n".join(lines)


def _one(wave: int, ballots: int) -> Count:
    manifest = replace(_manifest(), wave=wave)
    _fill(manifest, ballots)
    issued = {
        item.key: {node.code: ballots for node in item.labels} for item in manifest.dimensions
    }
    began, cpu = time.perf_counter(), _cpu()
    with box_reading() as connection:
        box_opened = Opening(connection, manifest, KEYS.opening)
        turnout = tally.turnout(box_opened, issued)
        turned_out = time.perf_counter() - began
        found = tally.answers(box_opened, turnout)
    seconds = time.perf_counter() - began
    _check(found, ballots)
    shards = ballots * len(manifest.slots)
    return Count(ballots, shards, seconds, _cpu() - cpu, turned_out, _peak())


def _cores() -> tuple[float, float]:
    """Open the same shards in one process and in as many as there are cores, processes started."""
    manifest = _manifest()
    shards = [shard for ballot in _sealed(1) for shard in ballot]
    batches = [shards[start : start + 2_000] for start in range(0, len(shards), 2_000)] * 4
    many = sum(map(len, batches))
    times = []
    for processes in (1, opening.cores()):
        began = time.perf_counter()
        opening.counted(manifest, KEYS.opening, batches, processes)
        times.append(time.perf_counter() - began)
    return many / times[0], times[0] / times[1]


def _fill(manifest: Manifest, ballots: int) -> None:
    """Lay the ballots into a sealed box, a few thousand rows at a time."""
    with box_transaction() as connection:
        box.open_for(connection, manifest)
    sealed = _sealed(manifest.wave)
    for start in range(0, ballots, DIFFERENT):
        some = sealed[: min(DIFFERENT, ballots - start)]
        rows = [
            {"wave": manifest.wave, "id": token_bytes(16), "slot": slot, "body": body}
            for ballot in some
            for slot, body in ballot
        ]
        tokens = [{"wave": manifest.wave, "token_sha256": token_bytes(32)} for _ in some]
        with box_transaction() as connection:
            connection.execute(insert(model.shard), rows)
            connection.execute(insert(model.spent), tokens)
    with box_transaction() as connection:
        box.seal(connection, manifest.wave)


@cache
def _sealed(wave: int) -> list[list[tuple[int, bytes]]]:
    random = Random(wave)
    manifest = replace(_manifest(), wave=wave)
    seal, plan = Seal(public_key(KEYS.opening)), layout(manifest)
    ballots = []
    for _ in range(DIFFERENT):
        labels = {item.key: random.choice(item.labels).code for item in manifest.dimensions}
        answers = {item.code: random.choice((None, 1, 2, 3, 4, 5)) for item in manifest.scored}
        sealed = seal.ballot(shred_by(plan, labels, answers | {"words": "w" * 200}))
        ballots.append([(shard.slot, shard.body) for shard in sealed.shards])
    return ballots


def _manifest() -> Manifest:
    questions = tuple(
        Question(f"question_{number}", "Really?", Scale.LIKERT5, "own") for number in range(1, 6)
    )
    words = Question("words", "Anything?", Scale.OPEN, "own")
    keys = (ORGANISATION, "site", "contract", "grade")
    dimensions = tuple(Dimension(key, key, _nodes(key)) for key in keys)
    closes_at = datetime(2037, 3, 9, tzinfo=UTC)
    made = Manifest(1, "May", "", (*questions, words), dimensions, 5, 10, "tree-1", closes_at)
    return KEYS.on(made)


def _nodes(key: str) -> tuple[Node, ...]:
    labels = tuple(Node(f"{key}-{at}", f"{key} {at}", ROOT, 5_000) for at in range(LABELS))
    return (Node(ROOT, "Everybody", None, 0), *labels)


def _check(found: Tally, ballots: int) -> None:
    if (found.counted, found.unreadable, found.lost) != (ballots, 0, 0):
        raise RuntimeError(f"{ballots} ballots were in the box, {found.counted} were counted")


def _cpu() -> float:
    """Give the seconds of a core that this process and its ended children have used."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(item.ru_utime + item.ru_stime for item in used)


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
