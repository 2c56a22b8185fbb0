"""What the shipped roles are shown of the server's settings, and that `flask check` admits less."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
from pydantic import SecretStr
from sqlalchemy import Connection, create_engine, make_url

from pulse.app import create_app
from pulse.ballots import surroundings
from pulse.config import Mode, load
from tests.support import databases

pytestmark = pytest.mark.postgres

MIGRATIONS = Path(__file__).resolve().parents[3] / "migrations"
HIDDEN = ("shared_preload_libraries", "session_preload_libraries")


@pytest.fixture
def engine_kind() -> str:
    return "postgres"


@pytest.fixture
def urls(database_urls: databases.Urls) -> databases.Urls:
    """Both databases with the shipped roles."""
    for name, url in (("box", database_urls.box), ("main", database_urls.main)):
        administer(url, (MIGRATIONS / name / "roles.sql").read_text())
    return database_urls


def administer(url: str, statements: str) -> None:
    with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute(statements)


@contextmanager
def connected(url: str, role: str) -> Iterator[Connection]:
    engine = create_engine(make_url(url).set(username=role))
    with engine.connect() as connection, connection.begin():
        yield connection
    engine.dispose()


def test_the_worker_sees_every_setting_of_both_servers(urls) -> None:
    for url in (urls.box, urls.main):
        with connected(url, "pulse_owner") as connection:
            assert list(surroundings.problems(connection)) == []


def test_what_a_role_is_not_shown_is_a_problem(database_urls) -> None:
    role = f"blind_{os.getpid()}"
    administer(database_urls.box, f"CREATE ROLE {role} LOGIN")
    try:
        with connected(database_urls.box, role) as connection:
            found = list(surroundings.problems(connection))
    finally:
        administer(database_urls.box, f"DROP ROLE {role}")
    assert [line.partition(" ")[0] for line in found] == sorted(HIDDEN)
    assert all("grant pg_read_all_settings" in line for line in found)


def test_a_setting_said_for_another_role_does_not_make_the_one_in_force_seen(
    database_urls,
) -> None:
    role, other = f"half_blind_{os.getpid()}", f"seen_{os.getpid()}"
    administer(
        database_urls.box,
        f"CREATE ROLE {role} LOGIN; CREATE ROLE {other};"
        f"ALTER ROLE {other} SET session_preload_libraries = 'plpgsql'",
    )
    try:
        with connected(database_urls.box, role) as connection:
            found = list(surroundings.problems(connection))
    finally:
        administer(database_urls.box, f"DROP ROLE {role}; DROP ROLE {other}")
    assert [line.partition(" ")[0] for line in found] == sorted(HIDDEN)


def test_the_webs_role_says_what_it_cannot_read_and_goes_on(urls) -> None:
    with connected(urls.box, "pulse_web") as connection:
        found = list(surroundings.problems(connection))
    assert any(line.startswith("pg_stat_replication cannot be read") for line in found)
    assert {line.partition(" ")[0] for line in found} >= set(HIDDEN)


def test_check_is_ready_for_the_worker_and_looks_at_mains_server_too(urls, tmp_path) -> None:
    given = {"database_url": urls.main, "box_database_url": urls.box}
    as_owner = {name: url.replace("://pulse@", "://pulse_owner@") for name, url in given.items()}
    settings = load(
        _env_file=None,
        mode=Mode.TEST,
        secret_key=SecretStr("a secret of the tests, and long enough"),
        instance=tmp_path / "instance",
        **as_owner,
    )
    app = create_app(settings)
    with app.app_context():
        ready = app.test_cli_runner().invoke(args=["check"])
        databases.dispose()
        name = make_url(urls.main).database
        administer(urls.main, f'ALTER DATABASE "{name}" SET log_statement = "mod"')
        found = app.test_cli_runner().invoke(args=["check"])
        databases.dispose()
    assert ready.exit_code == 0, ready.output
    assert found.exit_code == 1
    assert "The main database: log_statement = mod" in found.output
    assert "The ballot box:" not in found.output
