"""What was frozen at the opening is what counts: nothing that changes later reaches a release."""

import csv
import hashlib
from dataclasses import replace
from datetime import timedelta
from io import StringIO

import pytest
from sqlalchemy import select, update

from pulse import counting_room, fieldwork
from pulse.config import EXTENSION
from pulse.counting_room import Decision
from pulse.db import reading, transaction
from pulse.domain.errors import Conflict
from pulse.domain.wave_state import WaveState
from pulse.people.model import EmploymentSpell, Unit
from pulse.policy import DisclosurePolicy
from pulse.release import export, holding
from pulse.release import reading as releases
from pulse.release.holding import HoldKind
from pulse.surveys import waves
from pulse.surveys.model import Wave
from tests.support import open_wave, staff

PEOPLE = 24
ANSWERED = 14
WEEK = timedelta(days=7)
COMPARED = {"before", "change", "change_low", "change_high", "holds"}
# Seven of each unit answer: too few for this floor and enough for the least one.
STRICT = DisclosurePolicy(floor=8, comment_floor=15)


@pytest.fixture
def live_under(app, settings):
    """Go on with another policy, as a worker does that was started with other settings."""

    def live(policy):
        app.extensions[EXTENSION] = settings.model_copy(update={"policy": policy})

    return live


@pytest.fixture
def wave(app, now, live_under):
    """A closed wave that fourteen people answered, opened under a strict policy."""
    live_under(STRICT)
    staff.hired(PEOPLE, now.date())
    return closed(now)


def closed(now):
    wave = open_wave.planned(now)
    fieldwork.open_wave(wave, now)
    for person in staff.ids()[:ANSWERED]:
        staff.answer(wave, person)
    fieldwork.close_wave(wave, now + WEEK)
    return wave


def info(wave):
    with reading() as session:
        return waves.get(session, wave)


def exported(wave):
    """Give the hash of all files of a release, but for what must differ between two waves.

    That is the wave's own number and keys, and how it compares with the wave before.
    """
    with reading() as session:
        release = releases.by_wave(session, wave)
        files = export.files(session, release)
    cells = csv.DictReader(StringIO(files["cells.csv"]))
    kept = [[row[name] for name in row if name not in COMPARED] for row in cells]
    assert kept
    files["cells.csv"] = "".join(f"\n{','.join(row)}" for row in kept)
    text = repr(sorted(files.items())).replace(info(wave).manifest_sha256, "SHA-256")
    text = text.replace(f'"wave": {wave}', '"wave": 0').replace(f"\\n{wave},", "\\n0,")
    return hashlib.sha256(text.encode()).hexdigest()


def reorganise():
    """Move most people to one unit, rename it, and put a new unit above both."""
    people = staff.ids()[:20]
    with transaction() as session:
        above = Unit(key="Service", name="Service")
        session.add(above)
        session.flush()
        bar, kitchen = session.scalars(
            select(Unit.id).where(Unit.key != "Service").order_by(Unit.id)
        )
        session.execute(update(Unit).where(Unit.id.in_([bar, kitchen])).values(parent_id=above.id))
        session.execute(update(Unit).where(Unit.id == bar).values(name="Front of house"))
        moved = EmploymentSpell.employee_id.in_(people)
        session.execute(update(EmploymentSpell).where(moved).values(unit_id=bar))


def test_moves_settings_and_a_new_tree_change_neither_manifest_nor_release(wave, live_under, now):
    """Two waves lived through alike; one is released before everything changes, one after."""
    other = closed(now)
    frozen = info(other).manifest.canonical()
    fieldwork.release_wave(wave, now + WEEK)
    reorganise()
    live_under(DisclosurePolicy())
    fieldwork.release_wave(other, now + WEEK)
    assert info(other).manifest.canonical() == frozen
    assert exported(other) == exported(wave)
    with reading() as session:
        release = releases.by_wave(session, other)
        files = export.files(session, release)
    assert (release.floor, release.comment_floor) == (STRICT.floor, STRICT.comment_floor)
    assert "Kitchen" in files["groups.csv"]
    assert "Front of house" not in "".join(files.values())
    assert "More light" not in files["comments.csv"]


def test_a_manifest_that_was_changed_in_main_is_not_counted_by(wave, now):
    """With a lower floor in main, groups would be shown that everybody was promised to be safe."""
    manifest = info(wave).manifest
    rewrite(wave, replace(manifest, floor=5, comment_floor=10))
    fieldwork.tick(now + WEEK)
    with reading() as session:
        held = holding.of_wave(session, wave)
    assert (info(wave).state, held.kind) == (WaveState.CLOSED, HoldKind.NOT_COUNTED)
    assert "another manifest" in held.words
    with pytest.raises(Conflict):
        counting_room.release(wave, now + WEEK, Decision(accepted="It is well."))
    rewrite(wave, manifest)
    fieldwork.tick(now + WEEK)
    with reading() as session:
        assert releases.by_wave(session, wave).floor == STRICT.floor


def rewrite(wave, manifest):
    """Change a wave in the database, fingerprint and all."""
    values = {"manifest": manifest.canonical().decode(), "manifest_sha256": manifest.sha256()}
    with transaction() as session:
        session.execute(update(Wave).where(Wave.id == wave).values(values))
