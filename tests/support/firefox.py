"""Debian's Firefox ESR, driven by its own WebDriver BiDi; see ADR 10 for why so."""

import json
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from tests.support import bidi
from tests.support.firefox_person import Person

GET_IT = "apt-get install firefox-esr"
STARTING = 60.0
STOPPING = 15.0
# A port of loopback where nothing listens: what Firefox asks of other hosts goes nowhere.
NOWHERE = 9
EVENTS = ("log.entryAdded", "network.beforeRequestSent")
# The person whose cookies and storage lie in the profile itself and outlive the browser.
OWNER = "default"

# Without these Firefox asks its maker's hosts for updates, lists, experiments and a way out.
QUIET = {
    "app.normandy.enabled": False,
    "app.update.disabledForTesting": True,
    "browser.aboutHomeSnippets.updateUrl": "",
    "browser.contentblocking.report.lockwise.enabled": False,
    "browser.discovery.enabled": False,
    "browser.newtabpage.enabled": False,
    "browser.region.network.url": "",
    "browser.region.update.enabled": False,
    "browser.safebrowsing.blockedURIs.enabled": False,
    "browser.safebrowsing.downloads.enabled": False,
    "browser.safebrowsing.malware.enabled": False,
    "browser.safebrowsing.phishing.enabled": False,
    "browser.safebrowsing.provider.google4.updateURL": "",
    "browser.safebrowsing.provider.google5.updateURL": "",
    "browser.safebrowsing.provider.mozilla.updateURL": "",
    "browser.search.update": False,
    "browser.shell.checkDefaultBrowser": False,
    "browser.startup.homepage_override.mstone": "ignore",
    "browser.startup.page": 0,
    "browser.topsites.contile.enabled": False,
    "datareporting.healthreport.uploadEnabled": False,
    "datareporting.policy.dataSubmissionEnabled": False,
    "dom.push.connection.enabled": False,
    "extensions.getAddons.cache.enabled": False,
    "extensions.systemAddon.update.enabled": False,
    "extensions.update.enabled": False,
    "media.gmp-manager.updateEnabled": False,
    "messaging-system.rsexperimentloader.enabled": False,
    "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False,
    "network.trr.mode": 5,
    "services.settings.server": "data:,nothing",
    "toolkit.telemetry.enabled": False,
    "toolkit.telemetry.server": "",
    "ui.prefersReducedMotion": 1,
}


@dataclass(frozen=True)
class Firefox:
    """A running Firefox."""

    process: int
    connection: bidi.Connection

    def person(self, base_url: str, who: str | None = None) -> Person:
        """Give somebody with cookies and storage of their own, or the OWNER of the profile."""
        if who is None:
            who = self.connection.send("browser.createUserContext")["userContext"]
        return Person(self.connection, who, base_url)


def program() -> str | None:
    """Find Firefox. PULSE_FIREFOX names another one."""
    return os.environ.get("PULSE_FIREFOX") or shutil.which("firefox-esr")


@contextmanager
def running(folder: Path, way_out: int = NOWHERE) -> Iterator[Firefox]:
    """Run Firefox on the profile in this folder until the end of the block.

    All that is asked of other hosts than loopback goes to the port `way_out` of loopback.
    """
    profile = folder / "profile"
    profile.mkdir(parents=True, exist_ok=True)
    lines = [f"user_pref({json.dumps(k)}, {json.dumps(v)});" for k, v in _settings(way_out)]
    (profile / "user.js").write_text("\n".join(lines))
    found = profile / "WebDriverBiDiServer.json"
    found.unlink(missing_ok=True)
    with (folder / "firefox.log").open("ab") as log:
        process = subprocess.Popen(
            _command(profile),
            env=_environment(folder),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    try:
        with bidi.session(_address(found, process), *EVENTS) as connection:
            yield Firefox(process.pid, connection)
            connection.send("browser.close")
            process.wait(STOPPING)
    finally:
        _end(process)


def _settings(way_out: int) -> list[tuple[str, object]]:
    proxy = {"type": 1, "failover_direct": False}
    for scheme in ("http", "ssl"):
        proxy |= {scheme: "127.0.0.1", f"{scheme}_port": way_out}
    return [*QUIET.items(), *((f"network.proxy.{name}", value) for name, value in proxy.items())]


def _command(profile: Path) -> list[str]:
    """Give the command; the kernel ends Firefox should this process be killed."""
    ended_with_us = ["setpriv", "--pdeathsig", "KILL"]
    return [
        *ended_with_us,
        str(program()),
        "--headless",
        "--no-remote",
        "--profile",
        str(profile),
        "--remote-debugging-port",
        "0",
    ]


def _environment(folder: Path) -> dict[str, str]:
    """Keep Firefox out of the home of whoever runs the tests, and its crashes at home.

    Without the last of these Firefox ignores which server of settings the profile names.
    """
    ours = {"HOME": str(folder), "MOZ_CRASHREPORTER_DISABLE": "1"}
    return os.environ | ours | {"MOZ_REMOTE_SETTINGS_DEVTOOLS": "1"}


def _address(found: Path, process: subprocess.Popen[bytes]) -> str:
    """Wait until Firefox says where it listens."""
    end = time.monotonic() + STARTING
    while process.poll() is None and time.monotonic() < end:
        if found.exists() and (text := found.read_text()).rstrip().endswith("}"):
            at = json.loads(text)
            return f"ws://{at['ws_host']}:{at['ws_port']}/session"
        time.sleep(0.02)
    log = (found.parent.parent / "firefox.log").read_text(errors="replace")
    raise RuntimeError(f"Firefox did not start:\n{log[-2000:]}")


def _end(process: subprocess.Popen[bytes]) -> None:
    """Stop what is left of Firefox and of its children; they are a group of their own."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
