"""Takes one person's answers to the box on their behalf, in memory, where no browser can.

    blind ──► redeem (main, committed) ──► unblind, shred, seal ──► drop (box, committed)

The two transactions never overlap: a number that both databases shared would tie the person to
the ballot. The token follows from a seed, so that whoever comes again after something broke in
between gets the same token, and the box decides whether the ballot is in it already.
"""

import hmac
from collections.abc import Callable, Mapping

from sqlalchemy.orm import Session

from pulse.ballots import box
from pulse.db import box_transaction, transaction
from pulse.domain import base64url, blind_rsa, token, wire
from pulse.domain.ballot import Value, shred_by
from pulse.domain.chance import seeded
from pulse.domain.sealing import Seal
from pulse.domain.shard_layout import Layout
from pulse.domain.token import Token
from pulse.invitations.redemption import Claim, Redeemed

_RANDOM_BYTES = token.RANDOMIZER_BYTES + token.NONCE_BYTES


def take_part(
    layout: Layout,
    answers: Mapping[str, Value],
    redeem: Callable[[Session, Claim], Redeemed],
    seed: bytes,
) -> None:
    """Make a token, use up an invitation for it, and drop the ballot.

    Raises whatever `redeem` raises, TokenSpent where this ballot is in the box already, Invalid
    for answers that the wave does not have, and WaveNotOpen.
    """
    manifest = layout.manifest
    randomness = seeded(seed)
    issuer = base64url.decode(manifest.issuer_key, "issuer_key")
    prepared = token.prepare(manifest.wave, manifest.digest, randomness(_RANDOM_BYTES))
    blinded = blind_rsa.blind(issuer, prepared, randomness)
    with transaction() as session:
        redeemed = redeem(session, Claim(manifest.wave, blinded.value))
    signature = blind_rsa.finalize(issuer, prepared, redeemed.signature, blinded.inverse)
    seal = Seal(base64url.decode(manifest.opening_key, "opening_key"))
    ballot = seal.ballot(shred_by(layout, redeemed.labels, answers))
    body = wire.encode(Token(prepared, signature), ballot)
    with box_transaction() as connection:
        box.drop(connection, body)


def seed(key: bytes, wave: int, who: str) -> bytes:
    """Give the seed of the token that `who`, a code or secret, gets in a wave."""
    return hmac.digest(key, f"{wave}/{who}".encode("utf-8", "replace"), "sha256")
