"""What release.json, the spreadsheet and the API say of a release beside its tables."""

import json
from dataclasses import asdict
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from pulse.release import comment_reading, rows
from pulse.release.model import Release, ReleaseQuestion
from pulse.release.values import ReleaseInfo


def text(session: Session, release: ReleaseInfo) -> str:
    """Give the text of release.json."""
    return json.dumps(entries(session, release), indent=2, ensure_ascii=False) + "\n"


def entries(session: Session, release: ReleaseInfo) -> dict[str, Any]:
    """Say what was asked, by which rules it was published, and how it was counted."""
    row = session.get_one(Release, release.id)
    questions = select(ReleaseQuestion).where(ReleaseQuestion.release_id == release.id)
    return {
        "wave": row.wave_id,
        "title": row.title,
        "closed_on": row.closed_on.isoformat(),
        "created_on": row.created_on.isoformat(),
        "rule": row.rule,
        "policy": {key: value for key, value in row.policy.items() if key != "audit"},
        "audit": row.policy.get("audit"),
        "cells": rows.cell_count(session, release.id),
        "plan": row.plan,
        "manifest_sha256": row.manifest_sha256,
        "withheld": row.withheld,
        "invited": row.invited,
        "withheld_reason": row.withheld_reason,
        "started": row.redeemed,
        "new_slips": row.handed,
        "opted_out_of_mails": row.opted_out,
        "ballots": row.ballots,
        "ballots_beyond_tokens": row.excess,
        "unreadable": row.unreadable,
        "surplus": row.surplus,
        "lost": row.lost,
        "damage_accepted": row.accepted,
        "questions": [
            {
                "code": question.code,
                "text": question.text,
                "scale": question.scale,
                "driver": question.driver,
                "reverse": question.reverse,
            }
            for question in session.scalars(questions.order_by(ReleaseQuestion.position))
        ],
        **_comments(session, release.id),
    }


def _comments(session: Session, release_id: int) -> dict[str, Any]:
    """Say what was masked in comments, for the company as a whole, and their themes."""
    masking = comment_reading.masking(session, release_id)
    return {
        "masked": None if masking is None else asdict(masking),
        "themes": [
            {"question": theme.question, "name": theme.name, "comments": theme.comments}
            for theme in comment_reading.themes(session, release_id)
        ],
    }
