"""A ballot on its way to the box: token, then one sealed shard for each slot, in their order.

There is no place for a second shard in a slot, for a name or for a field that anybody might add,
and every ballot of a wave is equally long.
"""

from collections.abc import Iterator, Sequence

from pulse.domain.ballot import Ballot, Shard
from pulse.domain.errors import Invalid
from pulse.domain.token import PREPARED_BYTES, SIGNATURE_BYTES, Token

_HEAD = PREPARED_BYTES + SIGNATURE_BYTES


def encode(token: Token, ballot: Ballot) -> bytes:
    """Write a token and its sealed ballot."""
    shards = sorted(ballot.shards, key=lambda shard: shard.slot)
    return token.prepared + token.signature + b"".join(shard.body for shard in shards)


def decode(body: bytes, wave: int, lengths: Sequence[int]) -> tuple[Token, Ballot]:
    """Read what `encode` wrote, given the lengths of sealed shards by slot.

    Raises Invalid for a body of any other length.
    """
    if len(body) != _HEAD + sum(lengths):
        raise Invalid("A ballot of this wave has another length.", "ballot")
    token = Token(body[:PREPARED_BYTES], body[PREPARED_BYTES:_HEAD])
    return token, Ballot(wave, tuple(_shards(body, lengths)))


def _shards(body: bytes, lengths: Sequence[int]) -> Iterator[Shard]:
    start = _HEAD
    for slot, length in enumerate(lengths):
        yield Shard(slot, body[start : start + length])
        start += length
