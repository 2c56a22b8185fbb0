import pytest

from pulse.churn.consented_file import MOST_BYTES, NEEDS_CONSENT, decoded, parsed
from pulse.domain.consented import Row
from pulse.domain.errors import Invalid

HEADER = "months,left,group,consent,entry,age"
GOOD = "12,no,Bar,yes,0,30"


def refused(*lines: str, header: str = HEADER) -> list[str]:
    with pytest.raises(Invalid) as caught:
        parsed("\n".join([header, *lines]))
    return caught.value.message.splitlines()


def test_rows_are_read_with_their_further_columns() -> None:
    found = parsed(f"{HEADER},site\n 3.5 ,yes,Bar,yes,,30,Bonn\n12,0,Bar,TRUE,2,41.5,Ulm\n")
    assert found.columns == ("age", "site")
    assert found.rows == (
        Row(3.5, left=True, group="Bar", entry=0.0, further=(30.0, "Bonn")),
        Row(12.0, left=False, group="Bar", entry=2.0, further=(41.5, "Ulm")),
    )


def test_a_column_with_one_word_is_a_column_of_words() -> None:
    found = parsed(f"{HEADER}\n{GOOD}\n12,no,Bar,yes,0,old\n")
    assert [row.further for row in found.rows] == [("30",), ("old",)]


@pytest.mark.parametrize("delimiter", [";", "\t"])
def test_other_delimiters_and_line_ends(delimiter: str) -> None:
    text = f"{HEADER}\r\n{GOOD}\r\n".replace(",", delimiter)
    assert parsed(decoded(b"\xef\xbb\xbf" + text.encode())) == parsed(f"{HEADER}\n{GOOD}\n")


@pytest.mark.parametrize("word", ["yes", "Yes", "true", "1", "ja", "si", "sì", "oui"])
def test_words_for_yes(word: str) -> None:
    assert parsed(f"{HEADER}\n12,{word},Bar,{word},0,30\n").rows[0].left


@pytest.mark.parametrize("word", ["no", "", "2", "unknown", "yes?"])
def test_a_row_without_consent_refuses_the_file(word: str) -> None:
    found = refused(GOOD, f"12,no,Bar,{word},0,30", GOOD)
    assert found == [NEEDS_CONSENT, f"line 3, consent: “{word}” is no consent."]


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("0,no,Bar,yes,0,30", "line 2, months: “0” is no number of months above 0, up to 720."),
        ("720.5,no,Bar,yes,0,30", "line 2, months: “720.5” is no number of months"),
        ("nan,no,Bar,yes,0,30", "line 2, months: “nan” is no number of months"),
        ("x,no,Bar,yes,0,30", "line 2, months: “x” is no number of months"),
        (",no,Bar,yes,0,30", "line 2, months: “” is no number of months"),
        ("12,perhaps,Bar,yes,0,30", "line 2, left: “perhaps” is neither yes nor no."),
        ("12,no,,yes,0,30", "line 2, group: It is empty."),
        (f"12,no,{'B' * 41},yes,0,30", "line 2, group: It is longer than 40 letters."),
        (
            "12,no,Bar,yes,12,30",
            "line 2, entry: “12” is no number of months from 0 on and below 12",
        ),
        ("12,no,Bar,yes,-1,30", "line 2, entry: “-1” is no number of months"),
        ("12,no,Bar,yes,nan,30", "line 2, entry: “nan” is no number of months"),
        ("12,no,Bar,yes,0,", "line 2, age: It is empty."),
        ("12,no,Bar,yes,0,inf", "line 2, age: “inf” is no number."),
        ("12,no,Bar,yes", "line 2, age: It is empty."),
        (f"{GOOD},more", "line 2, row: It has more cells than the header."),
    ],
)
def test_each_wrong_field_is_named(line: str, words: str) -> None:
    (found,) = refused(line)
    assert found.startswith(words)


def test_the_edges_of_what_is_taken() -> None:
    found = parsed(f"{HEADER}\n720,no,{'B' * 40},yes,719.9,-3e2\n")
    assert found.rows[0].further == (-300.0,)


def test_at_most_twenty_faults_are_told() -> None:
    assert len(refused(*["12,no,Bar,no,0,30"] * 20)) == 21
    found = refused(*["12,no,Bar,no,0,30"] * 23)
    assert len(found) == 22
    assert found[-1] == "and 3 more"


def test_a_wrong_header_is_named() -> None:
    assert refused(GOOD, header="months,left,entry,age") == [
        "The file has no column group, consent."
    ]
    assert "“age” is none" in refused(GOOD, header=f"{HEADER},age")[0]
    assert "“ ” is none" in refused(GOOD, header=f"{HEADER}, ")[0]
    nine = ",".join(f"c{number}" for number in range(8))
    assert refused(GOOD, header=f"{HEADER},{nine}") == [
        "At most 8 further columns can be compared."
    ]


def test_what_is_no_table_is_refused() -> None:
    assert refused() == ["The file has no rows."]
    assert "The file is no CSV" in refused('12,no,"Bar')[0]
    with pytest.raises(Invalid, match="not saved as UTF-8"):
        decoded("Café".encode("cp1252"))
    with pytest.raises(Invalid, match="NUL"):
        decoded(b"months\x00")


def test_a_file_that_is_too_large_is_refused() -> None:
    assert decoded(b" " * MOST_BYTES)
    with pytest.raises(Invalid, match="larger than 5 MB"):
        decoded(b" " * (MOST_BYTES + 1))
