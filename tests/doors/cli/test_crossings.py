"""A pulse with a crossing, from its declaration in the shell to what is published of it."""

import csv
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient, FlaskCliRunner
from sqlalchemy import select

from pulse.db import reading, transaction
from pulse.domain.certificate import LIMIT
from pulse.domain.manifest import Manifest
from pulse.domain.permission import Role
from pulse.people.model import Employee, EmploymentSpell, Unit
from pulse.release import lines
from pulse.release.lines import Wanted
from pulse.surveys import bank, standing
from tests.support import staffed
from tests.support.signing_in import sign_in

LATER = ("--opens", "2031-08-01T09:00", "--closes", "2031-08-08T17:00")
TIMES = ("--opens", "2031-07-01T09:00", "--closes", "2031-07-08T17:00")
BOTH = "organisation*sex"
CODES = [code for code in bank.pack("core").codes if code != "needs_open"]
PEOPLE = range(40)
Rows = list[dict[str, str]]


@dataclass(frozen=True)
class Pulse:
    """A wave of forty people in two units, ten women and ten men in each."""

    run: Callable[..., str]
    folder: Path
    wave: str

    def manifest(self) -> Manifest:
        with reading() as session:
            return standing.manifest(session, int(self.wave))

    def played(self, *people: int) -> None:
        """Let these people answer, then close and release the wave."""
        file = self.folder / "answers.csv"
        with file.open("w", newline="") as into:
            rows = csv.writer(into)
            rows.writerow(["id", *CODES])
            for person in people:
                rows.writerow([person, *(1 + (person + at) % 5 for at in range(len(CODES)))])
        assert f"{len(people)} ballots dropped" in self.run("fieldwork", "play", self.wave, file)
        self.run("waves", "close", self.wave)
        self.run("waves", "release", self.wave)

    def published(self, name: str) -> Rows:
        self.run("release", "export", self.wave, "--out", self.folder / "out")
        with (self.folder / "out" / name).open(newline="") as file:
            return list(csv.DictReader(file))

    def about(self) -> dict[str, dict[str, float]]:
        text = (self.folder / "out" / "release.json").read_text()
        return dict(json.loads(text))


@pytest.fixture
def pulse(app: Flask, runner: FlaskCliRunner, tmp_path: Path) -> Pulse:
    def run(*arguments: object) -> str:
        result = runner.invoke(args=[str(item) for item in arguments])
        assert result.exit_code == 0, result.output
        return result.output.strip()

    staffed.company(people=len(PEOPLE))
    survey = run(
        *("surveys", "create", "--title", "Spring pulse", "--pack", "core"),
        *("--dimension", "sex", "--dimension", BOTH),
    )
    return opened(run, tmp_path, survey, *TIMES)


def opened(run: Callable[..., str], folder: Path, survey: str, *times: str) -> Pulse:
    wave = run("waves", "plan", survey, *times)
    run("waves", "open", wave)
    return Pulse(run, folder, wave)


def woman(person: int) -> bool:
    return person // 2 % 2 == 0


def in_care(person: int) -> bool:
    return person % 2 == 0


def test_the_manifest_has_a_slot_for_each_question_of_the_crossing(pulse: Pulse) -> None:
    manifest = pulse.manifest()
    assert [item.key for item in manifest.dimensions] == ["organisation", "sex", BOTH]
    asked = [slot for slot in manifest.slots if slot.dimension == BOTH]
    assert [slot.question for slot in asked] == [item.code for item in manifest.scored]
    assert Manifest.parse(manifest.canonical()) == manifest


def test_the_groups_of_a_crossing_are_published_and_add_up(pulse: Pulse) -> None:
    pulse.played(*PEOPLE)
    groups = {row["name"]: row for row in pulse.published("groups.csv")}
    assert {name: groups[name]["n"] for name in groups if groups[name]["dimension"] == BOTH} == {
        "Care: F": "10",
        "Care: M": "10",
        "Shops: F": "10",
        "Shops: M": "10",
    }
    cells = pulse.published("cells.csv")
    codes = {row["group"]: name for name, row in groups.items()}
    counts = {
        (codes[row["group"]], row["measure"]): (row["n"], row["favourable"], row["unfavourable"])
        for row in cells
        if row["kind"] == "question"
    }
    for code in CODES:
        for whole, parts in (
            ("Care", ("Care: F", "Care: M")),
            ("Shops", ("Shops: F", "Shops: M")),
            ("F", ("Care: F", "Shops: F")),
            ("M", ("Care: M", "Shops: M")),
        ):
            for at in range(3):
                low, high = ends(counts[whole, code][at])
                each = [ends(counts[part, code][at]) for part in parts]
                assert sum(one for one, _ in each) <= high
                assert sum(other for _, other in each) >= low


def ends(count: str) -> tuple[float, float]:
    """Read a count, or the interval that is published of it."""
    low, _, high = count.partition("..")
    return float(low), float(high or low)


def test_the_certificate_covers_the_crossing_and_the_audit_finds_nothing(pulse: Pulse) -> None:
    pulse.played(*PEOPLE)
    groups = pulse.published("groups.csv")
    about = pulse.about()
    assert len(about["plan"][BOTH]) == 4
    assert 0 < about["policy"]["certificate"] < LIMIT
    found = pulse.run("release", "audit", pulse.wave)
    shown = sum(row["status"] == "released" for row in groups)
    assert f"combinations: {shown} groups over 40 people who took part, 4 kinds" in found
    assert found.endswith("Nothing was found.")


def silent_men_but_three(*units: bool) -> list[int]:
    """Give who answers where of the men in these units (Care: True) only three do."""
    men = {
        care: [one for one in PEOPLE if in_care(one) is care and not woman(one)] for care in units
    }
    return [one for one in PEOPLE if not any(one in found[3:] for found in men.values())]


def test_too_few_in_a_crossing_are_not_shown_with_a_reason_on_every_page(
    pulse: Pulse, client: FlaskClient
) -> None:
    """Of the men three answer in each unit: the unit less its women would be these three."""
    pulse.played(*silent_men_but_three(True, False))
    rows = [row for row in pulse.published("groups.csv") if row["dimension"] == BOTH]
    assert [(row["name"], row["reason"], row["n"]) for row in rows] == [
        ("Care: F", "COMPLEMENTARY", ""),
        ("Care: M", "BELOW_FLOOR", ""),
        ("Shops: F", "COMPLEMENTARY", ""),
        ("Shops: M", "BELOW_FLOOR", ""),
    ]
    assert pulse.run("release", "audit", pulse.wave).endswith("Nothing was found.")
    hr = sign_in(client, Role.HR)
    code = {row["name"]: row["group"].replace("+", "%2B") for row in rows}
    for path in ("/results", "/hr/results"):
        page = hr.get(f"{path}?group={BOTH}:{code['Care: M']}").text
        assert '<optgroup label="Organisation and Sex together">' in page
        assert "Fewer than 5 people answered here" in page
        other = hr.get(f"{path}?group={BOTH}:{code['Shops: F']}").text
        assert "together with its neighbours it would reveal a group of fewer than 5" in other
    assert "What everybody together answered" in hr.get("/results").text


def test_a_crossing_that_would_give_three_away_is_left_out_with_its_reason(
    pulse: Pulse, client: FlaskClient
) -> None:
    """All men less the men of the shops would be the three men in Care."""
    pulse.played(*silent_men_but_three(True))
    groups = pulse.published("groups.csv")
    rows = [row for row in groups if row["dimension"] == BOTH]
    assert {(row["status"], row["reason"], row["n"]) for row in rows} == {
        ("suppressed", "OUTSIDE", "")
    }
    assert not [
        row
        for row in pulse.published("cells.csv")
        if row["dimension"] == BOTH and (row["n"] or row["score"])
    ]
    assert {row["name"]: row["n"] for row in groups if row["dimension"] == "sex"} == {
        "F": "20",
        "M": "13",
    }
    assert pulse.about()["policy"]["certificate"] < LIMIT
    assert pulse.run("release", "audit", pulse.wave).endswith("Nothing was found.")
    hr = sign_in(client, Role.HR)
    reason = "together with the other groups it could reveal something about fewer than 5"
    for path in ("/results", "/hr/results"):
        assert reason in hr.get(f"{path}?group={BOTH}:{rows[0]['group']}").text


def test_a_line_of_a_crossing_breaks_where_its_part_was_reorganised(pulse: Pulse) -> None:
    """Two people of Care are now in a unit below it: the women there are no longer the same."""
    pulse.played(*PEOPLE)
    with transaction() as session:
        care = session.scalars(select(Unit).where(Unit.key == "Care")).one()
        kiosk = Unit(key="Kiosk", name="Kiosk", parent_id=care.id)
        session.add(kiosk)
        session.flush()
        moved = session.scalars(select(Employee.id).where(Employee.number.in_(["0", "4"]))).all()
        spells = select(EmploymentSpell).where(EmploymentSpell.employee_id.in_(moved))
        for spell in session.scalars(spells):
            spell.unit_id = kiosk.id
        codes = (f"u{care.id}*c-f", f"u{care.id + 1}*c-f")
    opened(pulse.run, pulse.folder, "1", *LATER).played(*PEOPLE)
    with reading() as session:
        women, others = (lines.line(session, Wanted(BOTH, code, "engagement")) for code in codes)
    assert [point.broken for point in women.points] == [
        None,
        "The group changed: now with a small unit.",
    ]
    assert [point.broken for point in others.points] == [None, None]


def test_a_page_tells_people_how_answers_are_grouped(pulse: Pulse, client: FlaskClient) -> None:
    ways = "by Organisation, Sex, Organisation and Sex together"
    assert ways in client.get(f"/s/{pulse.wave}").text
    assert ways in client.get("/promise").text
