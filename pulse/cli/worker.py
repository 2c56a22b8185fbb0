"""`flask worker`: runs the ticks, for as long as the process lives.

The scheduler keeps nothing but a few fixed intervals in memory. What is due is read from rows,
so any number of workers may run, and none of them has to be told what the others did. One of them
leads and takes the steps of waves; all of them send mail and run long imports.
"""

import logging
from collections.abc import Callable
from contextlib import suppress

import click
from apscheduler.jobstores.base import JobLookupError
from apscheduler.schedulers.blocking import BlockingScheduler
from flask import Flask, current_app

from pulse import clock, fieldwork
from pulse.cli import stopping
from pulse.config import settings
from pulse.leader import Leader

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
    leader = Leader(app, lambda: _wake(scheduler))
    for job, seconds in (
        (_tick, settings().tick_seconds),
        (_deliver, OUTBOX_SECONDS),
        (_run_jobs, JOBS_SECONDS),
        (_announce, HOOKS_SECONDS),
        (_read_bounces, BOUNCE_SECONDS),
    ):
        _every(scheduler, app, job, leader, seconds)
    stopping.on_signal(scheduler.shutdown)
    click.echo("The worker is running. Stop it with Ctrl-C.")
    leader.start()
    scheduler.start()
    # Whatever it had in hand is done by now, so another may lead at once.
    leader.stop()


def _tick(leader: Leader) -> None:
    def tick() -> bool:
        steps = fieldwork.tick(clock.now(), hold_back=leader.hold_back)
        return not any(step.problem for step in steps)

    leader.lead(tick)


def _deliver(leader: Leader) -> None:
    # A mail cannot be called back, and by this clock none may be due.
    if not leader.hold_back:
        fieldwork.deliver(clock.now())


def _run_jobs(leader: Leader) -> None:
    del leader
    fieldwork.run_jobs(clock.now())


def _announce(leader: Leader) -> None:
    if not leader.hold_back:
        fieldwork.announce(clock.now())


def _read_bounces(leader: Leader) -> None:
    del leader
    fieldwork.read_bounces(clock.now())


def _every(
    scheduler: BlockingScheduler,
    app: Flask,
    job: Callable[[Leader], None],
    leader: Leader,
    seconds: float,
) -> None:
    def run() -> None:
        with app.app_context():
            job(leader)

    # However late a run is, it is worth having: the clock may just have been set.
    scheduler.add_job(
        run,
        "interval",
        seconds=seconds,
        id=job.__name__,
        max_instances=1,
        coalesce=True,
        misfire_grace_time=None,
        next_run_time=clock.now(),
    )


def _wake(scheduler: BlockingScheduler) -> None:
    """Run everything now, and by this clock from now on."""
    for job in scheduler.get_jobs():
        # One that is just being stopped has no jobs any more.
        with suppress(JobLookupError):
            job.modify(next_run_time=clock.now())
