"""The vectors of RFC 9474, appendix A, in the very file that respondents get, in Chromium.

The file draws its randomness from the browser; here the browser is made to draw the RFC's.
"""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Error, Page

from pulse.domain import rsabssa
from tests.support import tree
from tests.support.browser import Visitor

pytestmark = pytest.mark.browser

VECTORS = json.loads((Path(rsabssa.__file__).parent / "rfc9474.json").read_text(encoding="utf-8"))[
    "vectors"
]
NAMES = [vector["name"] for vector in VECTORS]
OF_FINALIZE = ("n", "e", "prepared_msg", "inv", "blind_sig", "blinded_msg")

TOOLS = """
const bytes = (text) => Uint8Array.from(text.match(/../g) ?? [], (pair) => parseInt(pair, 16));
const hex = (array) => Array.from(array, (byte) => byte.toString(16).padStart(2, "0")).join("");
const base64url = (text) => btoa(String.fromCharCode(...bytes(text)))
  .replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
const suite = pulseBallot.variants[vector.name];
const key = await crypto.subtle.importKey(
  "jwk", { kty: "RSA", n: base64url(vector.n), e: base64url(vector.e) },
  { name: "RSA-PSS", hash: "SHA-384" }, true, ["verify"]);
"""
BLIND = f"""async ({{ vector, factor }}) => {{
  {TOOLS}
  const draws = [vector.msg_prefix, vector.salt, factor].map(bytes);
  crypto.getRandomValues = (array) => {{
    const drawn = draws.shift();
    if (drawn.length !== array.length) throw new Error(`${{array.length}} bytes were drawn`);
    array.set(drawn);
    return array;
  }};
  const prepared = suite.prepare(bytes(vector.msg));
  const {{ blindedMsg, inv }} = await suite.blind(key, prepared);
  return {{
    left: draws.length, prepared_msg: hex(prepared), blinded_msg: hex(blindedMsg), inv: hex(inv),
  }};
}}"""
FINALIZE = f"""async ({{ vector }}) => {{
  {TOOLS}
  const given = [vector.prepared_msg, vector.blind_sig, vector.inv].map(bytes);
  return hex(await suite.finalize(key, ...given));
}}"""
VERIFY = f"""async ({{ vector }}) => {{
  {TOOLS}
  return suite.verify(key, bytes(vector.sig), bytes(vector.prepared_msg));
}}"""


@pytest.fixture
def engine_kind() -> str:
    """Nothing here is stored."""
    return "sqlite"


@pytest.fixture
def page(visit: Visitor) -> Iterator[Page]:
    page = visit()
    page.goto("/")
    page.add_script_tag(url="/ballot.js")
    return page


def blind(page: Page, vector: dict[str, str]) -> dict[str, object]:
    """Prepare and blind in the browser, which draws prefix, salt and factor of the vector."""
    modulus, inverse = int(vector["n"], 16), int(vector["inv"], 16)
    factor = pow(inverse, -1, modulus).to_bytes(len(vector["n"]) // 2).hex()
    return page.evaluate(BLIND, {"vector": vector, "factor": factor})


def is_refused(page: Page, vector: dict[str, str]) -> bool:
    """Say whether the browser gives no signature for this."""
    try:
        page.evaluate(FINALIZE, {"vector": vector})
    except Error:
        return True
    return False


def flipped(text: str) -> str:
    """Change one byte in the middle."""
    changed = bytearray.fromhex(text)
    changed[len(changed) // 2] ^= 1
    return changed.hex()


def test_the_file_has_all_four_variants(page: Page) -> None:
    assert page.evaluate("Object.keys(pulseBallot.variants)") == NAMES
    assert page.evaluate("Object.isFrozen(pulseBallot)")
    assert page.evaluate("fetch('/ballot.js').then((reply) => reply.text())") == (
        tree.ROOT / "static/built/ballot.js"
    ).read_text(encoding="utf-8")


@pytest.mark.parametrize("vector", VECTORS, ids=NAMES)
def test_a_vector_matches_in_every_value(page: Page, vector: dict[str, str]) -> None:
    assert blind(page, vector) == {
        "left": 0,
        "prepared_msg": vector["prepared_msg"],
        "blinded_msg": vector["blinded_msg"],
        "inv": vector["inv"],
    }
    assert page.evaluate(FINALIZE, {"vector": vector}) == vector["sig"]
    assert page.evaluate(VERIFY, {"vector": vector})


@pytest.mark.parametrize("vector", VECTORS, ids=NAMES)
def test_one_flipped_byte_in_any_field_is_refused(page: Page, vector: dict[str, str]) -> None:
    accepted = [
        field for field in OF_FINALIZE if not is_refused(page, vector | with_flipped(vector, field))
    ]
    assert accepted == []
    assert not page.evaluate(VERIFY, {"vector": vector | with_flipped(vector, "sig")})


@pytest.mark.parametrize("vector", VECTORS, ids=NAMES)
def test_one_flipped_byte_of_what_is_blinded_shows(page: Page, vector: dict[str, str]) -> None:
    for field in ("msg", "msg_prefix", "salt"):
        altered = vector | {field: flipped(vector[field])} if vector[field] else None
        assert altered is None or blind(page, altered)["blinded_msg"] != vector["blinded_msg"]


def with_flipped(vector: dict[str, str], field: str) -> dict[str, str]:
    """Flip a byte; of the blinded message on its way to the issuer, who signs it as it came."""
    changed = {field: flipped(vector[field])}
    if field == "blinded_msg":
        modulus = int(vector["n"], 16)
        signed = pow(int(changed[field], 16), int(vector["d"], 16), modulus)
        changed["blind_sig"] = signed.to_bytes(len(vector["n"]) // 2).hex()
    return changed
