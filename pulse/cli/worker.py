"""`flask worker`: runs the ticks, for as long as the process lives.

The scheduler keeps nothing but a few fixed intervals in memory. What is due is read from rows,
so any number of workers may run, and none of them has to be told what the others did.
"""

import logging
from collections.abc import Callable
from typing import Any

import click
from apscheduler.schedulers.blocking import BlockingScheduler
from flask import Flask, current_app

from pulse import clock, fieldwork
from pulse.cli import stopping

WAVE_SECONDS = 10
OUTBOX_SECONDS = 2
JOBS_SECONDS = 2
HOOKS_SECONDS = 2
BOUNCE_SECONDS = 120


@click.command("worker")
def command() -> None:
    """Open, close and release waves when they are due, send mail, announce, run long imports."""
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]  # noqa: SLF001  (the documented way to the real application behind the proxy)
    # A tick that takes longer than its interval is no news: the next one finds what is due.
    logging.getLogger("apscheduler").setLevel(logging.ERROR)
    scheduler = BlockingScheduler(timezone="UTC")
    for job, seconds in (
        (fieldwork.tick, WAVE_SECONDS),
        (fieldwork.deliver, OUTBOX_SECONDS),
        (fieldwork.run_jobs, JOBS_SECONDS),
        (fieldwork.announce, HOOKS_SECONDS),
        (fieldwork.read_bounces, BOUNCE_SECONDS),
    ):
        _every(scheduler, app, job, seconds)
    stopping.on_signal(scheduler.shutdown)
    click.echo("The worker is running. Stop it with Ctrl-C.")
    scheduler.start()


def _every(scheduler: BlockingScheduler, app: Flask, job: Callable[..., Any], seconds: int) -> None:
    def run() -> None:
        with app.app_context():
            job(clock.now())

    scheduler.add_job(
        run,
        "interval",
        seconds=seconds,
        id=job.__name__,
        max_instances=1,
        coalesce=True,
        next_run_time=clock.now(),
    )
