"""What the web's role may do on PostgreSQL, under the very files that an administrator runs."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import pytest
from flask import Flask
from flask.testing import FlaskClient
from psycopg.errors import InsufficientPrivilege
from pydantic import SecretStr

from pulse import fieldwork, installation
from pulse.app import create_app
from pulse.config import Mode, load
from pulse.db import box_transaction, reading, transaction
from pulse.domain import base64url
from pulse.domain.cells import Released
from pulse.domain.errors import UnknownCode
from pulse.domain.wave_state import WaveState
from pulse.invitations import replacing
from pulse.leadership import lease
from pulse.leadership.lease import Bid
from pulse.release import holding
from pulse.release import reading as releases
from pulse.release.holding import Hold, HoldKind
from pulse.surveys import cadences, steps, waves
from tests.support import databases, invited_wave, open_wave, rhythms, sealed_ballots, staff
from tests.support.invited_wave import ANSWERS, Invited
from tests.support.when import NOW

pytestmark = pytest.mark.postgres

MIGRATIONS = Path(__file__).resolve().parents[3] / "migrations"
PEOPLE = 24
ANSWER = {"decide": 4, "tools": 2, "recommend": 9, "acted": 1, "words": "More light, please."}
# Each is one way to see, count, change or hold up what lies in the box.
REFUSED = (
    "SELECT * FROM shard",
    "SELECT count(*) FROM spent",
    "SELECT token_sha256 FROM spent",
    "SELECT slot FROM shard",
    "SELECT xmin FROM shard",
    "SELECT mixed FROM box",
    "SELECT manifest FROM box",
    "SELECT * FROM box",
    "COPY shard TO STDOUT",
    "COPY spent TO STDOUT",
    "UPDATE shard SET slot = 0",
    "UPDATE spent SET wave = 1",
    "UPDATE box SET state = 'open'",
    "DELETE FROM shard",
    "DELETE FROM spent",
    "DELETE FROM box",
    "TRUNCATE shard",
    "TRUNCATE spent",
    "INSERT INTO box VALUES (9, 'open', '', '', '1', '', 0)",
    "INSERT INTO spent VALUES (7, sha256('x')) RETURNING wave",
    "INSERT INTO spent VALUES (7, sha256('x')) ON CONFLICT (wave, token_sha256) DO NOTHING",
    "INSERT INTO spent VALUES (7, '') ON CONFLICT (wave, token_sha256) DO UPDATE SET wave = 7",
    "SELECT 1 FROM box WHERE wave = 7 FOR SHARE",
    "LOCK TABLE shard IN ACCESS SHARE MODE",
    "LOCK TABLE box IN EXCLUSIVE MODE",
    "SELECT n_tup_ins FROM pg_stat_user_tables",
    "SELECT n_live_tup FROM pg_stat_all_tables",
    "SELECT xact_commit FROM pg_stat_database",
    "SELECT query FROM pg_stat_activity",
    "SELECT pg_stat_get_tuples_inserted('shard'::regclass)",
    "SELECT pg_relation_size('shard')",
    "SELECT pg_total_relation_size('spent')",
    "SELECT pg_database_size(current_database())",
    "SELECT * FROM alembic_version",
    "CREATE TABLE mine (id int)",
    "CREATE TEMPORARY TABLE mine (id int)",
    "CREATE SCHEMA mine",
    "CREATE TRIGGER spy BEFORE INSERT ON shard EXECUTE FUNCTION now()",
    "ALTER TABLE shard ADD COLUMN at timestamptz DEFAULT now()",
    "CREATE INDEX ON shard (slot)",
    "COMMENT ON TABLE shard IS 'x'",
    "SET ROLE pulse_owner",
    "SELECT pg_read_file('PG_VERSION')",
)
REFUSED_ON_MAIN = (
    "INSERT INTO invitation (wave_id, employee_id) VALUES (1, 1)",
    "DELETE FROM invitation",
    "UPDATE invitation SET employee_id = 1",
    "UPDATE frame_member SET labels = '{}'",
    "DELETE FROM issuer_key",
    "SELECT * FROM link_key",
    "DELETE FROM link_key",
    "INSERT INTO issuer_key VALUES (1, '')",
    "UPDATE wave SET state = 'closed'",
    "UPDATE wave SET manifest = ''",
    "UPDATE wave SET manifest_sha256 = ''",
    "UPDATE wave SET closes_at = now()",
    "INSERT INTO count_hold VALUES (1, 'DAMAGED', '', now())",
    "DELETE FROM count_hold",
    "UPDATE count_hold SET kind = 'DAMAGED'",
    "UPDATE count_hold SET since = now()",
    "UPDATE worker_lease SET holder = ''",
    "DELETE FROM worker_lease",
    "UPDATE started_step SET shown = 0",
    "UPDATE reminder_turn SET done = false",
    "DELETE FROM staff_part",
    "DELETE FROM release",
    "DELETE FROM release_cell",
    "UPDATE action_entry SET heard = ''",
    "UPDATE consented_study SET body = ''",
    "TRUNCATE invitation",
    "CREATE TABLE mine (id int)",
    "ALTER TABLE invitation ADD COLUMN at timestamptz DEFAULT now()",
    "SELECT n_tup_upd FROM pg_stat_user_tables",
    "SELECT tup_inserted FROM pg_stat_database",
    "SELECT query FROM pg_stat_activity",
)
ALLOWED = {
    ("box", "SELECT", ("wave", "state", "verify_key", "manifest_sha256", "lengths")),
    ("shard", "INSERT", ("wave", "id", "slot", "body")),
    ("spent", "INSERT", ("wave", "token_sha256")),
}


@pytest.fixture
def engine_kind() -> str:
    return "postgres"


@pytest.fixture
def addresses(database_urls: databases.Urls) -> databases.Urls:
    """Both databases with the shipped roles; run twice, as after an upgrade."""
    for _ in range(2):
        for name, url in (("box", database_urls.box), ("main", database_urls.main)):
            with psycopg.connect(plain(url), autocommit=True) as administrator:
                administrator.execute((MIGRATIONS / name / "roles.sql").read_text())
    return database_urls


def plain(url: str, role: str | None = None) -> str:
    address = url.replace("+psycopg", "")
    return address if role is None else address.replace("://pulse@", f"://{role}@")


@pytest.fixture
def started(addresses: databases.Urls, tmp_path: Path):
    """Starts the application as one of the roles."""

    @contextmanager
    def start(role: str) -> Iterator[Flask]:
        app = create_app(
            load(
                _env_file=None,
                mode=Mode.TEST,
                secret_key=SecretStr("the same secret for both, and long enough"),
                instance=tmp_path / "instance",
                database_url=plain(addresses.main, role),
                box_database_url=plain(addresses.box, role),
                public_url="http://pulse.test",
            )
        )
        with app.app_context():
            yield app
            databases.dispose()

    return start


def send(client: FlaskClient, invited: Invited, person: int) -> bytes:
    """Start and finish in a browser's way; give the receipt."""

    def sign(blinded: bytes) -> bytes:
        asked = {"wave": invited.wave, "secret": invited.secret(person)}
        answer = client.post("/issue", json=asked | {"blinded": base64url.encode(blinded)})
        assert answer.status_code == 200, answer.text
        labels.update(answer.json["labels"])
        return base64url.decode(answer.json["signature"], "signature")

    labels: dict[str, str] = {}
    token = sealed_ballots.unblinded(invited.manifest, sign)
    codes = [question.code for question in invited.manifest.questions]
    body = sealed_ballots.body(
        invited.manifest, token, labels, dict(zip(codes, ANSWER.values(), strict=True))
    )
    for status in (204, 409):
        found = client.post("/ballot", data=body, content_type="application/octet-stream")
        assert found.status_code == status, found.text
    return token.receipt


def test_a_whole_wave_with_the_web_and_the_worker_in_their_roles(started) -> None:
    with started("pulse_owner"):
        invited = invited_wave.opened(NOW, PEOPLE)
    with started("pulse_web") as web:
        client = web.test_client()
        assert client.get(f"/s/{invited.wave}").status_code == 200
        assert client.get(f"/s/{invited.wave}/manifest.json").status_code == 200
        receipts = [send(client, invited, person) for person in range(20)]
        form = ANSWERS | {"code": invited.code(20)}
        assert client.post(f"/s/{invited.wave}", data=form).status_code == 303
        asked = {"wave": invited.wave, "receipt": receipts[0].hex()}
        assert client.post("/receipt", json=asked).json == {"in_box": True}
        asked["receipt"] = bytes(32).hex()
        assert client.post("/receipt", json=asked).json == {"in_box": False}
    with started("pulse_owner"):
        assert [(step.did, step.problem) for step in fieldwork.tick(NOW)] == [("mixed", None)]
        taken = fieldwork.tick(invited.manifest.closes_at)
        assert [step.problem for step in taken] == [None] * len(taken)
        with reading() as session:
            assert releases.by_wave(session, invited.wave).ballots == Released(21)
        with box_transaction() as connection:
            assert connection.exec_driver_sql("SELECT count(*) FROM shard").scalar() == 0
    with started("pulse_web") as web:
        assert web.test_client().post("/receipt", json=asked).status_code == 410


def test_the_web_plans_and_withdraws_wishes_for_steps_and_hands_out_slips(started) -> None:
    with started("pulse_owner"):
        invited = invited_wave.opened(NOW, PEOPLE)
    with started("pulse_web"):
        planned = open_wave.planned(NOW)
        with transaction() as session:
            steps.ask_for(session, planned, WaveState.OPEN)
            steps.ask_for(session, invited.wave, WaveState.CLOSED)
        with transaction() as session:
            waves.withdraw(session, planned)
        request = installation.issue_request(invited.manifest, "UTC")
        person = staff.ids()[0]
        with transaction() as session:
            slip = replacing.replace(session, request, person)
        with pytest.raises(UnknownCode):
            invited.started()
    assert slip.code != invited.code()
    with started("pulse_owner"), reading() as session:
        assert waves.get(session, invited.wave).is_asked
        assert replacing.handed(session, invited.wave) == 1


def test_the_web_sets_a_rhythm_by_which_the_worker_plans_and_pauses_it_again(started) -> None:
    with started("pulse_owner"):
        staff.hired(PEOPLE, NOW.date())
    with started("pulse_web"):
        survey = rhythms.begun(NOW, rhythms.weekly(NOW.date() + timedelta(days=8)))
    with started("pulse_owner"):
        (planned,) = fieldwork.tick(NOW)
        assert (planned.did, planned.problem) == ("planned", None)
    with started("pulse_web"):
        with transaction() as session:
            cadences.pause(session, survey)
        assert rhythms.waves(survey) == {}
        with transaction() as session:
            cadences.resume(session, survey, NOW)
            cadences.end(session, survey)


def test_the_web_says_what_to_leave_out_of_unsafe_results(started) -> None:
    with started("pulse_owner"):
        wave = invited_wave.opened(NOW, PEOPLE).wave
        with transaction() as session:
            holding.hold(session, wave, Hold(HoldKind.UNSAFE, "Too much.", NOW))
    with started("pulse_web"), transaction() as session:
        holding.leave_out(session, wave, ["sex"])
    with started("pulse_owner"), reading() as session:
        assert holding.of_wave(session, wave).left_out == ("sex",)


def test_the_web_says_whether_a_worker_leads(started) -> None:
    with started("pulse_owner"), transaction() as session:
        lease.ask_for(session, Bid("a", timedelta(minutes=5), datetime.now(UTC)))
    with started("pulse_web") as web:
        answer = web.test_client().get("/readyz")
    assert (answer.status_code, answer.json["databases"]) == (200, "current")


@pytest.mark.parametrize("database", ["box", "main"])
def test_the_web_may_do_nothing_else(addresses: databases.Urls, database: str) -> None:
    """A statement that fails for any other reason than the right fails the test."""
    url = getattr(addresses, database)
    allowed = []
    for statement in REFUSED if database == "box" else REFUSED_ON_MAIN:
        with psycopg.connect(plain(url, "pulse_web")) as connection:
            try:
                with connection.cursor() as cursor:
                    cursor.execute(statement)
                allowed.append(statement)
            except InsufficientPrivilege:
                pass
    assert allowed == []


def test_the_rights_on_the_box_are_these_and_no_more(addresses: databases.Urls) -> None:
    with psycopg.connect(plain(addresses.box)) as connection:
        columns = connection.execute(
            """
            SELECT c.relname, kind, array_agg(a.attname::text ORDER BY a.attnum)
            FROM pg_class c
            JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
            CROSS JOIN unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'REFERENCES']) kind
            WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'v', 'm', 'p')
              AND has_column_privilege('pulse_web', c.oid, a.attnum, kind)
            GROUP BY 1, 2
            """
        ).fetchall()
        functions = connection.execute(
            """
            SELECT proname::text, prosecdef, proconfig, pg_get_userbyid(proowner)::text
            FROM pg_proc WHERE pronamespace = 'public'::regnamespace
              AND has_function_privilege('pulse_web', oid, 'EXECUTE')
            """
        ).fetchall()
        whole = connection.execute(
            """
            SELECT relname, kind FROM pg_class
            CROSS JOIN unnest(ARRAY['DELETE', 'TRUNCATE', 'TRIGGER']) kind
            WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'
              AND has_table_privilege('pulse_web', oid, kind)
            """
        ).fetchall()
    assert {(table, kind, frozenset(names)) for table, kind, names in columns} == {
        (table, kind, frozenset(names)) for table, kind, names in ALLOWED
    }
    assert functions == [("box_holds", True, ["search_path=public, pg_temp"], "pulse_owner")]
    assert whole == []


def test_the_receipt_says_nothing_of_a_wave_that_is_not_open(addresses: databases.Urls) -> None:
    with psycopg.connect(plain(addresses.box, "pulse_owner")) as owner:
        for wave, state in ((7, "open"), (8, "sealed"), (9, "destroyed")):
            owner.execute(
                "INSERT INTO box (wave, state, verify_key, manifest, lengths)"
                " VALUES (%s, %s, '', '', '1')",
                (wave, state),
            )
            owner.execute("INSERT INTO spent VALUES (%s, %s)", (wave, bytes(32)))
    with psycopg.connect(plain(addresses.box, "pulse_web")) as web:
        said = [
            web.execute("SELECT box_holds(%s, %s)", (wave, digest)).fetchone()[0]
            for wave in (7, 8, 9, 10)
            for digest in (bytes(32), bytes(31) + b"x")
        ]
    assert said == [True, False, None, None, None, None, None, None]


def test_another_role_does_not_even_come_in(addresses: databases.Urls) -> None:
    with psycopg.connect(plain(addresses.box), autocommit=True) as administrator:
        name = f"stranger_{administrator.info.backend_pid}"
        administrator.execute(f"CREATE ROLE {name} LOGIN")
        try:
            for url in (addresses.box, addresses.main):
                with pytest.raises(psycopg.OperationalError, match="permission denied"):
                    psycopg.connect(plain(url, name))
        finally:
            administrator.execute(f"DROP ROLE {name}")
