"""What goes through the doors of a ballot leaves no line in any log, at any level."""

import json
import logging

import pytest

from pulse.domain import base64url
from tests.support import invited_wave, sealed_ballots
from tests.support.traces import Traces


@pytest.fixture
def asked(app, now):
    return invited_wave.opened(now)


def test_no_door_logs_what_goes_through_it(client, asked, caplog):
    caplog.set_level(logging.DEBUG)
    traces = Traces()
    traces.add("secret", asked.secret())
    traces.add("code", asked.code(1))
    labels = {}

    def issue(blinded):
        traces.add("blinded value", blinded)
        body = {"wave": asked.wave, "secret": asked.secret()}
        reply = client.post("/issue", json=body | {"blinded": base64url.encode(blinded)})
        traces.add("signature", base64url.decode(reply.get_json()["signature"], "signature"))
        labels.update(reply.get_json()["labels"])
        return base64url.decode(reply.get_json()["signature"], "signature")

    token = sealed_ballots.unblinded(asked.manifest, issue)
    traces.add("token", token.prepared)
    traces.add("receipt", token.receipt)
    body = sealed_ballots.body(asked.manifest, token, labels, {"words": "marked words"})
    traces.add("shard", body[-40:])
    for _ in range(2):
        client.post("/ballot", data=body, content_type="application/octet-stream")
    client.post("/receipt", json={"wave": asked.wave, "receipt": token.receipt.hex()})
    form = invited_wave.ANSWERS | {"code": asked.code(1), "q5": "marked words"}
    traces.add("words", "marked words")
    assert client.post(f"/s/{asked.wave}", data=form).status_code == 303
    assert [record for record in caplog.records if record.name.startswith("pulse")] == []
    said = json.dumps([[record.getMessage(), record.exc_text] for record in caplog.records])
    assert traces.inside(said.encode()) == set()
    assert traces.inside(caplog.text.encode()) == set()
