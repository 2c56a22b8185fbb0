"""Hands a release to the attacker: its files as anybody fetches them, and what HR knows of people.

The attack itself is in `pulse.audit`, which reads these texts and nothing else.
"""

import csv
from collections.abc import Sequence
from importlib import import_module
from io import StringIO
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from pulse.domain.joint import Joint
from pulse.invitations import frame, redemption
from pulse.release import export, rows
from pulse.release.model import Release
from pulse.release.values import ReleaseInfo

# Loaded by name where it is used: no web process holds the libraries that it needs.
_ATTACK, _FILES = "pulse.audit.attack", "pulse.audit.files"
# What it reads of each release, in the order of its reader.
FILES = ("cells.csv", "groups.csv", "release.json", "moments.csv")


def oldest_first(session: Session) -> tuple[ReleaseInfo, ...]:
    """Give every release there is: an attack leaves none out."""
    query = select(Release).order_by(Release.closed_on, Release.id)
    return tuple(rows.info(row) for row in session.scalars(query))


def attack(session: Session, releases: Sequence[ReleaseInfo], seconds: float) -> Any:  # noqa: ANN401  (a report of the audit)
    """Attack releases, the oldest first, with all that is published of them and the staff lists.

    Who started is known as well. It may take so many seconds; the report says what is left.
    """
    publications = [(_files(session, item), staff(session, item)) for item in releases]
    rosters = {item.wave_id: roster(session, item) for item in releases}
    return import_module(_ATTACK).audit_all(publications, seconds, rosters)


def attack_files(texts: Sequence[str], staff_list: str, seconds: float) -> Any:  # noqa: ANN401  (a report of the audit)
    """Attack the texts of `FILES`, which need not be published yet."""
    files = import_module(_FILES).ReleaseFiles(*texts)
    return import_module(_ATTACK).audit(files, staff_list, seconds)


def _files(session: Session, release: ReleaseInfo) -> Any:  # noqa: ANN401  (files of the audit)
    texts = export.files(session, release)
    read = import_module(_FILES)
    return read.ReleaseFiles(*(texts[name] for name in FILES))


def roster(session: Session, release: ReleaseInfo) -> str:
    """Give everybody who was asked, by a number, with a label for each dimension."""
    people = frame.members(session, release.wave_id)
    keys = sorted({key for person in people for key in person.labels})
    text = StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(("person", *keys))
    for person in people:
        writer.writerow((person.employee_id, *(person.labels.get(key, "") for key in keys)))
    return text.getvalue()


def staff(session: Session, release: ReleaseInfo) -> str:
    """Give the table of everybody asked by their labels: how many, and how many took part.

    Whoever started counts as one who took part. Where fewer started than ballots came, as in a
    history that never went through a box, anybody may have.
    """
    keys = tuple(dict.fromkeys(group.dimension for group in rows.groups(session, release)))
    asked = frame.joint(session, release.wave_id, keys)
    came = redemption.started(session, release.wave_id, keys)
    if came.total < getattr(release.ballots, "value", 0):
        came = asked
    return table(asked, came)


def table(asked: Joint, came: Joint) -> str:
    """Write the table: a line for each combination of labels."""
    text = StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(("people", "took_part", *asked.keys))
    for labels in sorted({*asked.counts, *came.counts}):
        writer.writerow((asked.counts.get(labels, 0), came.counts.get(labels, 0), *labels))
    return text.getvalue()
