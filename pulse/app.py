"""The application factory: settings, databases, and the explicit list of doors."""

from datetime import timedelta
from pathlib import Path

import click
from flask import Blueprint, Flask
from flask_wtf.csrf import CSRFProtect

from pulse import config, db
from pulse.cli import churn as churn_cli
from pulse.cli import database as database_cli
from pulse.cli import people as people_cli
from pulse.cli import surveys as surveys_cli
from pulse.web import ballot, churn, errors, guard, headers, promise, signed_in, surveys
from pulse.web.charts import assets

csrf = CSRFProtect()
ROOT = Path(__file__).resolve().parent.parent
SESSION_LIFE = timedelta(days=14)

BLUEPRINTS: tuple[Blueprint, ...] = (
    assets.blueprint,
    ballot.blueprint,
    churn.blueprint,
    promise.blueprint,
    surveys.blueprint,
)
COMMANDS: tuple[click.Command, ...] = (
    churn_cli.commands,
    database_cli.commands,
    people_cli.commands,
    surveys_cli.commands,
)


def create_app(given: config.Settings | None = None) -> Flask:
    """Build the application. Raises BadSetting when the environment is wrong."""
    settings = given or config.load()
    settings.instance.mkdir(parents=True, exist_ok=True)
    app = Flask(
        "pulse",
        root_path=str(ROOT / "pulse"),
        template_folder=str(ROOT / "templates"),
        static_folder=str(ROOT / "static"),
        instance_path=str(settings.instance),
    )
    _configure(app, settings)
    db.init_app(app, settings.database_url, settings.box_database_url)
    csrf.init_app(app)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    guard.install(app, signed_in.find_person)
    errors.install(app)
    headers.install(app)
    for command in COMMANDS:
        app.cli.add_command(command)
    return app


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
    )
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
