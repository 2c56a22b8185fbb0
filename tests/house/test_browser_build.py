"""The browser's script: built from pinned packages, the same bytes anywhere, small, published."""

import gzip
import hashlib
import json
import re
import subprocess
from base64 import b64encode
from pathlib import Path

from flask.testing import FlaskClient

from tests.support import tree

BUILT = tree.ROOT / "static/built/ballot.js"
PUBLISHED = tree.ROOT / "static/ballot/ballot.js.sha256"
LOCK = tree.ROOT / "static/ballot/package-lock.json"
LARGEST_PACKED = 30 * 1024


def build(*words: str) -> None:
    subprocess.run([".ci/build", *words], cwd=tree.ROOT, check=True, capture_output=True, text=True)


def test_two_builds_in_two_folders_are_the_published_bytes(tmp_path: Path) -> None:
    folders = [tmp_path / "one", tmp_path / "another place" / "of a longer name"]
    for folder in folders:
        build("--into", str(folder))
    sums = {hashlib.sha256((folder / "ballot.js").read_bytes()).hexdigest() for folder in folders}
    assert sums == {PUBLISHED.read_text(encoding="utf-8").strip()}
    assert hashlib.sha256(BUILT.read_bytes()).hexdigest() in sums


def test_a_changed_source_is_another_script(tmp_path: Path) -> None:
    """Else the test above would pass for a build that takes no notice of the sources."""
    folder = tmp_path / "copy"
    for path in (".ci/build", *tree.files()):
        if str(path).startswith((".ci/build", "static/ballot/")):
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_bytes((tree.ROOT / path).read_bytes())
    (folder / ".ci/build").chmod(0o755)
    (folder / ".venv").mkdir()
    (folder / ".venv/lib").symlink_to(tree.ROOT / ".venv/lib")
    (folder / ".venv/ballot").mkdir()
    (folder / ".venv/ballot/node_modules").symlink_to(tree.ROOT / ".venv/ballot/node_modules")
    refused = change(folder, "rules.js", "COMMENT_LENGTH = 2000", "COMMENT_LENGTH = 2001")
    assert refused.returncode == 1
    assert ".ci/build --accept" in refused.stderr
    accepted = subprocess.run([".ci/build", "--accept"], cwd=folder, check=False)
    assert accepted.returncode == 0
    again = subprocess.run([".ci/build"], cwd=folder, check=True, capture_output=True, text=True)
    assert again.stdout == again.stderr == ""


def change(folder: Path, name: str, old: str, new: str) -> subprocess.CompletedProcess[str]:
    source = folder / "static/ballot" / name
    text = source.read_text(encoding="utf-8")
    assert old in text
    source.write_text(text.replace(old, new), encoding="utf-8")
    return subprocess.run([".ci/build"], cwd=folder, check=False, capture_output=True, text=True)


def test_the_script_stays_small() -> None:
    assert len(gzip.compress(BUILT.read_bytes(), mtime=0)) <= LARGEST_PACKED


def test_the_script_asks_no_other_host_and_runs_no_text() -> None:
    text = BUILT.read_text(encoding="utf-8")
    assert not re.search(r"https?://|\beval\(|new Function|[=(,;?:]import\(|sourceMappingURL", text)


def test_packages_are_pinned_and_no_registry_is_named() -> None:
    packages = json.loads(LOCK.read_text(encoding="utf-8"))["packages"]
    below = {name: package for name, package in packages.items() if name}
    assert "node_modules/@hpke/core" in below
    assert [name for name, package in below.items() if "integrity" not in package] == []
    assert [name for name, package in below.items() if "resolved" in package] == []
    top = json.loads((LOCK.parent / "package.json").read_text(encoding="utf-8"))
    wanted = top["dependencies"] | top["devDependencies"]
    assert [version for version in wanted.values() if not re.fullmatch(r"[\d.]+", version)] == []


def test_the_built_file_is_never_committed() -> None:
    assert not [path for path in tree.files() if path.parts[:2] == ("static", "built")]


def test_a_page_names_the_sum_of_what_is_served(client: FlaskClient) -> None:
    page = client.get("/ballot.js", headers={"Accept-Encoding": "gzip"})
    assert page.headers["Content-Encoding"] == "gzip"
    body = gzip.decompress(page.data)
    assert body == BUILT.read_bytes() == client.get("/ballot.js").data
    assert "immutable" not in page.headers["Cache-Control"]
    url, integrity = named(client)
    assert integrity == "sha384-" + b64encode(hashlib.sha384(body).digest()).decode()
    kept = client.get(url)
    assert "immutable" in kept.headers["Cache-Control"]
    assert kept.data == body


def named(client: FlaskClient) -> tuple[str, str]:
    """Give the address and the sum that a respondent's page names."""
    app = client.application
    with app.test_request_context():
        page = app.jinja_env.get_template("ballot/notice.html").render(path="")
    found = re.search(r'<script src="([^"]+)" integrity="([^"]+)" defer>', page)
    assert found
    return found[1], found[2]
