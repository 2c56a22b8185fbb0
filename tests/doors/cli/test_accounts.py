import pytest
from flask import Flask
from flask.testing import FlaskCliRunner

from pulse.accounts import passwords, register
from pulse.db import reading
from pulse.domain.permission import Role
from tests.support.signing_in import PASSWORD

CREATE = ["accounts", "create", "ann@acme.example", "--role", "admin", "--name", "Ann Lee"]


def test_the_first_administrator_comes_from_the_command_line(
    app: Flask, runner: FlaskCliRunner
) -> None:
    result = runner.invoke(args=CREATE, input=f"{PASSWORD}\n")
    assert result.exit_code == 0, result.output
    assert PASSWORD not in result.output
    with reading() as session:
        (found,) = register.listing(session)
        stored = register.credentials(session, "ann@acme.example").password_hash
    assert (found.name, found.role) == ("Ann Lee", Role.ADMIN)
    assert passwords.check(stored, PASSWORD).right
    assert "ann@acme.example\tadmin\tactive" in runner.invoke(args=["accounts", "list"]).output


def test_the_password_may_come_from_the_environment(app: Flask, runner: FlaskCliRunner) -> None:
    result = runner.invoke(args=CREATE, env={"PULSE_NEW_PASSWORD": PASSWORD})
    assert result.exit_code == 0, result.output
    again = runner.invoke(args=CREATE, env={"PULSE_NEW_PASSWORD": PASSWORD})
    assert again.exit_code == 1
    assert "already" in again.output


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (CREATE, "at least 12 characters"),
        ([*CREATE[:-1], ""], "printable"),
        ([*CREATE, "--unit", "Nowhere"], "no unit"),
        ([*CREATE[:2], "no address", *CREATE[3:]], "not an e-mail address"),
    ],
)
def test_a_mistake_is_one_line(runner: FlaskCliRunner, arguments: list[str], words: str) -> None:
    password = "short" if arguments is CREATE else PASSWORD
    result = runner.invoke(args=arguments, input=f"{password}\n")
    assert result.exit_code == 1
    assert words in result.output
    assert "Traceback" not in result.output


def test_a_password_is_no_argument(runner: FlaskCliRunner) -> None:
    assert runner.invoke(args=[*CREATE, "--password", PASSWORD]).exit_code == 2
