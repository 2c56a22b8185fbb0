import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pulse.domain.public_network import is_public

# What a guard forgets: each of these leads into a house, a machine or a cloud's own affairs.
INSIDE = """
0.0.0.0 0.1.2.3 10.0.0.1 100.64.0.1 100.100.100.200 127.0.0.1 127.255.255.254 169.254.169.254
172.16.0.1 172.31.255.255 192.0.0.8 192.0.0.192 192.0.2.1 192.88.99.1 192.168.1.1 198.18.0.1
198.51.100.7 203.0.113.9 224.0.0.1 239.1.1.1 240.0.0.1 255.255.255.255 168.63.129.16
:: ::1 ::127.0.0.1 ::ffff:127.0.0.1 ::ffff:169.254.169.254 ::ffff:a00:1 64:ff9b::10.0.0.1
64:ff9b::169.254.169.254 64:ff9b:1::5db8:d70e 100::1 2001::1 2001:0:4136:e378:8000:63bf:3fff:fdd2
2001:2::1 2001:10::1 2001:20::1 2001:db8::1 2002:7f00:1:: 2002:a9fe:a9fe::1 2002:c0a8:101::
3fff::1 5f00::1 fc00::1 fd00:ec2::254 fe80::1 fe80::1%eth0 2606:2800:21f::1%lo fec0::1 ff02::1
ff0e::1
""".split()
OUTSIDE = """
1.1.1.1 8.8.8.8 93.184.215.14 172.15.255.255 172.32.0.1 192.0.1.1 2606:4700:4700::1111
2a00:1450:4001:80b::200e ::ffff:93.184.215.14 64:ff9b::93.184.215.14 2002:5db8:d70e::1
""".split()
WHERE_FOUR_HIDES = ("::ffff:{}", "64:ff9b::{}")


@pytest.mark.parametrize("address", INSIDE)
def test_inside(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", OUTSIDE)
def test_outside(address: str) -> None:
    assert is_public(address)


@given(st.ip_addresses(v=4))
def test_an_address_inside_another_is_judged_by_itself(address: ipaddress.IPv4Address) -> None:
    found = is_public(str(address))
    for form in WHERE_FOUR_HIDES:
        assert is_public(form.format(address)) == found
    coded = address.packed.hex()
    assert is_public(f"2002:{coded[:4]}:{coded[4:]}::1") == found


@given(st.ip_addresses())
def test_nothing_is_public_that_the_library_calls_anything_else(
    address: ipaddress.IPv4Address | ipaddress.IPv6Address,
) -> None:
    inner = isinstance(address, ipaddress.IPv6Address) and (
        address in ipaddress.IPv6Network("64:ff9b::/96")
    )
    special = address.is_private or address.is_loopback or address.is_link_local
    special = special or address.is_multicast or address.is_unspecified or address.is_reserved
    if special and not inner and not getattr(address, "ipv4_mapped", None):
        assert not is_public(str(address))


@given(st.text())
def test_what_is_no_address_is_not_public(text: str) -> None:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        assert not is_public(text)
