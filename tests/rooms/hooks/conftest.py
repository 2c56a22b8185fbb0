from collections.abc import Callable, Iterator
from datetime import datetime

import pytest
from flask import Flask

from pulse.config import settings
from pulse.db import transaction
from pulse.domain import outside_address
from pulse.domain.announcement import CHOICES, Event
from pulse.domain.hook_format import HookKind
from pulse.hooks import book, sending
from pulse.hooks.sending import Courier
from pulse.hooks.values import Draft
from pulse.outgoing import Client
from tests.support import receiver
from tests.support.receiver import Receiver

BASE_URL = "https://pulse.acme.example"
Deliver = Callable[[datetime], int]


@pytest.fixture
def target(app: Flask) -> Iterator[Receiver]:
    with receiver.running() as found:
        yield found


def add(
    target: Receiver,
    kind: HookKind = HookKind.STANDARD,
    events: tuple[Event, ...] = CHOICES,
    name: str = "Intranet",
) -> tuple[int, str | None]:
    """Add a hook that leads to a receiver."""
    address = outside_address.checked(target.url, outside_address.allowed(target.authority))
    with transaction() as session:
        return book.add(session, Draft(kind, name, address, events), settings().hook_key)


def courier(target: Receiver, *, allowed: bool = True) -> Courier:
    hosts = outside_address.allowed(target.authority if allowed else "")
    client = Client(connect_seconds=9, whole_seconds=20)
    return Courier(client.post, settings().hook_key, BASE_URL, hosts, lambda: 0.5)


@pytest.fixture
def deliver(app: Flask, target: Receiver) -> Deliver:
    return lambda now: sending.send_due(transaction, courier(target), now)
