"""What the submissions are measured against, served by the same server on the same database.

`/insert` is a bare view: one INSERT and one COMMIT. `/form` is the leanest honest form: a page
that lies ready, answers checked by hand, one INSERT, a page to come back to.
"""

import os
from pathlib import Path

from flask import Flask, Response, redirect, request
from sqlalchemy import Column, Integer, MetaData, String, Table, create_engine, insert
from werkzeug.wrappers import Response as AnyResponse

from pulse.db import engine_uri, prepare

URL = "PULSE_BENCH_URL"
PAGE = "PULSE_BENCH_PAGE"
TEXT = ",".join("3" * 5)

app = Flask(__name__)
engine = create_engine(engine_uri(os.environ[URL]))
prepare(engine)
tables = MetaData()
rows = Table(
    "bench_row",
    tables,
    Column("id", Integer, primary_key=True),
    Column("answers", String(200), nullable=False),
)
kept = Path(os.environ[PAGE]).read_bytes() if PAGE in os.environ else b""


def keep(answers: str) -> None:
    with engine.connect() as plain:
        connection = plain.execution_options(pulse_write=True)
        with connection.begin():
            connection.execute(insert(rows).values(answers=answers))


@app.post("/insert")
def bare() -> str:
    keep(TEXT)
    return "kept"


@app.get("/form")
def form() -> Response:
    return Response(kept, mimetype="text/html", headers={"Content-Encoding": "gzip"})


@app.post("/form")
def answer() -> AnyResponse:
    given = [request.form.get(f"q{number}", "") for number in range(1, 6)]
    if not all(value.isdigit() and 1 <= int(value) <= 5 for value in given):
        return Response("incomplete", status=422)
    keep(",".join(given))
    return redirect("/thanks", code=303)


@app.get("/thanks")
def thanks() -> str:
    return "<!doctype html><title>Thank you</title><h1>Thank you</h1>"
