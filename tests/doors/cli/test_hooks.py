from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskCliRunner

from pulse.config import EXTENSION, Settings
from tests.support import receiver
from tests.support.receiver import Receiver


@pytest.fixture
def target(app: Flask, settings: Settings) -> Iterator[Receiver]:
    with receiver.running() as found:
        allowed = settings.model_copy(update={"hook_hosts": found.authority})
        app.extensions[EXTENSION] = allowed
        yield found


def test_a_channel_is_added_listed_and_tested(target: Receiver, runner: FlaskCliRunner) -> None:
    assert "no channel yet" in runner.invoke(args=["hooks", "list"]).output
    added = runner.invoke(
        args=["hooks", "add", "Intranet", "--kind", "standard"], input=f"{target.url}\n"
    )
    assert added.exit_code == 0
    assert "whsec_" in added.output
    assert target.url not in added.output
    tested = runner.invoke(args=["hooks", "test", "1"])
    assert (tested.exit_code, tested.output) == (0, "Taken.\n")
    assert len(target.requests) == 1
    listed = runner.invoke(args=["hooks", "list"]).output
    assert listed == f"1\tstandard\t{target.authority}\tTaken.\tIntranet\n"
    target.status = 500
    failed = runner.invoke(args=["hooks", "test", "1"])
    assert failed.exit_code == 1
    assert "did not take" in failed.output


def test_a_mistake_is_one_line(runner: FlaskCliRunner) -> None:
    inside = ["hooks", "add", "X", "--kind", "slack", "--url", "https://10.0.0.1/"]
    for args in (inside, ["hooks", "test", "9"]):
        answer = runner.invoke(args=args)
        assert answer.exit_code == 1
        assert answer.output.startswith("Error: ")
