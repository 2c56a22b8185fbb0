"""The first part of opening a wave: who is asked what is fixed, under two new public keys.

What is frozen here is what the count goes by: no setting, move or unit that changes afterwards
reaches a wave that has opened.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from pulse import custody, installation
from pulse.config import settings
from pulse.domain import base64url
from pulse.domain.manifest import Manifest
from pulse.invitations import frame, keys
from pulse.invitations.frame import FrameRequest
from pulse.surveys import catalogue, translating, waves
from pulse.surveys.waves import WaveInfo

RULE = "blocks-2"


@dataclass(frozen=True, slots=True)
class PublicKeys:
    """What a manifest says of its two keys: the public halves, and who keeps the second."""

    issuer: str
    opening: str
    second_person: bool = False


def freeze(session: Session, wave: WaveInfo, now: datetime, public: PublicKeys) -> Manifest:
    """Fix who is asked what. Raises Conflict if too few."""
    given = settings()
    policy = given.policy
    dimensions = frame.freeze(
        session,
        FrameRequest(
            wave_id=wave.id,
            audience=wave.audience,
            dimensions=wave.dimensions,
            day=now.date(),
            label_minimum=policy.label_minimum,
            fewest=policy.wave_invited,
            company=given.company,
            limits=installation.limits(wave),
        ),
    )
    manifest = Manifest(
        wave=wave.id,
        title=wave.title,
        introduction=wave.introduction,
        questions=wave.questions,
        dimensions=dimensions,
        floor=policy.floor,
        comment_floor=policy.comment_floor,
        rule=RULE,
        closes_at=wave.closes_at,
        fewest_ballots=policy.wave_ballots,
        leaver_floor=policy.leaver_floor,
        edge=policy.edge,
        issuer_key=public.issuer,
        opening_key=public.opening,
        second_person=public.second_person,
        language=catalogue.get(session, wave.survey_id).language,
        translations=translating.translations(session, wave.survey_id, wave.questions),
    )
    waves.freeze(session, wave.id, manifest)
    return manifest


def public_keys(session: Session, wave: int) -> PublicKeys:
    """Give a wave its two keys; a wave whose opening was broken off has them already."""
    given = settings()
    issuer = keys.public_key(session, wave, given.wrapping_key)
    opening = custody.public_key(given.key_folder, wave)
    sealed = custody.needs_passphrase(given.key_folder, wave)
    return PublicKeys(base64url.encode(issuer), base64url.encode(opening), sealed)
