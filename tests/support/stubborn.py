"""People who try again as the browser does, until they are told that their ballot is in.

The same blinded value, the same token and the same answers at every try; a ballot is sealed anew
for each, as the page does it.
"""

import json
import random
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from urllib.parse import urlencode

from pulse.domain import base64url
from pulse.domain.manifest import Manifest
from tests.support import sealed_ballots
from tests.support.open_wave import QUESTIONS
from tests.support.smtp import HOST

_JSON = "application/json"
_FORM = "application/x-www-form-urlencoded"
_BYTES = "application/octet-stream"
_TAKEN = b"You have already taken part"
# Long, because a machine under load lets nobody through between two kills for a while.
_PATIENCE_SECONDS = 400


@dataclass(slots=True)
class Stubborn:
    """One person with a link and a code; `lost` counts the requests that nobody answered.

    `was_in` says that a ballot was in the box although its acknowledgement was lost.
    """

    port: int
    manifest: Manifest
    secret: str
    mark: str
    lost: int = 0
    was_in: bool = False
    chance: random.Random = field(default_factory=random.Random)

    def by_browser(self) -> None:
        """Start, wait a little, finish."""
        labels: dict[str, str] = {}

        def issue(blinded: bytes) -> bytes:
            asked = {"wave": self.manifest.wave, "secret": self.secret}
            wanted = json.dumps(asked | {"blinded": base64url.encode(blinded)}).encode()
            status, content = self._answered("/issue", _JSON, lambda: wanted)
            assert status == 200, (status, content)
            reply = json.loads(content)
            labels.update(reply["labels"])
            return base64url.decode(reply["signature"], "signature")

        token = sealed_ballots.unblinded(self.manifest, issue)
        time.sleep(self.chance.uniform(0, 0.05))
        answers = {question.code: None for question in QUESTIONS} | {"words": self.mark}
        self._drop(token, lambda: sealed_ballots.body(self.manifest, token, labels, answers))

    def by_form(self) -> None:
        """Type the code, answer, and let the server do the rest."""
        fields = {f"q{number}": "none" for number in range(1, len(QUESTIONS))}
        fields |= {f"q{len(QUESTIONS)}": self.mark, "code": self.secret}
        form = urlencode(fields).encode()
        status, content = self._answered(f"/s/{self.manifest.wave}", _FORM, lambda: form)
        self.was_in = status == 200 and _TAKEN in content
        assert status == 303 or (self.was_in and self.lost), (status, content)

    def _drop(self, token: sealed_ballots.Token, seal: Callable[[], bytes]) -> None:
        """Send; after a lost reply one in two loads the page anew, which asks the box first."""
        while True:
            before = self.lost
            found = self._once("/ballot", _BYTES, seal())
            if found is not None:
                assert found[0] == 204 or (found[0] == 409 and self.lost), found
                self.was_in = found[0] == 409
                return
            assert self.lost == before + 1
            if self.chance.random() < 0.5 and self._is_in(token.receipt):
                self.was_in = True
                return

    def _is_in(self, receipt: bytes) -> bool:
        asked = {"wave": self.manifest.wave, "receipt": receipt.hex()}
        status, content = self._answered("/receipt", _JSON, lambda: json.dumps(asked).encode())
        assert status == 200, (status, content)
        return bool(json.loads(content)["in_box"])

    def _answered(self, path: str, kind: str, body: Callable[[], bytes]) -> tuple[int, bytes]:
        end = time.monotonic() + _PATIENCE_SECONDS
        while time.monotonic() < end:
            found = self._once(path, kind, body())
            if found is not None:
                return found
        raise RuntimeError(f"nobody answered {path} for minutes")

    def _once(self, path: str, kind: str, body: bytes) -> tuple[int, bytes] | None:
        """Ask over a connection of its own; None where it broke before an answer came."""
        connection = HTTPConnection(HOST, self.port, timeout=_PATIENCE_SECONDS)
        try:
            connection.request("POST", path, body, {"Content-Type": kind})
            answer = connection.getresponse()
            return answer.status, answer.read()
        except (OSError, HTTPException):
            self.lost += 1
            time.sleep(0.01)
            return None
        finally:
            connection.close()
