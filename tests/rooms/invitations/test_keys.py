"""The key that signs: encrypted where it lies, bound to its wave, gone when the wave closes."""

from datetime import timedelta

import pytest
from cryptography.hazmat.primitives.serialization import load_der_private_key
from flask import Flask
from sqlalchemy import select

from pulse import fieldwork
from pulse.db import reading, transaction
from pulse.domain import blind_rsa
from pulse.domain.errors import BadSetting
from pulse.invitations import keys
from pulse.invitations.issuing import IssueRequest
from pulse.invitations.model import Invitation, IssuerKey
from tests.rooms.invitations.conftest import WRAPPING_KEY
from tests.support import invited_wave, sealed_ballots

OTHER_KEY = bytes([8]) * 32


def stored(wave: int) -> bytes:
    with reading() as session:
        return session.scalars(select(IssuerKey.wrapped).where(IssuerKey.wave_id == wave)).one()


def readable(data: bytes) -> bool:
    """Whether a private key begins anywhere in these bytes."""
    for start in range(len(data)):
        try:
            load_der_private_key(data[start:], password=None)
        except (ValueError, TypeError):
            continue
        return True
    return False


def test_a_key_is_made_once(wave_id: int) -> None:
    with transaction() as session:
        assert not keys.may_issue(session, wave_id)
        first = keys.public_key(session, wave_id, WRAPPING_KEY)
        assert keys.public_key(session, wave_id, WRAPPING_KEY) == first
        assert keys.may_issue(session, wave_id)


def test_whoever_holds_a_dump_cannot_sign(issue_request: IssueRequest) -> None:
    wave = issue_request.manifest.wave
    assert not readable(stored(wave))
    assert readable(b"anything" + sealed_ballots.keys().issuer)
    signing = keys.load(wave, stored(wave), WRAPPING_KEY)
    with reading() as session:
        public = keys.public_key(session, wave, WRAPPING_KEY)
    token = sealed_ballots.unblinded(issue_request.manifest, signing.sign)
    assert blind_rsa.verify(public, token.prepared, token.signature)


def test_another_secret_says_what_to_do(issue_request: IssueRequest) -> None:
    wave = issue_request.manifest.wave
    for ask in (
        lambda session: keys.load(wave, stored_in(session, wave), OTHER_KEY),
        lambda session: keys.public_key(session, wave, OTHER_KEY),
    ):
        with reading() as session, pytest.raises(BadSetting) as refused:
            ask(session)
        assert f"wave {wave} cannot be read with this PULSE_SECRET_KEY" in refused.value.message
        assert "Start Pulse with the one that it had" in refused.value.message


def stored_in(session, wave: int) -> bytes:
    return session.scalar(select(IssuerKey.wrapped).where(IssuerKey.wave_id == wave))


def test_a_key_is_of_no_use_in_another_place(issue_request: IssueRequest) -> None:
    wave = issue_request.manifest.wave
    with pytest.raises(BadSetting):
        keys.load(wave + 1, stored(wave), WRAPPING_KEY)
    changed = stored(wave)[:-1] + bytes([stored(wave)[-1] ^ 1])
    with pytest.raises(BadSetting):
        keys.load(wave, changed, WRAPPING_KEY)


def test_two_waves_have_two_keys(issue_request: IssueRequest) -> None:
    wave = issue_request.manifest.wave
    keys.load(wave, stored(wave), WRAPPING_KEY)
    with transaction() as session:
        first = keys.public_key(session, wave, WRAPPING_KEY)
        keys.remove(session, wave)
        assert not keys.may_issue(session, wave)
        other = keys.public_key(session, wave, WRAPPING_KEY)
    assert other != first
    with reading() as session:
        assert keys.public_key(session, wave, WRAPPING_KEY) == other


def test_closing_removes_the_key_and_what_was_kept_for_lost_replies(app: Flask, now) -> None:
    asked = invited_wave.opened(now)
    asked.started()
    fieldwork.close_wave(asked.wave, now + timedelta(days=7))
    with reading() as session:
        assert not keys.may_issue(session, asked.wave)
        assert session.scalars(select(IssuerKey)).all() == []
        assert set(session.scalars(select(Invitation.blinded_sha256))) == {None}
