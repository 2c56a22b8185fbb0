"""The invented company's staff file: written as CSV, and read back the way HR's would be."""

import csv
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from pulse.db import transaction
from pulse.demo.company import WITHOUT_MAIL, Company, Worker
from pulse.domain.staff_columns import Field
from pulse.domain.staff_plan import AttributeChoice, StaffPlan
from pulse.people import csv_file, importing, imports, mappings, staging
from pulse.people.importing import ApplyOrder
from pulse.people.imports import ImportState, NewImport
from pulse.people.scratch import Scratch

FILE_NAME = "harbour-and-vale-staff.csv"
HEADER = (
    "Employee number",
    "Name",
    "E-mail",
    "Unit",
    "Hired on",
    "Last day",
    "Reason for leaving",
    "Notice given on",
    "Time zone",
    "Site",
    "Contract",
)
PLAN = StaffPlan(
    columns={
        Field.NUMBER: "Employee number",
        Field.NAME: "Name",
        Field.EMAIL: "E-mail",
        Field.UNIT: "Unit",
        Field.HIRED_ON: "Hired on",
        Field.LEFT_ON: "Last day",
        Field.SEPARATION: "Reason for leaving",
        Field.NOTICE_ON: "Notice given on",
        Field.TIME_ZONE: "Time zone",
    },
    attributes=(AttributeChoice("Site", reportable=True), AttributeChoice("Contract", True)),  # noqa: FBT003  (its only flag)
)


def load(company: Company, now: datetime) -> None:
    """Import the company's staff through the same verbs that HR's page uses."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / FILE_NAME
        write(company, path)
        file = csv_file.inspect(path)
        with Scratch(Path(folder) / "scratch") as scratch:
            staged = staging.stage(file, PLAN, scratch, now.date())
            with transaction() as session:
                report = importing.apply(session, staged, ApplyOrder(now.date()))
                mappings.remember(session, file.header, PLAN, now)
                kept = imports.receive(session, NewImport(FILE_NAME, None, now.date()), now)
                imports.finish(session, kept, ImportState.APPLIED, report, now)


def write(company: Company, path: Path) -> None:
    """Write the staff file."""
    with path.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(HEADER)
        rows.writerows(_row(company, worker) for worker in company.workers)


def _row(company: Company, worker: Worker) -> list[str]:
    team = company.teams[worker.team]
    days = (worker.hired_on, worker.left_on, worker.notice_on)
    hired, left, notice = (day.isoformat() if day else "" for day in days)
    mail = "" if team.department in WITHOUT_MAIL else address(worker)
    return [
        worker.number,
        worker.name,
        mail,
        team.path,
        hired,
        left,
        worker.kind,
        notice,
        "Europe/London",
        worker.site,
        worker.contract,
    ]


def address(worker: Worker) -> str:
    """Give the e-mail address of a person; the number keeps namesakes apart."""
    name = worker.name.lower().replace(" ", ".")
    return f"{name}.{worker.number}@harbourandvale.example"
