"""Calling an address outside the house that HR has set, so that it cannot lead inside.

    name ──looked up once──► every address public? ──► connect to that very address ──► status

Between the check and the connection nothing is looked up again, so a name that changes its mind
leads nowhere. No redirect is followed, no proxy of the environment is asked, no answer is read
beyond its head, and whatever goes wrong is the same error: nobody learns from it what there is
in the house. It is the standard library's own client on a connection that is made here.
"""

import http.client
import socket
import ssl
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass

from pulse.domain.outside_address import Address
from pulse.domain.public_network import is_public

CONNECT_SECONDS = 4.0
WHOLE_SECONDS = 10.0
_MOST_TRIED = 3

Resolve = Callable[[str, int], Sequence[str]]


class Unreached(Exception):
    """There was no answer, or it may not be asked for one; which of the two, nobody is told."""


def resolve(host: str, port: int) -> Sequence[str]:
    """Look a host up. Raises OSError."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(item[4][0]) for item in found))


@dataclass(frozen=True, slots=True)
class Client:
    """Makes calls. How names are looked up, and whose certificates count, can be handed in."""

    resolve: Resolve = resolve
    tls: ssl.SSLContext | None = None
    connect_seconds: float = CONNECT_SECONDS
    whole_seconds: float = WHOLE_SECONDS

    def post(self, address: Address, body: bytes, headers: Mapping[str, str]) -> int:
        """Post and give the status of the answer. Raises Unreached."""
        places = self._places(address)
        try:
            with self._connected(address, places) as connection:
                sent = {"Host": address.authority, "User-Agent": "Pulse", "Connection": "close"}
                connection.request("POST", address.target, body, {**headers, **sent})
                with closing(connection.getresponse()) as answer:
                    return answer.status
        except (OSError, http.client.HTTPException, ValueError) as error:
            raise Unreached from error

    def _places(self, address: Address) -> Sequence[str]:
        """Look the host up, once, and refuse it unless every place that it has is public."""
        try:
            found = _in_time(lambda: self.resolve(address.host, address.port), self.connect_seconds)
        except (OSError, UnicodeError) as error:
            raise Unreached from error
        if not found or not (address.trusted or all(is_public(place) for place in found)):
            raise Unreached
        return found[:_MOST_TRIED]

    @contextmanager
    def _connected(
        self, address: Address, places: Sequence[str]
    ) -> Iterator[http.client.HTTPConnection]:
        with closing(self._reach(address.port, places)) as plain:
            # A socket's own limit is one for each step; whoever answers a byte at a time would
            # hold the line for ever. A copy of it ends the whole, whatever it is wrapped into.
            copy = plain.dup()
            stopped = threading.Event()
            brake = threading.Timer(self.whole_seconds, _stop, [copy, stopped])
            brake.daemon = True
            brake.start()
            try:
                line = self._secured(plain, address)
                with closing(http.client.HTTPConnection(address.host, address.port)) as connection:
                    connection.sock = line
                    yield connection
                if stopped.is_set():
                    raise TimeoutError("half an answer is none")
            finally:
                brake.cancel()
                copy.close()

    def _reach(self, port: int, places: Sequence[str]) -> socket.socket:
        problem: OSError | None = None
        for place in places:
            try:
                return socket.create_connection((place, port), self.connect_seconds)
            except OSError as error:
                problem = error
        raise problem or OSError("nowhere to go")

    def _secured(self, plain: socket.socket, address: Address) -> socket.socket:
        if not address.secure:
            return plain
        context = self.tls or ssl.create_default_context()
        return context.wrap_socket(plain, server_hostname=address.host)


def _stop(line: socket.socket, stopped: threading.Event) -> None:
    stopped.set()
    with suppress(OSError):  # It may just have ended by itself.
        line.shutdown(socket.SHUT_RDWR)


def _in_time(look_up: Callable[[], Sequence[str]], seconds: float) -> Sequence[str]:
    """Give up on a resolver that hangs; the system's own patience is half a minute."""
    found: list[Sequence[str]] = []
    failed: list[Exception] = []

    def work() -> None:
        try:
            found.append(look_up())
        except (OSError, UnicodeError) as error:
            failed.append(error)

    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    thread.join(seconds)
    if failed:
        raise failed[0]
    return found[0] if found else ()
