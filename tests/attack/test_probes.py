"""What somebody with another person's slip can find out without that person noticing.

HR prints slips and IT reads mailboxes, so both hold codes. Whoever uses one takes the person's
place, and the person will complain; asking in a way that uses nothing up must therefore tell
nothing.
"""

import pytest

from pulse.domain import base64url
from tests.support import invited_wave, sealed_ballots

WIDTH = 256


@pytest.fixture
def asked(app, now):
    return invited_wave.opened(now)


def start(client, asked, person):
    def issue(blinded):
        body = {"wave": asked.wave, "secret": asked.secret(person)}
        reply = client.post("/issue", json=body | {"blinded": base64url.encode(blinded)})
        return base64url.decode(reply.get_json()["signature"], "signature")

    sealed_ballots.unblinded(asked.manifest, issue)


@pytest.mark.parametrize("value", [0, 1, 2 ** (8 * WIDTH) - 1], ids=["zero", "one", "beyond"])
def test_a_value_that_cannot_be_signed_says_the_same_of_everybody(client, asked, value):
    start(client, asked, 0)
    blinded = base64url.encode(value.to_bytes(WIDTH, "big"))

    def probe(person, secret):
        body = {"wave": asked.wave, "secret": secret(person), "blinded": blinded}
        reply = client.post("/issue", json=body)
        return reply.status_code, reply.data, sorted(reply.headers.keys())

    for secret in (asked.secret, asked.code):
        assert probe(0, secret) == probe(1, secret)
    assert asked.redeemed() == 1
