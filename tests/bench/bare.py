"""What the submissions are measured against, served by the same server on the same database.

`/insert` is a bare view: one INSERT and one COMMIT. `/form` is the leanest honest form: a page
that lies ready, answers checked by hand, one INSERT, a page to come back to.
"""

import os
from pathlib import Path

from flask import Flask, Response, redirect, request
from sqlalchemy import Column, Engine, Integer, MetaData, String, Table, create_engine, insert
from werkzeug.wrappers import Response as AnyResponse

from pulse.db import engine_uri, prepare

URL = "PULSE_BENCH_URL"
PAGE = "PULSE_BENCH_PAGE"
TEXT = ",".join("3" * 5)

tables = MetaData()
rows = Table(
    "bench_row",
    tables,
    Column("id", Integer, primary_key=True),
    Column("answers", String(200), nullable=False),
)


def create() -> Flask:
    """Build the application on the database and with the page that the environment names."""
    app = Flask(__name__)
    engine = create_engine(engine_uri(os.environ[URL]))
    prepare(engine)
    kept = Path(os.environ[PAGE]).read_bytes()

    @app.post("/insert")
    def bare() -> str:
        keep(engine, TEXT)
        return "kept"

    @app.get("/form")
    def form() -> Response:
        return Response(kept, mimetype="text/html", headers={"Content-Encoding": "gzip"})

    @app.post("/form")
    def answer() -> AnyResponse:
        given = [request.form.get(f"q{number}", "") for number in range(1, 6)]
        if not all(value.isdigit() and 1 <= int(value) <= 5 for value in given):
            return Response("incomplete", status=422)
        keep(engine, ",".join(given))
        return redirect("/thanks", code=303)

    @app.get("/thanks")
    def thanks() -> str:
        return "<!doctype html><title>Thank you</title><h1>Thank you</h1>"

    return app


def keep(engine: Engine, answers: str) -> None:
    with engine.connect() as plain:
        connection = plain.execution_options(pulse_write=True)
        with connection.begin():
            connection.execute(insert(rows).values(answers=answers))
