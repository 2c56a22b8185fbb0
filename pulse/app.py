"""The application factory: settings, databases, and the explicit list of doors."""

from datetime import timedelta
from pathlib import Path

import click
from flask import Blueprint, Flask
from flask_wtf.csrf import CSRFProtect

from pulse import config, db
from pulse.cli import accounts as accounts_cli
from pulse.cli import actions as actions_cli
from pulse.cli import check as check_cli
from pulse.cli import churn as churn_cli
from pulse.cli import custody as custody_cli
from pulse.cli import database as database_cli
from pulse.cli import demo as demo_cli
from pulse.cli import fieldwork as fieldwork_cli
from pulse.cli import hooks as hooks_cli
from pulse.cli import mail as mail_cli
from pulse.cli import people as people_cli
from pulse.cli import release as release_cli
from pulse.cli import surveys as surveys_cli
from pulse.cli import waves as waves_cli
from pulse.cli import worker as worker_cli
from pulse.domain import blind_rsa
from pulse.domain.errors import BadSetting
from pulse.web import (
    accounts,
    actions,
    addresses,
    admin_accounts,
    answering,
    api,
    assisted,
    ballot,
    ballot_box,
    bounce_hook,
    calendar,
    churn,
    consented,
    control_room,
    errors,
    guard,
    headers,
    health,
    home,
    hooks,
    issue,
    kiosk,
    mailbox,
    opting_out,
    people,
    poster,
    promise,
    release_files,
    results,
    rhythms,
    saying,
    script,
    signed_in,
    slips,
    speaking,
    survey_languages,
    surveys,
    wave_mails,
    waves,
)
from pulse.web.charts import assets

ROOT = Path(__file__).resolve().parent.parent
SESSION_LIFE = timedelta(days=14)
# A staff file of 200 MB and the form around it; no other page takes nearly as much.
LARGEST_REQUEST = 201 * 1024 * 1024

BLUEPRINTS: tuple[Blueprint, ...] = (
    accounts.blueprint,
    actions.blueprint,
    admin_accounts.blueprint,
    answering.blueprint,
    api.blueprint,
    assets.blueprint,
    assisted.blueprint,
    ballot.blueprint,
    ballot_box.blueprint,
    bounce_hook.blueprint,
    calendar.blueprint,
    churn.blueprint,
    consented.blueprint,
    control_room.blueprint,
    health.blueprint,
    home.blueprint,
    hooks.blueprint,
    issue.blueprint,
    kiosk.blueprint,
    mailbox.blueprint,
    opting_out.blueprint,
    people.blueprint,
    poster.blueprint,
    promise.blueprint,
    release_files.blueprint,
    results.blueprint,
    rhythms.blueprint,
    script.blueprint,
    slips.blueprint,
    survey_languages.blueprint,
    surveys.blueprint,
    wave_mails.blueprint,
    waves.blueprint,
)
# Whoever answers has no session; the secret code in the form is what cannot be forged. A mail
# service has none either, and signs what it posts.
WITHOUT_COOKIE: tuple[Blueprint, ...] = (
    assisted.blueprint,
    ballot_box.blueprint,
    bounce_hook.blueprint,
    home.blueprint,
    issue.blueprint,
    kiosk.blueprint,
    opting_out.blueprint,
)
COMMANDS: tuple[click.Command, ...] = (
    accounts_cli.commands,
    actions_cli.commands,
    check_cli.command,
    churn_cli.commands,
    custody_cli.commands,
    database_cli.commands,
    demo_cli.command,
    fieldwork_cli.commands,
    hooks_cli.commands,
    mail_cli.commands,
    people_cli.commands,
    release_cli.commands,
    surveys_cli.commands,
    waves_cli.commands,
    worker_cli.command,
)

csrf = CSRFProtect()


def create_app(given: config.Settings | None = None) -> Flask:
    """Build the application.

    Raises BadSetting when the environment is wrong, and SigningFault when the library that signs
    tokens gives other results than the standard's examples.
    """
    settings = given or config.load()
    blind_rsa.self_test()
    _make(settings.instance)
    app = Flask(
        "pulse",
        root_path=str(ROOT / "pulse"),
        template_folder=str(ROOT / "templates"),
        static_folder=str(ROOT / "static"),
        instance_path=str(settings.instance),
    )
    _configure(app, settings)
    addresses.install(app)
    db.init_app(app, settings.database_url, settings.box_database_url)
    csrf.init_app(app)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    for door in WITHOUT_COOKIE:
        csrf.exempt(door)
    guard.install(app, signed_in.find_person)
    speaking.install(app)
    saying.install(app)
    errors.install(app)
    headers.install(app)
    for command in COMMANDS:
        app.cli.add_command(command)
    return app


def _make(folder: Path) -> None:
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise BadSetting(
            f"Setting PULSE_INSTANCE is wrong: {folder} cannot be made ({error.strerror})"
        ) from error


def _configure(app: Flask, settings: config.Settings) -> None:
    app.extensions[config.EXTENSION] = settings
    app.config.from_mapping(
        SECRET_KEY=settings.secret_key.get_secret_value(),
        TESTING=settings.mode is config.Mode.TEST,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.https,
        PERMANENT_SESSION_LIFETIME=SESSION_LIFE,
        WTF_CSRF_TIME_LIMIT=None,
        MAX_CONTENT_LENGTH=LARGEST_REQUEST,
    )
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
