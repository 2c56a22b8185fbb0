from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta
from threading import Barrier

from flask import Flask
from sqlalchemy import func, select

from pulse import studying
from pulse.churn import reading as studies
from pulse.churn import result
from pulse.churn.model import ChurnResult
from pulse.db import reading, transaction
from pulse.people.model import StaffImport
from tests.support import turnover


def refresh(now: datetime) -> int:
    return studying.make(now)


def stored() -> studies.StoredStudy:
    with reading() as session:
        found = studies.latest(session)
    assert found is not None
    return found


def company(now: datetime, waves: int = 2) -> None:
    with transaction() as session:
        turnover.staff(session, now)
        survey_id = turnover.survey(session, now)
        for ago in range(waves, 0, -1):
            turnover.release(session, survey_id, now - timedelta(days=30 * ago))


def staff_file(as_of: date, state: str = "applied") -> StaffImport:
    moment = datetime.fromisoformat(f"{as_of}T09:00:00+00:00")
    return StaffImport(
        state=state,
        file_name="staff.csv",
        as_of=as_of,
        skip_rejected=False,
        rows_total=0,
        rows_done=0,
        created_at=moment,
    )


def test_there_is_nothing_to_study_without_a_release(app: Flask, now: datetime) -> None:
    with transaction() as session:
        turnover.staff(session, now)
    assert refresh(now) == 0
    with reading() as session:
        assert studies.latest(session) is None
        assert studies.readiness(session) == studies.Readiness(has_staff=True, has_release=False)


def test_there_is_nothing_to_study_without_anybody_employed(app: Flask, now: datetime) -> None:
    with transaction() as session:
        turnover.release(session, turnover.survey(session, now), now)
    assert refresh(now) == 0
    with reading() as session:
        assert studies.readiness(session) == studies.Readiness(has_staff=False, has_release=True)


def test_the_study_holds_what_went_in(app: Flask, now: datetime) -> None:
    company(now)
    assert refresh(now)
    found = stored().study
    assert [mood.n for mood in found.timeline.moods] == [132, 132]
    assert found.timeline.moods[-1].favourable.value == (30 + 16 + 24 + 6) / 132
    assert [point.name for point in found.teams.points] == ["Sales", "Support"]
    assert [point.voluntary for point in found.teams.points] == [6, 9]
    # Three left the laboratory, which cannot stand alone: the smallest other unit joins it.
    assert (found.teams.rest.units, found.teams.rest.voluntary) == (2, 8)
    assert found.covers_until == now.date()


def test_the_same_inputs_make_no_second_row(app: Flask, now: datetime) -> None:
    company(now)
    assert refresh(now) == refresh(now + timedelta(hours=3))
    with reading() as session:
        assert session.scalar(select(func.count()).select_from(ChurnResult)) == 1


def test_a_new_release_makes_a_new_study(app: Flask, now: datetime) -> None:
    company(now)
    first = refresh(now)
    with transaction() as session:
        survey_id = turnover.survey(session, now)
        turnover.release(session, survey_id, now - timedelta(days=1))
    assert refresh(now) != first
    assert len(stored().study.timeline.moods) == 3


def test_inputs_that_go_back_bring_their_study_back(app: Flask, now: datetime) -> None:
    company(now)
    first = refresh(now)
    with transaction() as session:
        wrong = staff_file(now.date() - timedelta(days=40))
        session.add(wrong)
    assert refresh(now + timedelta(hours=1)) != first
    with transaction() as session:
        session.add(staff_file(now.date()))
    assert refresh(now + timedelta(hours=2)) == first
    assert stored().study.covers_until == now.date()


def test_the_study_ends_where_the_staff_file_ends(app: Flask, now: datetime) -> None:
    company(now)
    until = now.date() - timedelta(days=40)
    with transaction() as session:
        session.add(staff_file(until))
        session.add(staff_file(now.date(), state="checked"))
    refresh(now)
    assert stored().study.covers_until == until
    assert stored().study.timeline.windows[-1].ends_on <= until


def test_a_result_names_its_inputs_and_its_libraries(app: Flask, now: datetime) -> None:
    company(now)
    refresh(now)
    assert len(stored().fingerprint) == 64
    assert set(stored().libraries) == {"numpy", "scipy", "statsmodels"}
    assert stored().policy["leaver_floor"] == 5
    assert stored().policy["fewest_teams"] == 20
    assert stored().computed_at == now


def test_a_study_is_read_back_as_it_was_written(app: Flask, now: datetime) -> None:
    company(now)
    refresh(now)
    found = stored().study
    assert result.from_json(result.to_json(found)) == found


def test_two_workers_at_once_store_one_study(app: Flask, now: datetime) -> None:
    company(now)
    together = Barrier(2)

    def work() -> int:
        with app.app_context():
            together.wait()
            return refresh(now)

    with ThreadPoolExecutor(2) as pool:
        ids = [job.result() for job in (pool.submit(work), pool.submit(work))]
    assert ids[0] == ids[1] > 0
