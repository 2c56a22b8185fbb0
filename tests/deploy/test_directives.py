"""What the shipped example says, line by line: a line that is missing is a promise that is."""

import re
import runpy
import shlex

import pytest

from tests.support.tree import ROOT

DEPLOY = ROOT / "docs" / "deploy"
SERVER = "http/server 443"
EMPLOYEE = {
    "/s/",
    r"~ ^/s/[0-9]+/manifest\.json$",
    "= /issue",
    "= /ballot",
    "= /receipt",
    "= /code",
    "= /kiosk",
    "/kiosk/",
    "= /ballot.js",
    "/static/",
}
# What a line of such a log or header would be made of.
TELLING = re.compile(
    r"\$(remote_|binary_remote_|realip_|proxy_add_|proxy_protocol_|request_id|connection|ssl_|"
    r"time_|msec|http_(?!accept_encoding))|log_format|limit_(req|conn)|proxy_cache_path|http2|"
    r"mirror|perl|js_|auth_request|user_?id|stub_status|debug_connection"
)


def directives(text: str) -> list[tuple[str, list[str]]]:
    """List every directive with the blocks around it, `http/server 443/location /s/`."""
    words = re.sub(r"#.*", "", text).replace("{", " { ").replace("}", " } ")
    words = re.sub(r";(?=\s|$)", " ; ", words)
    found: list[tuple[str, list[str]]] = []
    blocks: list[str] = []
    line: list[str] = []
    for word in words.split():
        if word == "{":
            blocks.append(" ".join(line))
        elif word == ";":
            found.append(("/".join(blocks), line))
        elif word == "}":
            blocks.pop()
        else:
            line.append(word)
            continue
        line = []
    return found


def shipped() -> list[tuple[str, list[str]]]:
    """Read the file; the server of pages, the last one, is given a name."""
    before, name, after = (DEPLOY / "nginx.conf").read_text().rpartition("    server {")
    return directives(before + name.replace("server", "server 443") + after)


def within(block: str) -> dict[str, list[str]]:
    """Give the directives of one block: their words after the first, sorted."""
    found: dict[str, list[str]] = {}
    for where, (name, *words) in shipped():
        if where == block:
            found.setdefault(name, []).append(" ".join(words))
    return found


def test_every_log_of_requests_is_off() -> None:
    assert [(where, words) for where, (name, *words) in shipped() if name == "access_log"] == [
        ("http", ["off"])
    ]


def test_no_error_line_can_name_an_address() -> None:
    """Only the main block writes any, where nothing is known of a connection."""
    assert [(where, words) for where, (name, *words) in shipped() if name == "error_log"] == [
        ("", ["/var/log/nginx/error.log", "crit"]),
        ("http", ["/dev/null", "crit"]),
    ]


def test_nothing_uses_what_could_tell_visitors_apart() -> None:
    assert [words for _, words in shipped() if TELLING.search(" ".join(words))] == []


def test_the_server_is_silent_in_memory_and_knows_no_visitor() -> None:
    server = within(SERVER)
    assert server.pop("listen") == ["443 ssl", "[::]:443 ssl"]
    assert server.pop("proxy_set_header") == [
        "Host $host",
        'Connection ""',
        "Content-Type $content_type",
    ]
    assert {name: words for name, (words,) in server.items()} == {
        "server_name": "pulse.example.org",
        "ssl_certificate": "/etc/ssl/pulse/fullchain.pem",
        "ssl_certificate_key": "/etc/ssl/pulse/privkey.pem",
        "ssl_protocols": "TLSv1.2 TLSv1.3",
        "ssl_session_cache": "off",
        "ssl_session_tickets": "off",
        "proxy_pass_request_headers": "off",
        "proxy_http_version": "1.1",
        "proxy_hide_header": "Set-Cookie",
        "client_max_body_size": "256k",
        "client_body_buffer_size": "256k",
        "client_body_in_file_only": "off",
        "client_body_timeout": "30s",
        "proxy_max_temp_file_size": "0",
        "proxy_cache": "off",
        "proxy_store": "off",
    }


def test_the_pages_of_employees_loosen_nothing() -> None:
    locations = {where for where, _ in shipped() if where.startswith(f"{SERVER}/location ")}
    names = {where.removeprefix(f"{SERVER}/location ") for where in locations}
    assert names == EMPLOYEE | {"/"}
    allowed = {"proxy_pass", "proxy_set_header", "keepalive_timeout"}
    for name in EMPLOYEE:
        block = within(f"{SERVER}/location {name}")
        assert set(block) <= allowed, name
        assert set(block.get("proxy_set_header", [])) <= {
            "Host $host",
            'Connection ""',
            "Content-Type $content_type",
            "Accept-Encoding $http_accept_encoding",
        }
        assert block.get("keepalive_timeout", ["0"]) == ["0"]


def test_what_is_written_down_by_accident_lies_in_memory() -> None:
    http = within("http")
    assert http["client_body_temp_path"] == ["/run/nginx-body"]
    assert http["proxy_temp_path"] == ["/run/nginx-proxy"]
    assert http["log_not_found"] == ["off"]


def test_gunicorn_writes_no_line_for_a_request() -> None:
    given = runpy.run_path(str(DEPLOY / "gunicorn.conf.py"))
    wanted = {
        "accesslog": None,
        "loglevel": "error",
        "capture_output": False,
        "statsd_host": None,
        "syslog": False,
        "control_socket_disable": True,
        "forwarded_allow_ips": "",
        "bind": "127.0.0.1:8000",
    }
    assert {name: given[name] for name in wanted} == wanted
    assert not {"access_log_format", "logconfig", "logconfig_dict", "logger_class"} & set(given)


def unit(name: str) -> dict[str, list[str]]:
    """Read the section `Service` of a unit, whose keys may stand several times."""
    found: dict[str, list[str]] = {}
    text = (DEPLOY / name).read_text().partition("[Service]")[2].partition("[Install]")[0]
    for line in text.splitlines():
        if "=" in line and not line.startswith("#"):
            key, _, value = line.partition("=")
            found.setdefault(key, []).append(value)
    return found


@pytest.mark.parametrize("name", ["pulse-web.service", "pulse-worker.service"])
def test_no_journal_puts_a_time_beside_a_fault(name: str) -> None:
    service = unit(name)
    assert service["StandardOutput"] == ["null"]
    assert service["StandardError"][0].startswith("append:/var/log/pulse/")
    assert service["LimitCORE"] == ["0"]
    assert service["MemorySwapMax"] == ["0"]


def test_only_the_workers_user_reads_the_opening_keys() -> None:
    web, worker = unit("pulse-web.service"), unit("pulse-worker.service")
    assert web["User"] != worker["User"]
    keys = "/var/lib/pulse/opening-keys"
    assert web["InaccessiblePaths"] == [f"-{keys}"]
    assert f"PULSE_OPENING_KEYS={keys}" in worker["Environment"]
    assert "InaccessiblePaths" not in worker
    made = (DEPLOY / "pulse-web.service").read_text()
    assert f"install -d -o {worker['User'][0]} -g pulse -m 0700 {keys}" in made


def test_granian_is_started_without_its_log_of_requests() -> None:
    command = shlex.split(unit("pulse-web.service")["ExecStart"][0])
    assert "--no-access-log" in command
    assert command[command.index("--log-level") + 1] == "error"
    for place in ("Makefile", ".ci/demo", "README.md"):
        for started in re.findall(r"granian --interface[^&]*?wsgi:app", (ROOT / place).read_text()):
            assert "--no-access-log" in started, place


def test_postgresql_neither_logs_values_nor_keeps_the_order_of_coming() -> None:
    lines = (DEPLOY / "postgresql.conf").read_text().splitlines()
    given = dict(line.split(" = ") for line in lines if line and not line.startswith("#"))
    wanted = {
        "archive_mode": "off",
        "wal_level": "minimal",
        "max_wal_senders": "0",
        "track_commit_timestamp": "off",
        "log_statement": "none",
        "log_min_duration_statement": "-1",
        "log_min_error_statement": "panic",
        "log_error_verbosity": "terse",
        "log_parameter_max_length_on_error": "0",
        "log_connections": "off",
        "log_line_prefix": "''",
    }
    assert wanted.items() <= given.items()
