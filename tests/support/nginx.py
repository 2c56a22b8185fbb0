"""The shipped nginx.conf, run for real on loopback in a folder of its own.

Only what names this machine's places is rewritten: ports, certificate, folders, the application.
"""

import shutil
import socket
import ssl
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.support.smtp import HOST, free_port
from tests.support.tree import ROOT

GET_IT = "apt-get install nginx-light"
SHIPPED = ROOT / "docs" / "deploy" / "nginx.conf"
NAME = "pulse.example.org"


def program() -> str | None:
    """Find nginx; Debian keeps it where only root's PATH leads."""
    return shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin:/usr/local/sbin")


@dataclass(frozen=True, slots=True)
class Running:
    """A started nginx: where it listens, and the folder with everything that it writes."""

    folder: Path
    plain: int
    secure: int

    def connect(self, source: str = HOST, protocols: tuple[str, ...] = ()) -> ssl.SSLSocket:
        """Open a connection to it, as a browser at this address would."""
        context = ssl.create_default_context(cafile=self.folder / "fullchain.pem")
        if protocols:
            context.set_alpn_protocols(protocols)
        raw = socket.create_connection((HOST, self.secure), 120, source_address=(source, 0))
        return context.wrap_socket(raw, server_hostname=NAME)


@contextmanager
def running(application: int, changes: Mapping[str, str] | None = None) -> Iterator[Running]:
    """Run the shipped file in front of the application; `changes` plants faults in it."""
    # Its workers are another user, who must reach the folder.
    folder = Path(tempfile.mkdtemp(prefix="pulse-nginx-", dir="/tmp"))
    folder.chmod(0o711)
    started = Running(folder, free_port(), free_port())
    _certificate(folder)
    (folder / "nginx.conf").write_text(_rewritten(started, application, changes or {}))
    found = program()
    assert found is not None, GET_IT
    with (folder / "start.log").open("wb") as log:
        process = subprocess.Popen(
            [found, "-p", folder, "-e", "stderr", "-c", folder / "nginx.conf", "-g", "daemon off;"],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
        )
    try:
        _wait(process, started)
        yield started
    finally:
        process.terminate()
        process.wait()
        shutil.rmtree(folder)


def _rewritten(running: Running, application: int, changes: Mapping[str, str]) -> str:
    text = SHIPPED.read_text()
    places = {
        "listen 80;": f"listen {HOST}:{running.plain};",
        "listen [::]:80;": "",
        "listen 443 ssl;": f"listen {HOST}:{running.secure} ssl;",
        "listen [::]:443 ssl;": "",
        "127.0.0.1:8000": f"127.0.0.1:{application}",
        "/run/": f"{running.folder}/",
        "/var/log/nginx/": f"{running.folder}/",
        "/etc/ssl/pulse/": f"{running.folder}/",
    }
    for shipped, here in (places | dict(changes)).items():
        assert shipped in text, shipped
        text = text.replace(shipped, here.replace("FOLDER", str(running.folder)))
    return text


def _certificate(folder: Path) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, NAME)])
    today = datetime.now(UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(today - timedelta(days=1))
        .not_valid_after(today + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(NAME)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    (folder / "fullchain.pem").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    (folder / "privkey.pem").write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )


def _wait(process: subprocess.Popen[bytes], started: Running) -> None:
    for _ in range(200):
        if process.poll() is not None:
            raise RuntimeError((started.folder / "start.log").read_text())
        try:
            socket.create_connection((HOST, started.secure), 1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise RuntimeError("nginx took too long to start")
