import pytest

from pulse.domain.errors import Invalid
from pulse.people import csv_file, uploads


@pytest.fixture
def written(tmp_path):
    def write(content, encoding="utf-8"):
        path = tmp_path / "staff.csv"
        path.write_bytes(content if isinstance(content, bytes) else content.encode(encoding))
        return path

    return write


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize(
    ("encoding", "found"),
    [("utf-8", "utf-8-sig"), ("utf-8-sig", "utf-8-sig"), ("cp1252", "cp1252")],
)
def test_delimiters_and_encodings_are_found(written, delimiter, encoding, found):
    text = f'id{delimiter}"na,me;"\n7{delimiter}Grün\n'
    file = csv_file.inspect(written(text, encoding))
    assert (file.encoding, file.delimiter, file.header) == (found, delimiter, ("id", "na,me;"))
    assert list(csv_file.rows(file)) == [(2, ["7", "Grün"])]


def test_a_file_that_is_utf8_to_the_last_byte_is_no_cp1252(written):
    text = "id,name\n" + "1,a\n" * 300_000 + "2,Grün\n"
    assert csv_file.inspect(written(text)).encoding == "utf-8-sig"


def test_lines_are_counted_through_quoted_breaks_and_blank_lines(written):
    file = csv_file.inspect(written('id,name\n1,"Ada\nLovelace"\n\n2,Ben\n'))
    assert list(csv_file.rows(file)) == [(2, ["1", "Ada\nLovelace"]), (5, ["2", "Ben"])]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "The file is empty."),
        (b"\n\n", "no header"),
        (b"id,name\n1,A\x00da\n", "NUL bytes"),
        ("id,name\n".encode("utf-16"), "UTF-16"),
        (b"just one column\nAda\n", "there is no header"),
        (b"7,Ada,2020-01-01\n", "looks like a person"),
        (b"name,mail@example.com\n", "looks like a person"),
        (b"id,name,id\n1,2,3\n", "Two columns are named “id”"),
        (b"id,name\n1,\x81\n", "neither UTF-8 nor Windows-1252"),
        (b",".join([b"c%d" % n for n in range(600)]) + b"\n", "600 columns"),
    ],
)
def test_files_that_cannot_be_read_are_refused_with_the_reason(written, content, message):
    with pytest.raises(Invalid, match=message):
        csv_file.inspect(written(content))


def test_a_quote_that_does_not_close_is_refused_with_its_line(written):
    file = csv_file.inspect(written('id,name\n1,Ada\n2,"Ben\n3,Carla\n'))
    with pytest.raises(Invalid, match="Line 3: a quoted cell does not end"):
        list(csv_file.rows(file))


def test_too_large_a_file_is_refused_before_it_is_read(written):
    path = written("id,name\n1,Ada\n")
    with pytest.raises(Invalid, match="at most"):
        csv_file.inspect(path, size_limit=10)


def test_an_upload_that_is_too_large_leaves_nothing_behind(tmp_path, written):
    folder = tmp_path / "uploads"
    with written(b"x" * 600_000).open("rb") as stream, pytest.raises(Invalid, match="larger than"):
        uploads.receive(folder, stream, size_limit=300_000)
    assert list(folder.iterdir()) == []


def test_uploads_are_private_and_swept_after_a_week(tmp_path, written):
    with written("id,name\n").open("rb") as stream:
        kept = uploads.receive(tmp_path / "uploads", stream)
    assert kept.file.stat().st_mode & 0o077 == 0
    made = kept.file.stat().st_mtime
    uploads.sweep(kept.folder, made + uploads.KEPT_SECONDS - 1)
    assert kept.file.exists()
    uploads.sweep(kept.folder, made + uploads.KEPT_SECONDS + 1)
    assert not kept.file.exists()
