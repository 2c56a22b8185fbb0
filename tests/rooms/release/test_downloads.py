"""A release as files: the same rows in each, no formula, and nothing that is hidden."""

import csv
import json
from dataclasses import replace
from datetime import datetime
from io import BytesIO, StringIO
from typing import Any

import openpyxl
import pytest
from flask import Flask

from pulse.db import reading
from pulse.domain.dimension import ORGANISATION, Dimension
from pulse.domain.errors import NotFound
from pulse.release import downloads, export, records, spreadsheet
from pulse.release import reading as releases
from pulse.release.records import Wanted
from tests.support.released import UNITS, manifest, papers, released, survey

EVIL = '=HYPERLINK("https://evil.example")'


@pytest.fixture
def release_id(app: Flask, now: datetime) -> int:
    """A company in which names and comments are formulas, wherever somebody may write one."""
    wave = manifest(survey(now), now)
    nodes = tuple(
        replace(node, name=f"{EVIL};{EVIL}", members=("+care/north", "@x"))
        if node.code == "care/north"
        else node
        for node in UNITS
    )
    wave = replace(
        wave, dimensions=(Dimension(ORGANISATION, "Organisation", nodes), *wave.dimensions[1:])
    )
    ballots = [
        *papers("care/north", 12, 5, words=EVIL),
        *papers("care/south", 9, 4, words="one\n-two;\t@three"),
        *papers("shops", 20, 2),
        *papers("office", 3, 5),
    ]
    return released(wave, ballots, now)


def made(release_id: int, name: str) -> bytes:
    file = BytesIO()
    with reading() as session:
        downloads.write(session, releases.get(session, release_id), name, file)
    return file.getvalue()


def table(release_id: int, name: str) -> list[list[str]]:
    return list(csv.reader(StringIO(made(release_id, name).decode("utf-8-sig"))))


def sheet(book: openpyxl.Workbook, name: str) -> list[list[Any]]:
    return [list(row) for row in book[name].iter_rows(values_only=True)]


def plain(value: object) -> object:
    """Give a number as a number, from whichever file it was read; nothing as an empty text."""
    try:
        return float(str(value))
    except ValueError:
        return "" if value is None else value


def test_the_spreadsheet_has_the_rows_of_the_csv_files(release_id: int) -> None:
    book = openpyxl.load_workbook(BytesIO(made(release_id, "release-with-comments.xlsx")))
    assert book.sheetnames == ["cells", "groups", "spread", "moments", "comments", "about"]
    for name in ("cells", "groups", "spread", "moments", "comments"):
        rows = [[plain(value) for value in row] for row in sheet(book, name)]
        assert rows == [[plain(value) for value in row] for row in table(release_id, f"{name}.csv")]
        assert len(rows) > 5 or name in {"spread", "moments"}
    about = dict(sheet(book, "about"))
    told = json.loads(made(release_id, "release.json"))
    assert (about["name"], about["wave"], about["ballots"]) == ("value", told["wave"], 44)
    assert json.loads(about["policy"]) == told["policy"]


def test_no_cell_of_any_file_is_a_formula(release_id: int) -> None:
    book = openpyxl.load_workbook(BytesIO(made(release_id, "release-with-comments.xlsx")))
    found = [cell for page in book for row in page.iter_rows() for cell in row]
    assert {cell.data_type for cell in found} <= {"s", "n"}
    assert not [cell for cell in found if cell.hyperlink]
    texts = [cell.value for cell in found if cell.data_type == "s" and cell.value]
    for name in ("cells.csv", "groups.csv", "spread.csv", "comments.csv"):
        cells = [cell for row in table(release_id, name) for cell in row]
        texts += [cell for cell in cells if isinstance(plain(cell), str)]
    assert not [text for text in texts if text.startswith(("=", "+", "@", "-", "\t", "\r"))]
    named = f"'{EVIL};'{EVIL}"
    assert named in texts
    assert "one\n'-two;\t'@three" in texts
    assert "'+care/north | '@x" in texts


def test_numbers_are_numbers_and_intervals_are_words(release_id: int) -> None:
    book = openpyxl.load_workbook(BytesIO(made(release_id, "release.xlsx")))
    headers, *body = sheet(book, "cells")
    rows = [dict(zip(headers, row, strict=True)) for row in body]
    north = next(row for row in rows if (row["group"], row["measure"]) == ("care/north", "enps"))
    assert (north["n"], north["favourable"], north["unfavourable"]) == (12, "11..12", "0..1")
    care = next(row for row in rows if (row["group"], row["measure"]) == ("care", "engagement_1"))
    assert (care["n"], care["favourable"]) == (21, 20)


def test_without_comments_there_is_not_one(release_id: int) -> None:
    content = made(release_id, "release.xlsx")
    names = openpyxl.load_workbook(BytesIO(content)).sheetnames
    assert names == ["cells", "groups", "spread", "moments", "about"]
    assert set(downloads.FOR_ALL) & set(downloads.FOR_HR) == set()
    for name in downloads.FOR_ALL:
        assert b"three" not in made(release_id, name)


def test_what_one_sheet_or_cell_cannot_hold_goes_on_or_is_cut_with_words() -> None:
    long = "x" * 40_000
    many = export.Sheet("many", ("a",), ([f"{at}"] for at in range(25)))
    file = BytesIO()
    with spreadsheet.Workbook(file, {"constant_memory": True}) as book:
        spreadsheet._add(book, many, most_rows=11)
        spreadsheet._add(book, export.Sheet("long", ("a",), [[long]]))
    read = openpyxl.load_workbook(BytesIO(file.getvalue()))
    assert read.sheetnames == ["many", "many 2", "many 3", "long"]
    assert [page.max_row for page in read][:3] == [11, 11, 6]
    text = read["long"]["A2"].value
    assert len(text) == spreadsheet.LONGEST_TEXT
    assert text.endswith(spreadsheet.CUT)


def test_there_is_no_file_of_another_name(release_id: int) -> None:
    with pytest.raises(NotFound):
        made(release_id, "staff.csv")


def test_records_say_what_the_files_say(release_id: int) -> None:
    with reading() as session:
        release = releases.get(session, release_id)
        found = records.cells(session, release, Wanted())
        only = records.cells(session, release, Wanted(ORGANISATION, "office"))
    headers, *body = table(release_id, "cells.csv")
    assert len(found.records) == len(body)
    for record, row in zip(found.records, body, strict=True):
        said = {name: value for name, value in zip(headers, row, strict=True) if value}
        assert set(said) == set(record)
        for name, value in record.items():
            ends = f"{value['low']:g}..{value['high']:g}" if isinstance(value, dict) else value
            assert said[name] == str(ends) or float(said[name]) == value
    assert only.groups == 1
    assert {record["status"] for record in only.records} == {"merged"}
    assert all(set(record) <= {*headers[:8]} for record in only.records)
