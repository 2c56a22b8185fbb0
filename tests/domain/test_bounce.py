"""Which address a report gives up, and that nothing else does."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pulse.domain import bounce
from pulse.domain.bounce import Bounce
from tests.support.reports import bounced

ID = "<1f@acme.example>"
ANN = "ann@acme.example"


@pytest.mark.parametrize("shape", ["whole", "head"])
@pytest.mark.parametrize("status", ["5.1.1", "5.1.2", "5.1.10", "5.2.1", "5.0.0", "5.4.4"])
def test_a_permanent_failure_gives_up_its_address(shape: str, status: str) -> None:
    found = bounce.read(bounced(ID, "Ann@ACME.example", status, shape=shape))
    assert found == (Bounce(ID, (ANN,), status),)


@pytest.mark.parametrize("status", ["4.2.2", "5.2.2", "5.7.1", "5.3.4", "5.6.1", "2.0.0", "", "5"])
def test_what_is_no_fault_of_the_address_gives_up_nothing(status: str) -> None:
    assert bounce.read(bounced(ID, ANN, status)) == ()


@pytest.mark.parametrize("action", ["delayed", "delivered", "relayed", "expanded", ""])
def test_only_a_failure_counts(action: str) -> None:
    assert bounce.read(bounced(ID, ANN, action=action)) == ()


def test_a_report_about_something_else_is_none() -> None:
    assert bounce.read(bounced(ID, ANN, kind="disposition-notification")) == ()
    assert bounce.read(b"From: ann@acme.example\n\nI am on holiday, 5.1.1 failed\n") == ()
    assert bounce.read(b"") == ()


def test_a_report_that_gives_nothing_of_ours_back_is_none() -> None:
    assert bounce.read(bounced("", ANN)) == ()


def test_a_forwarded_mail_is_known_by_the_address_that_we_wrote() -> None:
    (found,) = bounce.read(bounced(ID, "elsewhere@mail.example", original=ANN))
    assert found.addresses == (ANN, "elsewhere@mail.example")


@given(st.binary(max_size=2000))
def test_no_mail_breaks_the_reader(raw: bytes) -> None:
    assert bounce.read(raw) == ()


@given(st.integers(0, 4000), st.integers(0, 255))
def test_no_damaged_report_breaks_the_reader(place: int, byte: int) -> None:
    whole = bytearray(bounced(ID, ANN))
    whole[place % len(whole)] = byte
    for one in bounce.read(bytes(whole)):
        assert one.status.startswith("5.")


@given(st.integers(200, 599), st.text(max_size=40))
def test_only_a_permanent_refusal_is_a_fault(code: int, said: str) -> None:
    found = bounce.fault_of_address(code, said)
    assert found is None or (code >= 500 and found[0] == "5")
