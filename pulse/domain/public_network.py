"""Which addresses of the network belong to everybody: only there may a request of HR's making go.

It says yes to what is known to be public, and no to all the rest. Addresses that carry another
one inside are judged by that one, since a gateway would take the packet there.
"""

import ipaddress
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network

# Reached from everywhere and yet somebody's own: the metadata of a cloud, relays of old tunnels,
# and what documentation may use and the library does not know yet.
_NOT_OURS_4 = (
    IPv4Network("168.63.129.16/32"),
    IPv4Network("192.0.0.0/24"),
    IPv4Network("192.88.99.0/24"),
)
_GLOBAL_6 = IPv6Network("2000::/3")
_NOT_OURS_6 = (IPv6Network("2001::/23"), IPv6Network("2001:db8::/32"), IPv6Network("3fff::/20"))
# An IPv4 address in its last four bytes (RFC 6052); in bytes two to five (RFC 3056).
_NAT64 = IPv6Network("64:ff9b::/96")
_SIX_TO_FOUR = IPv6Network("2002::/16")


def is_public(address: str) -> bool:
    """Say whether an address, as a resolver gives it, belongs to the public network.

    >>> is_public("93.184.215.14"), is_public("2606:2800:21f:cb07::1")
    (True, True)
    >>> is_public("169.254.169.254"), is_public("::ffff:10.0.0.1"), is_public("fe80::1%eth0")
    (False, False, False)
    >>> is_public("64:ff9b::7f00:1"), is_public("2002:7f00:1::"), is_public("localhost")
    (False, False, False)
    """
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return False
    return _is_public_4(found) if isinstance(found, IPv4Address) else _is_public_6(found)


def _is_public_4(address: IPv4Address) -> bool:
    special = address.is_multicast or address.is_reserved or address.is_unspecified
    ours = address.is_private or address.is_loopback or address.is_link_local
    listed = any(address in network for network in _NOT_OURS_4)
    return address.is_global and not (special or ours or listed)


def _is_public_6(address: IPv6Address) -> bool:
    if address.scope_id is not None:
        return False
    inside = _inside(address)
    if inside is not None:
        return _is_public_4(inside)
    listed = any(address in network for network in _NOT_OURS_6)
    return address in _GLOBAL_6 and address.is_global and not listed


def _inside(address: IPv6Address) -> IPv4Address | None:
    """Give the address inside another one, where there is any."""
    if address.ipv4_mapped is not None:
        return address.ipv4_mapped
    if address in _NAT64:
        return IPv4Address(address.packed[12:])
    if address in _SIX_TO_FOUR:
        return IPv4Address(address.packed[2:6])
    return None
