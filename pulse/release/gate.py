"""The gate before a publication: what would be published is attacked, and only then written.

    drafted, and undone ──► files, as anybody would fetch them ──► attacked ──► passed, or Unsafe

The draft is rolled back before the attack begins, so no table is locked while it takes its time.
Whoever publishes compares what is written with what was attacked.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from pulse.domain.dimension import ORGANISATION, Dimension
from pulse.domain.errors import Conflict
from pulse.domain.joint import Joint
from pulse.domain.manifest import Manifest
from pulse.release import attacking, export, publish, rows
from pulse.release.model import Release
from pulse.release.publish import Edition

# A count must not be held up for hours; what was not finished stands in the release.
SECONDS = 600.0
_COMPARED = ("cells.csv", "groups.csv", "moments.csv")


class Unsafe(Conflict):
    """The attack on what was about to be published found something."""


@dataclass(frozen=True, slots=True)
class Draft:
    """The files of what would be published, and who was asked and took part, exactly."""

    texts: dict[str, str]
    invited: Joint
    ballots: Joint


def draft(session: Session, edition: Edition, invited: Joint) -> Draft | None:
    """Publish, take the files and undo it. None where there is nothing that could be attacked."""
    wave = edition.manifest.wave
    exists = session.scalar(select(Release.id).where(Release.wave_id == wave)) is not None
    if exists or edition.tally is None or edition.decided is None:
        return None
    undone = session.begin_nested()
    release_id = publish.publish_edition(session, edition)
    texts = export.files(session, rows.release(session, release_id))
    undone.rollback()
    return Draft(texts, invited, edition.tally.joint)


def withstand(drafted: Draft, manifest: Manifest, left_out: Iterable[str]) -> dict[str, Any]:
    """Attack a draft, and give what the release says of that. Raises Unsafe.

    Neither how many kinds of people there were nor how long it took is among it: both tell of the
    labels that people carry together, which stay in the memory of the count.
    """
    staff = attacking.table(drafted.invited, drafted.ballots)
    texts = [drafted.texts[name] for name in attacking.FILES]
    report = attacking.attack_files(texts, staff, SECONDS)
    if not report.is_safe:
        involved = {key for found in report.findings for key in found.dimensions}
        raise Unsafe(words([item for item in manifest.dimensions if item.key in involved]))
    return {
        "engines": sorted({one.engine for one in report.tried}),
        "equations": report.equations,
        "finished": report.is_finished,
        "left_out": sorted(left_out),
    }


def same(session: Session, release_id: int, drafted: Draft) -> bool:
    """Say whether what was written is what was attacked."""
    texts = export.files(session, rows.release(session, release_id))
    return all(texts[name] == drafted.texts[name] for name in _COMPARED)


def words(involved: Iterable[Dimension]) -> str:
    """Tell HR what to change. No number is said: a finding is about few people.

    >>> both = [Dimension("organisation", "Organisation", ()), Dimension("site", "Site", ())]
    >>> words(both).partition("published. ")[2]
    'It used the groups by Organisation and Site. Leave out Site.'
    """
    known = {item.key: item.name for item in involved}
    found = (
        "An attack on the results before their publication found that they would tell too much "
        "about a few people, so nothing was published."
    )
    optional = [name for key, name in known.items() if key != ORGANISATION]
    if optional:
        among, choice = " and ".join(known.values()), " or ".join(optional)
        return f"{found} It used the groups by {among}. Leave out {choice}."
    return f"{found} This should never happen; please report it to whoever runs Pulse."
