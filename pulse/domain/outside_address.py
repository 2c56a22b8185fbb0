"""Addresses outside the house that HR may have called: how they must look.

    text ──► shape ──► host in its one canonical form ──► not the house's own ──► Address

Every rule refuses what it does not know. Where a name leads is not decided here: whoever calls
looks that up once and checks it, see `pulse/outgoing.py`. The operator may name single hosts of
the house, and only those may have another port, or no encryption.
"""

import ipaddress
import re
from collections.abc import Sequence
from dataclasses import dataclass

import idna

from pulse.domain import public_network
from pulse.domain.errors import Invalid

LONGEST = 2_000
_LONGEST_HOST = 253
_FIELD = "url"
# A user part, an escape in the host, a zone, a fragment, a backslash, a blank or a control has
# no place in it: programs differ in how they read these, and that is what attackers live on.
_SHAPE = re.compile(
    r"(?P<scheme>https?)://(?P<host>\[[0-9A-Fa-f:.]+\]|[^\[\]/?#:@%\\\s]+)"
    r"(?::(?P<port>[0-9]{1,5}))?(?P<target>[/?][!\"$-\[\]-~]*)?",
    re.IGNORECASE | re.ASCII,
)
_ENTRY = re.compile(r"(?P<host>\[[0-9A-Fa-f:.]+\]|[^\[\]:/@%\s]+)(?::(?P<port>[0-9]{1,5}))?")
_NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*")
_LAST_PORT = 65_535
_PORTS = {"https": 443, "http": 80}
# Names that are never public, whatever a resolver of the house says.
_OF_THE_HOUSE = frozenset(
    "localhost local localdomain internal intranet lan home corp private arpa onion".split()
)
_NO_ADDRESS = (
    "Please give a whole address that begins with https://, without a name or password in it "
    "and without #."
)
_OWN = (
    "That is an address inside the house. The operator can allow single ones by the setting "
    "PULSE_HOOK_HOSTS."
)


@dataclass(frozen=True, slots=True)
class Allowed:
    """A host that the operator allows, on one port, or on the usual ones."""

    host: str
    port: int | None = None


@dataclass(frozen=True, slots=True)
class Address:
    """An address that may be called. `trusted` says that the operator named it."""

    secure: bool
    host: str
    port: int
    target: str
    trusted: bool = False

    @property
    def authority(self) -> str:
        """Name host and port as a request does."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        usual = self.port == _PORTS["https" if self.secure else "http"]
        return host if usual else f"{host}:{self.port}"

    @property
    def url(self) -> str:
        """Write it in its canonical form."""
        return f"{'https' if self.secure else 'http'}://{self.authority}{self.target}"


def checked(text: str, allowed: Sequence[Allowed] = ()) -> Address:
    """Read an address. Raises Invalid, naming the field, for one that may not be called.

    >>> checked(" https://Hooks.Example.COM./services/T0?x=1 ").url
    'https://hooks.example.com/services/T0?x=1'
    >>> checked("http://127.0.0.1:8080/in", allowed("127.0.0.1:8080")).trusted
    True
    """
    match = _SHAPE.fullmatch(text.strip(" ")) if len(text) <= LONGEST else None
    if match is None:
        raise Invalid(_NO_ADDRESS, _FIELD)
    scheme, host = match["scheme"].lower(), _canonical(match["host"])
    port = int(match["port"] or _PORTS[scheme])
    trusted = any(item.host == host and port == (item.port or _PORTS[scheme]) for item in allowed)
    if not trusted:
        _refuse_strange(scheme, port)
        _refuse_own(host)
    target = match["target"] or "/"
    whole = target if target.startswith("/") else f"/{target}"
    return Address(scheme == "https", host, port, whole, trusted)


def allowed(text: str) -> tuple[Allowed, ...]:
    """Read the operator's list, `host` or `host:port` with commas between. Raises Invalid.

    >>> allowed("Chat.acme.example, [::1]:8443")
    (Allowed(host='chat.acme.example', port=None), Allowed(host='::1', port=8443))
    """
    return tuple(_entry(part.strip()) for part in text.split(",") if part.strip())


def _entry(text: str) -> Allowed:
    match = _ENTRY.fullmatch(text)
    if match is None or int(match["port"] or 1) not in range(1, _LAST_PORT + 1):
        raise Invalid(f"“{text}” is no host, and no host with a port.", "hook_hosts")
    return Allowed(_canonical(match["host"]), int(match["port"]) if match["port"] else None)


def _canonical(host: str) -> str:
    """Give the one form of a host: letters small and plain, look-alikes of other scripts coded."""
    try:
        if host.startswith("["):
            return str(ipaddress.IPv6Address(host[1:-1]))
        plain = idna.encode(host, uts46=True, std3_rules=True).decode().lower().removesuffix(".")
    except ValueError:  # idna's own error is one too.
        raise Invalid("There can be no host of that name.", _FIELD) from None
    # What looks like a number, in any of the old notations, is an address in four parts or none.
    if _NUMBER.fullmatch(plain.rpartition(".")[2]):
        try:
            return str(ipaddress.IPv4Address(plain))
        except ValueError:
            raise Invalid("There can be no host of that name.", _FIELD) from None
    if not plain or len(plain) > _LONGEST_HOST:
        raise Invalid("There can be no host of that name.", _FIELD)
    return plain


def _refuse_strange(scheme: str, port: int) -> None:
    if scheme != "https" or port != _PORTS["https"]:
        raise Invalid("The address must begin with https:// and have no port of its own.", _FIELD)


def _refuse_own(host: str) -> None:
    if ":" in host or _NUMBER.fullmatch(host.rpartition(".")[2]):
        if not public_network.is_public(host):
            raise Invalid(_OWN, _FIELD)
        return
    if "." not in host or host.rpartition(".")[2] in _OF_THE_HOUSE:
        raise Invalid(_OWN, _FIELD)
