"""CSV exports that went wrong: read as the same lines, or refused in one message that says where and what to do."""

import pytest

from analysis.importers import detect, separated
from analysis.importers.faults import ExportError

SAME = {
    "mark in front": lambda text: b"\xef\xbb\xbf" + text,
    "CRLF": lambda text: text.replace(b"\n", b"\r\n"),
    "no end of line": lambda text: text.rstrip(b"\n"),
    "blank lines": lambda text: text.replace(b"\n", b"\n\n"),
    "semicolons": lambda text: text.replace(b",", b";"),
    "tabs": lambda text: text.replace(b",", b"\t"),
}
REFUSED = {
    "nothing": (lambda text: b"", "the file is empty. Export it again"),
    "UTF-16": (lambda text: text.decode().encode("utf-16"), "the text is UTF-16. Open it in Excel and save it as"),
    "UTF-16 unmarked": (lambda text: text.decode().encode("utf-16-le"), "found other bytes. Export it again"),
    "Windows-1252": (lambda text: text.replace(b"02", b"\xe9"), "expected UTF-8 text. Open it in Excel and save it as"),
    "Windows-1252 far below": (
        lambda text: text + b"ngo01,worker-1,02,Other,2024-03-01,\n" * 3000 + b"\xe9\n",
        "expected UTF-8 text. Open it in Excel and save it as",
    ),
    "NUL": (lambda text: text.replace(b"02", b"\0"), "found other bytes. Export it again"),
    "CR": (lambda text: text.replace(b"\n", b"\r"), "its lines end in the old Macintosh way. Open it in Excel"),
    "quote in the last row": (lambda text: text.replace(b"ngo02", b'"ngo02'), "quotation mark"),
    "quote in a row": (lambda text: text.replace(b"ngo01", b'"ngo01'), "quotation mark"),
    "cell too many": (
        lambda text: text.replace(b"ngo02", b"ngo02,"),
        "row 3 has more cells than the header, which has 6",
    ),
    "cell more in each row": (lambda text: text.replace(b"ngo", b"x,ngo"), "row 2 has more cells than the header"),
}


@pytest.fixture
def text(csv_of, trainings) -> bytes:
    return csv_of(trainings)


@pytest.mark.parametrize("way", SAME)
def test_what_a_spreadsheet_does_to_bytes_alone_loses_no_line(way, text, tmp_path, courses):
    (tmp_path / "trainings.csv").write_bytes(SAME[way](text))
    assert detect.importer_of(tmp_path / "trainings.csv").SYSTEM == "registers"
    assert courses(tmp_path / "trainings.csv") == ["case_management", "reintegration"]


@pytest.mark.parametrize("way", REFUSED)
def test_what_cannot_be_read_is_one_line(way, text, records):
    spoil, said = REFUSED[way]
    (records.folder / "trainings.csv").write_bytes(spoil(text))
    told = records.imported()
    assert (told.status, told.out, told.err.count("\n")) == (1, "", 1)
    assert told.err.startswith("import: trainings.csv: ")
    assert said in told.err
    assert records.results() == []


def test_a_header_alone_is_a_register_without_lines(text, tmp_path, courses):
    (tmp_path / "trainings.csv").write_bytes(text[: text.index(b"\n") + 1])
    assert courses(tmp_path / "trainings.csv") == []


def test_a_row_that_ends_early_is_kept_with_nothing_in_the_cells_it_lacks(text, tmp_path, courses):
    (tmp_path / "trainings.csv").write_bytes(text + b"ngo03,worker-3,02,Other\nngo04\n")
    assert courses(tmp_path / "trainings.csv") == ["case_management", "reintegration", "other", "unknown"]


def test_a_sign_that_is_no_text_far_below_is_kept_out_of_the_table_and_accounted_for(text, tmp_path, courses):
    lines = b"ngo01,worker-1,02,Other,2024-03-01,\n" * 3000
    (tmp_path / "trainings.csv").write_bytes(text + lines + b"ngo0\0,w,02,Oth\0er,2024-03-01,\x1b[2J\n")
    assert courses(tmp_path / "trainings.csv") == ["case_management", "reintegration", *["other"] * 3000, "unknown"]


def test_a_quote_that_opens_in_the_header_is_told(text, tmp_path):
    file = tmp_path / "trainings.csv"
    file.write_bytes(b'"' + text)
    with pytest.raises(ExportError, match=r"^trainings\.csv: no known system writes such a file"):
        detect.importer_of(file)
    assert str(separated._broken(file, 6)).startswith("trainings.csv: row 1 has a quotation mark that does not close")


def test_a_long_header_of_letters_of_several_bytes_is_not_taken_for_another_encoding(tmp_path):
    file = tmp_path / "long.csv"
    for n_ahead in range(3):  # the first stretch that is read ends within a letter in two of three
        file.write_bytes(b"x" * n_ahead + ("ស្រី" * 20_000).encode())
        with pytest.raises(ExportError, match="no known system writes such a file"):
            detect.importer_of(file)


@pytest.mark.parametrize("line", [1, 3])
def test_a_line_without_end_is_refused_before_it_is_read(text, line, tmp_path):
    """A gigabyte in one line; the disk holds nothing of it, for most of it was never written."""
    file = tmp_path / "trainings.csv"
    lines = text.splitlines(keepends=True)
    file.write_bytes(b"".join(lines[: line - 1]) + lines[line - 1].rstrip(b"\n") + b"x" * 70_000)
    with file.open("r+b") as stream:
        stream.truncate(1 << 30)
    with pytest.raises(ExportError, match=rf"^trainings\.csv: line {line} is longer than 16 megabytes, as no row is"):
        detect.importer_of(file)


def test_only_a_line_that_is_too_long_is_refused_wherever_it_stands(text, tmp_path, courses, monkeypatch):
    monkeypatch.setattr(separated, "LONGEST_LINE", 100)
    file, rows = tmp_path / "trainings.csv", b"ngo01,worker-1,02,Other,2024-03-01,\n" * 10
    whole = b"ngo09," + b"y" * 93 + b"\n"  # with its end as long as may be
    for content in (text + rows, text + whole, text + rows + whole + rows):
        file.write_bytes(content)
        assert len(courses(file)) == content.count(b"\n") - 1
    for before in (b"", rows[:36], rows):
        file.write_bytes(text + before + b"y" + whole + rows)
        with pytest.raises(ExportError, match=f"line {4 + before.count(b'ngo')} is longer than"):
            detect.importer_of(file)
