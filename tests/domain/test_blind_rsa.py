"""The vectors of RFC 9474, and what the issuer refuses, on real keys."""

import json
import os
import random
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ed25519, rsa
from hypothesis import given, settings
from hypothesis import strategies as st

from pulse.domain import blind_rsa, rsabssa
from pulse.domain.errors import Invalid

VECTORS = json.loads(Path(blind_rsa.__file__).with_name("rfc9474.json").read_text())["vectors"]
FIELDS = [name for name in VECTORS[0] if name != "name"]
KEY = blind_rsa.new_key()
PUBLIC = blind_rsa.public_key(KEY)
OTHER = blind_rsa.new_key()
PREPARED = st.binary(min_size=112, max_size=112)
SEEDS = st.integers(min_value=0, max_value=2**64)


def stream(seed: int):
    return random.Random(seed).randbytes


def issue(prepared: bytes, seed: int) -> bytes:
    blinded = blind_rsa.blind(PUBLIC, prepared, stream(seed))
    return blind_rsa.finalize(PUBLIC, prepared, blind_rsa.sign(KEY, blinded.value), blinded.inverse)


def flipped(text: bytes, place: int, change: int = 1) -> bytes:
    changed = bytearray(text)
    changed[place] ^= change
    return bytes(changed)


def numbers_of(private: bytes) -> rsa.RSAPrivateNumbers:
    key = serialization.load_der_private_key(private, None, unsafe_skip_rsa_key_validation=True)
    return key.private_numbers()


def rebuilt(numbers: rsa.RSAPrivateNumbers, **changed: int) -> bytes:
    """The key in DER with some of its parts exchanged, as a damaged row would hold it."""
    parts = {name: getattr(numbers, name) for name in ("p", "q", "d", "dmp1", "dmq1", "iqmp")}
    key = rsa.RSAPrivateNumbers(**(parts | changed), public_numbers=numbers.public_numbers)
    return pkcs8(key.private_key(unsafe_skip_rsa_key_validation=True))


def pkcs8(key: rsa.RSAPrivateKey | ed25519.Ed25519PrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.DER,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )


def spki(key: rsa.RSAPublicKey | ed25519.Ed25519PublicKey) -> bytes:
    return key.public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )


def test_the_four_vectors_are_those_of_the_rfc() -> None:
    assert [vector["name"] for vector in VECTORS] == [
        "RSABSSA-SHA384-PSS-Randomized",
        "RSABSSA-SHA384-PSSZERO-Randomized",
        "RSABSSA-SHA384-PSS-Deterministic",
        "RSABSSA-SHA384-PSSZERO-Deterministic",
    ]
    assert [vector["sig"][:16] for vector in VECTORS] == [
        "191e941c57510e22",
        "195363ba25e4bf76",
        "6fef8bf9bc182cd8",
        "4454b6983ff01cb2",
    ]


def test_all_four_vectors_come_out_and_cost_nothing_the_second_time() -> None:
    blind_rsa.self_test.cache_clear()
    blind_rsa.self_test()
    blind_rsa.self_test()
    assert blind_rsa.self_test.cache_info()[:2] == (1, 1)


@pytest.mark.parametrize("field", FIELDS)
@pytest.mark.parametrize("number", range(4))
def test_one_flipped_byte_in_a_field_of_a_vector_is_refused(
    field: str, number: int, tmp_path: Path
) -> None:
    vector = dict(VECTORS[number])
    text = bytes.fromhex(vector[field])
    # A field without bytes, as the prefix of the deterministic suites, gets one instead.
    vector[field] = (flipped(text, len(text) // 2) if text else b"\x01").hex()
    file = tmp_path / "altered.json"
    file.write_text(json.dumps({"vectors": [vector]}))
    with pytest.raises(blind_rsa.SigningFault, match=vector["name"]):
        blind_rsa.self_test(file)


@pytest.mark.parametrize(
    ("field", "step"),
    [
        ("msg", "prepare"),
        ("msg_prefix", "prepare"),
        ("encoded_msg", "encode"),
        ("blind_sig", "not genuine"),
        ("sig", "finalize"),
    ],
)
def test_the_refusal_names_the_step(field: str, step: str, tmp_path: Path) -> None:
    vector = dict(VECTORS[0])
    vector[field] = flipped(bytes.fromhex(vector[field]), 3).hex()
    file = tmp_path / "altered.json"
    file.write_text(json.dumps({"vectors": [vector]}))
    with pytest.raises(blind_rsa.SigningFault, match=step):
        blind_rsa.self_test(file)


def test_75_tokens_are_genuine_and_75_altered_ones_are_not() -> None:
    chance = random.Random(9474)
    genuine, altered = 0, 0
    for seed in range(75):
        prepared = chance.randbytes(112)
        signature = issue(prepared, seed)
        genuine += blind_rsa.verify(PUBLIC, prepared, signature)
        place, change = chance.randrange(112 + 256), chance.randrange(1, 256)
        token = flipped(prepared + signature, place, change)
        altered += blind_rsa.verify(PUBLIC, token[:112], token[112:])
    assert (genuine, altered) == (75, 0)


@given(PREPARED, SEEDS)
@settings(max_examples=20)
def test_the_signature_is_genuine_for_this_message_and_this_key_alone(
    prepared: bytes, seed: int
) -> None:
    signature = issue(prepared, seed)
    assert len(signature) == 256
    assert blind_rsa.verify(PUBLIC, prepared, signature)
    assert not blind_rsa.verify(PUBLIC, flipped(prepared, seed % 112), signature)
    assert not blind_rsa.verify(blind_rsa.public_key(OTHER), prepared, signature)


@given(PREPARED, SEEDS, SEEDS)
def test_the_same_randomness_gives_the_same_blinded_value_and_another_does_not(
    prepared: bytes, seed: int, other: int
) -> None:
    first = blind_rsa.blind(PUBLIC, prepared, stream(seed))
    again = blind_rsa.blind(PUBLIC, prepared, stream(seed))
    second = blind_rsa.blind(PUBLIC, prepared, stream(other))
    assert first == again
    assert (first == second) == (seed == other)
    assert len(first.value) == len(first.inverse) == 256


def test_blinding_asks_for_the_salt_and_then_for_the_factor() -> None:
    asked: list[int] = []

    def randomness(count: int) -> bytes:
        asked.append(count)
        return os.urandom(count)

    blind_rsa.blind(PUBLIC, bytes(112), randomness)
    assert asked == [48, 256 + 16]


def test_a_factor_beyond_the_modulus_and_the_smallest_one_still_blind() -> None:
    for byte in (b"\x00", b"\xff"):
        blinded = blind_rsa.blind(PUBLIC, bytes(112), lambda count, byte=byte: byte * count)
        signed = blind_rsa.sign(KEY, blinded.value)
        signature = blind_rsa.finalize(PUBLIC, bytes(112), signed, blinded.inverse)
        assert blind_rsa.verify(PUBLIC, bytes(112), signature)


def test_a_factor_that_shares_a_prime_with_the_modulus_is_refused() -> None:
    prime = numbers_of(KEY).p
    draws = iter([bytes(48), (prime - 1).to_bytes(256 + 16)])
    with pytest.raises(Invalid, match="shares a factor"):
        blind_rsa.blind(PUBLIC, bytes(112), lambda _: next(draws))


@pytest.mark.parametrize("count", [0, 1, 255, 257, 512])
def test_a_blinded_value_of_another_length_is_refused(count: int) -> None:
    with pytest.raises(Invalid, match="no blinded value"):
        blind_rsa.sign(KEY, b"\x02" * count)


@pytest.mark.parametrize("above", [-1, 0, 1])
def test_a_blinded_value_at_or_beyond_the_modulus_is_refused(above: int) -> None:
    modulus = numbers_of(KEY).public_numbers.n
    with pytest.raises(Invalid, match="no blinded value"):
        blind_rsa.sign(KEY, (modulus + above).to_bytes(256))
    assert blind_rsa.sign(KEY, (modulus - 2).to_bytes(256))


@pytest.mark.parametrize("value", [0, 1])
def test_zero_and_one_are_refused(value: int) -> None:
    with pytest.raises(Invalid, match="no blinded value"):
        blind_rsa.sign(KEY, value.to_bytes(256))
    assert blind_rsa.sign(KEY, (2).to_bytes(256))


@given(st.integers(min_value=2, max_value=2**2047 - 1))
@settings(max_examples=20)
def test_whatever_is_signed_comes_back_under_the_public_exponent(value: int) -> None:
    public = numbers_of(KEY).public_numbers
    signed = int.from_bytes(blind_rsa.sign(KEY, value.to_bytes(256)))
    assert pow(signed, public.e, public.n) == value


@pytest.mark.parametrize("part", ["d", "iqmp"])
def test_a_damaged_key_gives_no_wrong_signature_away(part: str) -> None:
    numbers = numbers_of(KEY)
    damaged = rebuilt(numbers, **{part: getattr(numbers, part) ^ 4})
    blinded = blind_rsa.blind(PUBLIC, bytes(112), os.urandom)
    with pytest.raises(blind_rsa.SigningFault, match="not given away"):
        blind_rsa.sign(damaged, blinded.value)
    assert blind_rsa.sign(rebuilt(numbers), blinded.value) == blind_rsa.sign(KEY, blinded.value)


def test_a_key_that_is_kept_signs_as_one_that_is_loaded_each_time() -> None:
    kept = blind_rsa.SigningKey.load(KEY)
    for seed in range(40):
        value = random.Random(seed).randbytes(255).rjust(256, b"\x00")
        assert kept.sign(value) == blind_rsa.sign(KEY, value)


@pytest.mark.parametrize("count", [0, 255, 257])
def test_a_blind_signature_or_inverse_of_another_length_is_refused(count: int) -> None:
    with pytest.raises(Invalid, match="no blind signature"):
        blind_rsa.finalize(PUBLIC, bytes(112), bytes(count), bytes(256))
    with pytest.raises(Invalid, match="no blind signature"):
        blind_rsa.finalize(PUBLIC, bytes(112), bytes(256), bytes(count))


def test_a_signature_by_another_key_is_not_finalized() -> None:
    blinded = blind_rsa.blind(PUBLIC, bytes(112), lambda count: b"\x01" * count)
    # Shortened to lie below the modulus of the other key as well.
    signed = blind_rsa.sign(OTHER, b"\x00" + blinded.value[1:])
    with pytest.raises(Invalid, match="not genuine"):
        blind_rsa.finalize(PUBLIC, bytes(112), signed, blinded.inverse)


@pytest.mark.parametrize("count", [0, 1, 255, 257])
def test_a_signature_of_another_length_is_not_genuine(count: int) -> None:
    assert not blind_rsa.verify(PUBLIC, bytes(112), b"\x01" * count)


def test_a_signature_with_another_salt_is_not_genuine() -> None:
    key = blind_rsa.SigningKey.load(KEY)._key
    public = serialization.load_der_public_key(PUBLIC)
    blinded = rsabssa.blind(public, bytes(112), os.urandom, 20)
    signed = rsabssa.sign(key, blinded.value)
    signature = rsabssa.finalize(public, bytes(112), signed, blinded.inverse, 20)
    assert not blind_rsa.verify(PUBLIC, bytes(112), signature)


def test_a_new_key_is_rsa_of_2048_bits_with_the_usual_exponent_and_a_plain_identifier() -> None:
    public = serialization.load_der_public_key(PUBLIC).public_numbers()
    assert (public.n.bit_length(), public.e) == (2048, 65537)
    # rsaEncryption with NULL parameters, as a browser imports it.
    assert bytes.fromhex("300d06092a864886f70d0101010500") in PUBLIC
    assert len(PUBLIC) == 294
    assert numbers_of(OTHER).public_numbers.n != public.n


def test_a_public_key_of_another_kind_is_refused() -> None:
    small = rsa.generate_private_key(65537, 1024).public_key()  # noqa: S505 - refused for that.
    cubic = rsa.generate_private_key(3, 2048).public_key()
    curve = ed25519.Ed25519PrivateKey.generate().public_key()
    for unfit in (spki(small), spki(cubic), spki(curve), PUBLIC[:-1], b""):
        with pytest.raises(Invalid) as refusal:
            blind_rsa.verify(unfit, bytes(112), bytes(256))
        assert refusal.value.field == "issuer_key"


def test_a_private_key_of_another_kind_is_refused() -> None:
    small = rsa.generate_private_key(65537, 1024)  # noqa: S505 - refused for that.
    curve = ed25519.Ed25519PrivateKey.generate()
    for unfit in (pkcs8(small), pkcs8(curve), KEY[:-1], PUBLIC, b""):
        with pytest.raises(Invalid) as refusal:
            blind_rsa.SigningKey.load(unfit)
        assert refusal.value.field == "private"
