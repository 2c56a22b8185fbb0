"""An address of HR's making must not lead inside the house, whatever name, answer or owner do."""

import os
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from pulse.domain.outside_address import Address
from pulse.outgoing import Client, Unreached
from tests.support import certificate, receiver, smtp
from tests.support.receiver import Receiver

SOON = 0.4
PATIENCE = 20.0
PUBLIC = "93.184.215.14"
METADATA = "169.254.169.254"


@dataclass
class Names:
    """A resolver that answers differently each time, and counts."""

    answers: list[Sequence[str]]
    asked: list[str] = field(default_factory=list)

    def __call__(self, host: str, port: int) -> Sequence[str]:
        self.asked.append(host)
        return self.answers[min(len(self.asked), len(self.answers)) - 1]


@pytest.fixture
def inside() -> Iterator[Receiver]:
    with receiver.running() as found:
        yield found


def client(*answers: Sequence[str], whole: float = PATIENCE) -> Client:
    return Client(Names(list(answers)), connect_seconds=SOON, whole_seconds=whole)


def by_name(target: Receiver, host: str = "hooks.example.com", *, trusted: bool = False) -> Address:
    """Give an address whose name is all that stands between a caller and the receiver."""
    return Address(target.scheme == "https", host, target.port, "/in", trusted)


def refused(found: Client, address: Address) -> None:
    with pytest.raises(Unreached) as error:
        found.post(address, b"{}", {})
    assert str(error.value) == ""


@pytest.mark.parametrize(
    "answer",
    [
        [],
        ["127.0.0.1"],
        ["0.0.0.0"],  # noqa: S104  (nothing is bound to it)
        ["::1"],
        ["::ffff:127.0.0.1"],
        ["64:ff9b::7f00:1"],
        ["fe80::1%lo"],
        [METADATA],
        [PUBLIC, "127.0.0.1"],
        ["127.0.0.1", PUBLIC],
        ["not an address"],
    ],
)
def test_a_name_that_leads_inside_is_not_called(inside: Receiver, answer: Sequence[str]) -> None:
    refused(client(answer), by_name(inside))
    assert inside.requests == []


def test_a_name_that_changes_its_mind_is_asked_once(inside: Receiver) -> None:
    names = Names([[PUBLIC], ["127.0.0.1"]])
    refused(Client(names, connect_seconds=SOON, whole_seconds=SOON), by_name(inside))
    assert names.asked == ["hooks.example.com"]
    assert inside.requests == []


def test_a_literal_is_checked_like_a_name(inside: Receiver) -> None:
    refused(Client(connect_seconds=SOON), by_name(inside, "127.0.0.1"))
    refused(Client(connect_seconds=SOON), by_name(inside, "localhost"))
    assert inside.requests == []


def test_the_operators_host_is_called_with_its_name(inside: Receiver) -> None:
    address = by_name(inside, "chat.acme.local", trusted=True)
    assert client(["127.0.0.1"]).post(address, b'{"a":1}', {"X-One": "1"}) == 204
    (taken,) = inside.requests
    assert (taken.path, taken.body) == ("/in", b'{"a":1}')
    assert taken.headers["host"] == f"chat.acme.local:{inside.port}"
    assert taken.headers["x-one"] == "1"


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_no_redirect_is_followed(inside: Receiver, status: int) -> None:
    with receiver.running() as other:
        inside.status, inside.location = status, other.url
        found = client(["127.0.0.1"]).post(by_name(inside, "a.b", trusted=True), b"{}", {})
        assert found == status
        assert other.requests == []


def test_certificates_are_those_of_the_name(tmp_path: Path) -> None:
    shown, trusting = certificate.pair("hooks.example.com", tmp_path)
    with receiver.running(shown) as target:
        names = Names([["127.0.0.1"]])
        knows = Client(names, trusting, connect_seconds=9, whole_seconds=PATIENCE)
        assert knows.post(by_name(target, trusted=True), b"{}", {}) == 204
        refused(knows, by_name(target, "other.example.com", trusted=True))
        refused(Client(names, connect_seconds=9), by_name(target, trusted=True))
        assert len(target.requests) == 1


def test_an_answer_that_never_ends_is_cut_off(inside: Receiver) -> None:
    inside.drip = 0.05
    began = time.monotonic()
    refused(client(["127.0.0.1"], whole=1), by_name(inside, "a.b", trusted=True))
    assert time.monotonic() - began < 10


def test_a_resolver_that_hangs_is_not_waited_for() -> None:
    began = time.monotonic()
    hanging = Client(lambda _host, _port: time.sleep(8) or [PUBLIC], connect_seconds=SOON)
    refused(hanging, Address(True, "hooks.example.com", 443, "/"))
    assert time.monotonic() - began < 6


def test_all_that_goes_wrong_looks_the_same() -> None:
    def fails(host: str, port: int) -> Sequence[str]:
        raise OSError("no such host")

    nobody = Address(False, "a.b", smtp.free_port(), "/", trusted=True)
    refused(Client(fails), nobody)
    refused(client(["127.0.0.1"]), nobody)
    refused(client([METADATA]), Address(True, "a.b", 443, "/"))


def test_no_proxy_of_the_environment_is_asked(inside: Receiver) -> None:
    with receiver.running() as proxy, environment(proxy.url):
        address = by_name(inside, "a.b", trusted=True)
        assert client(["127.0.0.1"]).post(address, b"{}", {}) == 204
        assert proxy.requests == []


@contextmanager
def environment(proxy: str) -> Iterator[None]:
    names = ("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY")
    before = dict(os.environ)
    os.environ.update(dict.fromkeys(names, proxy))
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)
