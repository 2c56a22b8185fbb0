import string
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pulse.domain import outside_address
from pulse.domain.errors import Invalid
from pulse.domain.outside_address import Allowed, checked

REFUSED = [
    "",
    "hooks.example.com/in",
    "//hooks.example.com/in",
    "ftp://hooks.example.com/",
    "http://hooks.example.com/",
    "https:hooks.example.com",
    "https:/hooks.example.com",
    "https:///hooks.example.com",
    "https://hooks.example.com:8443/",
    "https://hooks.example.com:80/",
    "https://hooks.example.com:99999/",
    "https://hooks.example.com:/",
    "https://user@hooks.example.com/",
    "https://user:word@hooks.example.com/",
    "https://hooks.example.com@127.0.0.1/",
    "https://hooks.example.com:443@127.0.0.1/",
    "https://127.0.0.1\\@hooks.example.com/",
    "https://hooks.example.com\\.internal/",
    "https://hooks.example.com#@127.0.0.1/",
    "https://hooks.example.com/in#x",
    "https://hooks.example.com/in\r\nHost: internal",
    "https://hooks.example.com/in\nX: 1",
    "https://hooks.example.com\t/in",
    "https://hooks.example.com/a b",
    "https://hooks.exa mple.com/",
    "https://hooks%2eexample.com/",
    "https://%31%32%37.0.0.1/",
    "https://hooks.example.com/\u00e4",
    "https://hooks..example.com/",
    "https://-hooks.example.com/",
    "https://hooks_1.example.com/",
    "https://xn--a.example.com/",
    f"https://{'a' * 64}.example.com/",
    f"https://{'a.' * 130}com/",
    "https://" + "a" * 2100,
    "https://localhost/",
    "https://LOCALHOST./",
    "https://localhost./",
    "https://api.localhost/",
    "https://metadata.google.internal/",
    "https://intranet/",
    "https://printer.local/",
    "https://nas.lan/",
    "https://127.0.0.1/",
    "https://127.0.0.1./",
    "https://127.1/",
    "https://127.0.1/",
    "https://2130706433/",
    "https://0x7f000001/",
    "https://0x7f.0.0.1/",
    "https://0177.0.0.1/",
    "https://017700000001/",
    "https://127.0.0.0x1/",
    "https://0/",
    "https://0x/",
    "https://10.0.0.1/",
    "https://169.254.169.254/latest/meta-data/",
    "https://\uff11\uff12\uff17.0.0.1/",
    "https://127\u30020\uff0e0.1/",
    "https://\u2460\u2461\u2466.0.0.1/",
    "https://\uff4c\uff4f\uff43\uff41\uff4c\uff48\uff4f\uff53\uff54/",
    "https://[::1]/",
    "https://[::]/",
    "https://[::ffff:127.0.0.1]/",
    "https://[fe80::1%25eth0]/",
    "https://[fe80::1%eth0]/",
    "https://[64:ff9b::a00:1]/",
    "https://[::1/",
    "https://::1/",
    "https://[v1.x]/",
]


@pytest.mark.parametrize("text", REFUSED)
def test_refused(text: str) -> None:
    with pytest.raises(Invalid) as found:
        checked(text)
    assert found.value.field == "url"


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("https://hooks.slack.com/services/T0/B0/x", "https://hooks.slack.com/services/T0/B0/x"),
        ("HTTPS://Hooks.Slack.COM", "https://hooks.slack.com/"),
        ("https://hooks.example.com.:443?x=%20&y=@", "https://hooks.example.com/?x=%20&y=@"),
        ("https://b\u00fccher.example/in", "https://xn--bcher-kva.example/in"),
        # A look-alike stays another name, and is shown as one.
        ("https://\u0455lack.com/", "https://xn--lack-f9d.com/"),
        ("https://\uff48ooks.example.com/", "https://hooks.example.com/"),
        ("https://8.8.8.8/in", "https://8.8.8.8/in"),
        ("https://[2606:4700:4700:0::1111]/", "https://[2606:4700:4700::1111]/"),
    ],
)
def test_taken_in_one_form(text: str, url: str) -> None:
    found = checked(text)
    assert found.url == url
    assert not found.trusted
    assert checked(found.url) == found


HOSTS = st.text(string.printable + "\u0455\uff11\u3002\u200d@\\%[]", max_size=40)


@given(HOSTS, st.text(string.printable, max_size=20))
def test_whatever_is_taken_other_readers_read_alike(host: str, rest: str) -> None:
    try:
        found = checked(f"https://{host}{rest}")
    except Invalid:
        return
    read = urlsplit(found.url)
    assert (read.scheme, read.hostname, read.port) == ("https", found.host, None)
    assert (read.username, read.password, read.fragment) == (None, None, "")
    assert found.port == 443
    assert found.url.isascii()
    assert found.url.isprintable()
    assert " " not in found.url


def test_the_operator_allows_one_host_on_one_port() -> None:
    allowed = outside_address.allowed("127.0.0.1:8080, Chat.acme.local, [::1]:9")
    for text in (
        "http://127.0.0.1:8080/in",
        "https://chat.acme.local/",
        "http://chat.acme.local/",
        "https://[::1]:9/",
    ):
        assert checked(text, allowed).trusted
    for text in (
        "http://127.0.0.1/in",
        "http://127.0.0.1:8081/",
        "http://127.0.0.2:8080/",
        "https://chat.acme.local:8443/",
        "https://other.acme.local/",
        "https://user@chat.acme.local/",
        "https://[::1]/",
    ):
        with pytest.raises(Invalid):
            checked(text, allowed)


@pytest.mark.parametrize("text", ["http://x", "a b", "x:0", "x:70000", "x:y", "[::1", "a/b", "u@x"])
def test_the_operators_list_is_read_strictly(text: str) -> None:
    with pytest.raises(Invalid):
        outside_address.allowed(f"fine.example,{text}")


def test_an_empty_list_allows_nothing() -> None:
    assert outside_address.allowed(" , ") == ()
    assert outside_address.allowed("x") == (Allowed("x"),)
