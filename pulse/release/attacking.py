"""Hands a release to the attacker: its files as anybody fetches them, and what HR knows of people.

The attack itself is in `pulse.audit`, which reads these texts and nothing else.
"""

import csv
from importlib import import_module
from io import StringIO
from typing import Any

from sqlalchemy.orm import Session

from pulse.domain.joint import Joint
from pulse.invitations import frame, redemption
from pulse.release import export, rows
from pulse.release.values import ReleaseInfo

# Loaded by name where it is used: no web process holds the libraries that it needs.
_ATTACK, _FILES = "pulse.audit.attack", "pulse.audit.files"


def attack(session: Session, release: ReleaseInfo) -> Any:  # noqa: ANN401  (a report of the audit)
    """Attack a release with all that is published of it, the staff list, and who started."""
    texts = export.files(session, release)
    read = import_module(_FILES)
    files = read.ReleaseFiles(texts["cells.csv"], texts["groups.csv"], texts["release.json"])
    return import_module(_ATTACK).audit(files, staff(session, release))


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
