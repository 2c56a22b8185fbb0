"""Publications of the same ballots are one system of equations; two waves are not."""

import csv
import json
from collections import Counter
from datetime import datetime, timedelta
from io import StringIO
from random import Random

import numpy as np
import pytest
from flask import Flask
from scipy import sparse

from pulse.audit import answers, cuts, exchange, intervals, linear, search
from pulse.audit.attack import audit, audit_all
from pulse.audit.budget import Budget
from pulse.audit.files import Cell, Group, Range, ReleaseFiles
from pulse.audit.question import Question, bounds
from pulse.audit.system import Sums, counts
from pulse.db import reading
from pulse.domain.dimension import ORGANISATION
from pulse.release import export
from pulse.release import reading as releases
from tests.support import isolation
from tests.support.released import manifest, papers, released, survey

BALLOTS = [
    *papers("care/north", 12, 5),
    *papers("care/south", 9, 2),
    *papers("shops", 14, 4),
    *papers("office", 7, 5),
]
MORE = timedelta(days=30)


@pytest.fixture
def publish(app: Flask, now: datetime):
    """Publish ballots in a wave of their own, and give the files with the wave's number changed."""
    of = survey(now)
    when = iter(range(1, 9))

    def publish(ballots, wave: int, floor: int = 5):
        at = now + next(when) * MORE
        frozen = manifest(of, at, floor=floor)
        release_id = released(frozen, ballots, at)
        with reading() as session:
            texts = export.files(session, releases.get(session, release_id))
        about = json.loads(texts["release.json"]) | {"wave": wave}
        return ReleaseFiles(texts["cells.csv"], texts["groups.csv"], json.dumps(about))

    return publish


def listed(ballots, everybody=None) -> str:
    """Write a staff list by person: whoever did not take part is asked all the same."""
    came = Counter(map(repr, ballots))
    text = StringIO()
    writer = csv.writer(text)
    writer.writerow(("person", "people", "took_part", ORGANISATION, "site"))
    for number, paper in enumerate(everybody or ballots):
        took_part = int(came[repr(paper)] > 0)
        came[repr(paper)] -= took_part
        writer.writerow((number, 1, took_part, paper.unit, paper.site))
    return text.getvalue()


def test_a_late_ballot_is_the_difference_of_two_publications(publish) -> None:
    late = papers("office", 1, 1)
    everybody = [*BALLOTS, *late]
    before = (publish(BALLOTS, 1), listed(BALLOTS, everybody))
    after = (publish(everybody, 1), listed(everybody))
    assert audit_all([before]).findings == audit_all([after]).findings == []
    report = audit_all([before, after])
    one = next(found for found in report.findings if found.engine == "minimum cuts")
    assert one.people == 1
    assert any(line.startswith("publication 2: ") for line in one.cells)
    assert any(found.engine == search.ENGINE for found in report.findings)


def test_the_same_publication_twice_tells_nothing_more(publish) -> None:
    files = publish(BALLOTS, 1)
    assert audit_all([(files, listed(BALLOTS)), (files, listed(BALLOTS))]).findings == []


def test_history_on_a_new_tree_shows_who_moved(publish) -> None:
    moved = [*papers("shops", 2, 4), *BALLOTS[2:]]
    assert audit_all([(publish(moved, 1), listed(moved))]).findings == []
    both = [(publish(BALLOTS, 1), listed(BALLOTS)), (publish(moved, 1), listed(moved))]
    found = {(one.engine, one.people) for one in audit_all(both).findings}
    assert {(cuts.ENGINE, 2), (search.ENGINE, 2)} <= found


def test_a_lower_floor_breaks_the_promise_of_the_first(publish) -> None:
    """Seven of the office are enough for a floor of five, and too few for the eight promised."""
    both = [(publish(BALLOTS, 1, 8), listed(BALLOTS)), (publish(BALLOTS, 1, 5), listed(BALLOTS))]
    assert any(found.people == 7 for found in audit_all(both).findings)


def test_lists_that_nobody_could_join_are_no_pass(publish) -> None:
    moved = [*papers("shops", 2, 4), *BALLOTS[2:]]
    both = [(publish(one, 1), without_persons(one)) for one in (BALLOTS, moved)]
    assert [found.engine for found in audit_all(both).findings] == ["parser"]


def test_a_staff_list_of_somebody_else_is_no_pass(publish) -> None:
    findings = audit(publish(BALLOTS, 1), listed(BALLOTS[:20])).findings
    assert any("knows only" in found.words for found in findings)


def test_another_wave_is_a_guess_and_no_finding(publish) -> None:
    """One person left between two waves: that is said, with what somebody would read."""
    staff = [listed(BALLOTS), listed(BALLOTS[1:])]
    both = [(publish(BALLOTS, 1), staff[0]), (publish(BALLOTS[1:], 2), staff[1])]
    rosters = {1: as_roster(staff[0]), 2: as_roster(staff[0], skip="0")}
    report = audit_all(both, rosters=rosters)
    assert report.findings == []
    north = next(note for note in report.notes if "organisation:care/north" in note)
    assert "0 came and 1 went" in north
    assert "engagement_1 11.5 of 12 to 10.5 of 11" in north
    assert "a guess and no equation" in north
    assert not any("organisation:shops" in note for note in report.notes)


def test_too_little_time_is_said(publish) -> None:
    report = audit_all([(publish(BALLOTS, 1), listed(BALLOTS))], seconds=0.0)
    assert report.findings == []
    assert not report.is_finished
    assert any("NOT FINISHED" in line for line in report.lines())
    assert report.verdict == "Nothing was found in that time."


def test_a_cut_finds_just_what_exact_algebra_finds() -> None:
    random, leaks = Random(3), 0
    for _ in range(400):
        published, groups = two_partitions(random)
        floor = random.choice((2, 3))
        exact = isolation.isolated(groups, len(published.people), floor)
        found = list(cuts.findings(published, floor, Budget()))
        assert bool(found) == (exact is not None), groups
        assert all(0 < one.people < floor for one in found)
        leaks += bool(found)
    assert 50 < leaks < 350


def test_the_certificate_leaves_nobody_out_whom_exact_algebra_finds() -> None:
    random = Random(5)
    for _ in range(300):
        published, groups = two_partitions(random)
        exact = isolation.isolated(groups, len(published.people), 3)
        assert exact is None or set(linear.unproven(published, 3, Budget())) & exact


def test_a_witness_reads_as_a_sum() -> None:
    published, _ = named([{0, 1, 2, 3}, {0, 1}, {2, 3, 4}], 5)
    (found,) = search.findings(published, 2, Budget())
    assert found.words == "“1” + “2” - “0” = 1 person (person 4)"
    assert len(found.cells) == 3


def test_intervals_alone_find_what_follows_line_by_line() -> None:
    """Of six, one agreed; of these and two others, three: the two did."""
    published, _ = named([{0, 1, 2, 3, 4, 5}, set(range(8))], 8)
    cells = [cell("0", 6, Range(1, 1)), cell("1", 8, Range(3, 3))]
    (found,) = [
        one
        for one in intervals.findings(Question("q", cells, merged(published)))
        if one.words.endswith("answered favourably") and "not" not in one.words
    ]
    assert found.people == 2


def test_certainty_about_many_people_is_a_leak_as_well() -> None:
    """None of 18 or one agreed, of the 22 others ten, of all ten: so none did."""
    published, _ = laid([set(range(40)), set(range(18)), set(range(18, 40))], 40, ["a", "b", "b"])
    cells = [
        cell("0", 40, Range(10, 10)),
        cell("1", 18, Range(0, 1)),
        cell("2", 22, Range(10, 10)),
    ]
    one = Question("q", cells, merged(published))
    for found in (list(intervals.findings(one)), list(answers.findings(one, Budget()))):
        assert [item.people for item in found] == [18]
        assert found[0].words.endswith("did not answer favourably")


def test_an_exchange_shows_nothing_that_no_solution_shows() -> None:
    """What is certain is the same whether every end has its own programme or not."""
    random, found = Random(11), 0
    for _ in range(60):
        one = question(random)
        people = one.sums.people
        programme = answers._Programme(bounds(one), people, Budget())
        ends = {(at, end) for at in range(len(people)) for end in range(4)}
        slow = {end for end in ends if not answers._Search(programme, None, {end})._try({end})}
        fast = set(answers._Search(programme, exchange.pairs(one.sums), set(ends)).certain())
        assert fast == slow
        found += bool(slow)
    assert 10 < found < 60


def question(random: Random) -> Question:
    """Invent a company with answers, and publish exact counts of its units and two classes."""
    people = [(random.randrange(4), random.randrange(2), random.randrange(2)) for _ in range(24)]
    answered = [random.choice((0, 0, 0, 1, 2)) for _ in people]
    columns = [(place, code) for place, codes in ((0, 4), (1, 2), (2, 2)) for code in range(codes)]
    groups, cells, inside = [], [], []
    for place, code in columns:
        members = [at for at, person in enumerate(people) if person[place] == code]
        good, bad = (sum(answered[at] == which for at in members) for which in (0, 1))
        key = (f"d{place}", str(code))
        groups.append(Group(*key, str(code), frozenset(), len(members), is_block=True))
        exact = (Range(good, good), Range(bad, bad))
        cells.append(Cell(key, "q", len(members), *exact, None, 0.0))
        inside.append([float(at in members) for at in range(len(people))])
    published = Sums(groups, [""] * 24, sparse.csr_array(np.array(inside).T), counts([1] * 24))
    return Question("q", cells, merged(published))


def cell(group: str, n: int, favourable: Range) -> Cell:
    return Cell(("unit", group), "q", n, favourable, Range(0, n - favourable.low), None, 0.0)


def merged(published: Sums) -> Sums:
    """Make one kind of people in the same groups."""
    rows = Counter(map(tuple, published.inside.toarray()))
    inside = sparse.csr_array(np.array(list(rows)))
    return Sums(published.groups, [str(row) for row in rows], inside, counts(rows.values()))


def two_partitions(random: Random):
    """Cut a tiny company twice; now and then somebody lies in only one of the partitions."""
    people = random.randint(6, 12)
    groups: list[tuple[str, set[int]]] = []
    for key in ("one", "other"):
        parts = random.choice((2, 2, 3))
        drawn = [random.randrange(parts) if random.random() < 0.97 else -1 for _ in range(people)]
        cut = ({at for at in range(people) if drawn[at] == part} for part in range(parts))
        groups += [(key, group) for group in cut if group]
    return laid([group for _, group in groups], people, [key for key, _ in groups])


def named(groups: list[set[int]], people: int):
    return laid(groups, people, [f"dimension {at}" for at in range(len(groups))])


def laid(groups: list[set[int]], people: int, keys: list[str]):
    """Give groups as the attacker has them, everybody a kind of their own."""
    listed_groups = [
        Group(key, str(at), str(at), frozenset(map(str, group)), len(group), is_block=True)
        for at, (key, group) in enumerate(zip(keys, groups, strict=True))
    ]
    inside = np.array([[float(at in group) for group in groups] for at in range(people)])
    names = [f"person {at}" for at in range(people)]
    published = Sums(listed_groups, names, sparse.csr_array(inside), counts([1] * people))
    return published, [frozenset(group) for group in groups]


def without_persons(ballots) -> str:
    rows = list(csv.DictReader(StringIO(listed(ballots))))
    text = StringIO()
    writer = csv.DictWriter(
        text, [key for key in rows[0] if key != "person"], extrasaction="ignore"
    )
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def as_roster(staff: str, skip: str = "") -> str:
    rows = [row for row in csv.DictReader(StringIO(staff)) if row["person"] != skip]
    text = StringIO()
    writer = csv.DictWriter(text, ("person", ORGANISATION, "site"), extrasaction="ignore")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()
