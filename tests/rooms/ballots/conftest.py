from datetime import UTC, datetime

import pytest
from flask import Flask

from pulse.ballots import box
from pulse.db import box_transaction
from pulse.domain.dimension import ORGANISATION, ROOT, Dimension, Node
from pulse.domain.manifest import Manifest
from pulse.domain.question import Question
from pulse.domain.scale import Scale
from tests.support import sealed_ballots
from tests.support.sealed_ballots import WaveKeys


@pytest.fixture
def keys() -> WaveKeys:
    """The private keys of the wave."""
    return sealed_ballots.keys()


@pytest.fixture
def manifest(keys: WaveKeys) -> Manifest:
    """A wave with two dimensions, two scored questions and an open one: seven slots."""
    tree = Dimension(
        ORGANISATION,
        "Organisation",
        (Node(ROOT, "Acme", None, 0), Node("u1", "Bar", ROOT, 50), Node("u2", "Kitchen", ROOT, 40)),
    )
    site = Dimension(
        "site",
        "Site",
        (Node(ROOT, "Everyone", None, 0), Node("c-a", "A", ROOT, 45), Node("c-b", "B", ROOT, 45)),
    )
    questions = (
        Question("tools_1", "Tools?", Scale.LIKERT5, "tools"),
        Question("enps", "Recommend?", Scale.ZERO_TO_TEN, "enps"),
        Question("needs", "Anything?", Scale.OPEN, "needs"),
    )
    closes_at = datetime(2037, 3, 9, tzinfo=UTC)
    made = Manifest(7, "May", "", questions, (tree, site), 5, 10, "tree-1", closes_at)
    return keys.on(made)


@pytest.fixture
def opened(app: Flask, manifest: Manifest) -> Manifest:
    """The same wave with its box open."""
    with box_transaction() as connection:
        box.open_for(connection, manifest)
    return manifest
