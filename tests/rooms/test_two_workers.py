"""Workers that tick at the same moment: one does the step, the others find it done."""

from concurrent.futures import ThreadPoolExecutor

from sqlalchemy import func, select

from pulse import fieldwork
from pulse.db import reading
from pulse.invitations.model import Invitation
from pulse.outbox.model import OutboxMessage
from tests.support import open_wave, staff

WORKERS = 4
PEOPLE = 24


def test_workers_that_open_a_wave_at_once_all_succeed(app, now):
    staff.hired(PEOPLE, now.date())
    wave = open_wave.planned(now)

    def tick(_):
        with app.app_context():
            return fieldwork.tick(now)

    with ThreadPoolExecutor(WORKERS) as pool:
        steps = [step for done in pool.map(tick, range(WORKERS)) for step in done]
    assert [step.problem for step in steps if step.problem] == []
    with reading() as session:
        for table in (Invitation, OutboxMessage):
            counted = select(func.count()).where(table.wave_id == wave)
            assert session.scalar(counted) == PEOPLE
