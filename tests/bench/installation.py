"""An installation to measure: durable databases of either kind, staff, an open wave."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from pydantic import SecretStr
from sqlalchemy import select

from pulse import clock, fieldwork
from pulse.app import create_app
from pulse.config import Mode, Settings, load
from pulse.db import reading, transaction
from pulse.domain import link_secrets
from pulse.domain.question import Question
from pulse.domain.scale import Scale
from pulse.invitations import keys
from pulse.invitations.model import Invitation
from pulse.surveys import compose, waves
from pulse.surveys.audience import Audience
from pulse.surveys.compose import SurveyDraft
from tests.bench import staff
from tests.support import databases, postgres

QUESTIONS = tuple(
    Question(f"q{number}", f"I can do number {number} of my work well.", Scale.LIKERT5, "own")
    for number in range(1, 6)
)
ATTRIBUTES = (
    "--attribute", "Location:report",
    "--attribute", "Job Family:report",
    "--attribute", "Grade:report",
)  # fmt: skip
DIMENSIONS = ("location", "job_family", "grade")


@dataclass(frozen=True, slots=True)
class Installation:
    """Where everything is; `variables` start programs on it."""

    folder: Path
    settings: Settings

    @property
    def variables(self) -> dict[str, str]:
        return {
            "PULSE_MODE": "test",
            "PULSE_SECRET_KEY": self.settings.secret_key.get_secret_value(),
            "PULSE_INSTANCE": str(self.settings.instance),
            "PULSE_DATABASE_URL": self.settings.database_url,
            "PULSE_BOX_DATABASE_URL": self.settings.box_database_url,
        }


@contextmanager
def made(kind: str) -> Iterator[Installation]:
    """Make an empty installation and remove it afterwards. Nothing is made faster by risk."""
    folder = Path(tempfile.mkdtemp(prefix="pulse-bench-"))
    cluster = postgres.Cluster(postgres.new_folder(), durable=True)
    try:
        if kind == "postgres":
            cluster.started()
            for name in databases.NAMES:
                cluster.create(name)
            urls = databases.Urls(*map(cluster.url, databases.NAMES))
        else:
            urls = databases.sqlite_urls(folder)
        yield Installation(folder, _migrated(urls, folder))
    finally:
        cluster.stop()
        shutil.rmtree(folder)


def _migrated(urls: databases.Urls, folder: Path) -> Settings:
    settings = load(
        _env_file=None,
        mode=Mode.TEST,
        secret_key=SecretStr("the secret of a benchmark, long enough"),
        instance=folder / "instance",
        database_url=urls.main,
        box_database_url=urls.box,
    )
    databases.migrate(urls, folder / "instance")
    return settings


def open_wave(installation: Installation, people: int) -> tuple[int, list[str]]:
    """Import staff and open a wave; give it and everybody's secrets.

    It has five questions and four dimensions, which makes 22 shards of each ballot.
    """
    path = installation.folder / "staff.csv"
    staff.write_graded(path, people)
    with create_app(installation.settings).app_context() as context:
        done = context.app.test_cli_runner().invoke(
            args=["people", "import", str(path), *ATTRIBUTES]
        )
        if done.exit_code:
            raise RuntimeError(done.output)
        now = clock.now()
        draft = SurveyDraft("Benchmark", "Five questions.", QUESTIONS, Audience(), DIMENSIONS)
        with transaction() as session:
            survey = compose.create(session, draft, now)
            wave = waves.plan(session, survey, now, now + timedelta(days=7))
        fieldwork.open_wave(wave, now)
        with reading() as session:
            key = keys.link_key(session, wave, installation.settings.wrapping_key)
            asked = session.scalars(select(Invitation.employee_id).order_by(Invitation.id)).all()
        databases.dispose()
    assert key is not None
    return wave, [link_secrets.derived(key, wave, person).secret for person in asked]
