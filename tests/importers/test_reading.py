"""Cells come out as a person sees them, under their own row numbers, and only from the columns asked for."""

import datetime
import zipfile
from pathlib import Path

import polars as pl
import pytest
import xlsxwriter
import xlwt

from analysis.importers import formats, reading
from analysis.importers.faults import ExportError


@pytest.fixture
def workbook(tmp_path: Path) -> Path:
    """A sheet that starts at B3, with an empty row, a date, a boolean, an error, spaces and a second, empty sheet."""
    file = tmp_path / "report.xlsx"
    with xlsxwriter.Workbook(str(file)) as book:
        sheet = book.add_worksheet("Clients")
        day = book.add_format({"num_format": "dd/mm/yyyy"})
        sheet.write_row(2, 1, ["ID", "Born", "Private", "Seen", "Total"])
        sheet.write_string(3, 1, "  cif-1 \u00a0\u200b x\n")
        sheet.write_datetime(3, 2, datetime.datetime(2010, 3, 1), day)
        sheet.write_string(3, 3, "PRIVATE-given-00001")
        sheet.write_boolean(3, 4, True)
        sheet.write_formula(3, 5, "=1/0", None, "#DIV/0!")
        sheet.write_string(5, 1, "cif-2")
        sheet.write_number(5, 5, 3)
        sheet.write_string(6, 3, "PRIVATE-given-00002")
        book.add_worksheet("Empty")
    return file


def csv(folder: Path, content: str | bytes) -> Path:
    file = folder / "export.csv"
    file.write_bytes(content.encode() if isinstance(content, str) else content)
    return file


def test_a_workbook_has_a_grid_for_each_sheet_that_holds_anything(workbook: Path) -> None:
    (grid,) = reading.grids(workbook)

    assert (grid.sheet, grid.header_row) == ("Clients", 3)
    assert grid.header == ("", "ID", "Born", "Private", "Seen", "Total")


def test_cells_are_tidy_text_under_the_row_numbers_of_excel(workbook: Path) -> None:
    (grid,) = reading.grids(workbook)

    rows = reading.read(grid, {"id": 1, "born": 2, "seen": 4, "total": 5})

    assert rows.rows() == [
        ("Clients", 4, "cif-1 x", "2010-03-01 00:00:00", "true", None),
        ("Clients", 6, "cif-2", None, None, "3"),
        ("Clients", 7, None, None, None, None),  # filled where nothing is read: it must not vanish
    ]


def test_a_column_that_is_not_asked_for_is_not_in_the_frame(workbook: Path) -> None:
    (grid,) = reading.grids(workbook)

    assert "PRIVATE" not in str(reading.read(grid, {"id": 1, "far": 40}).rows())


def test_only_answers_leave_a_personal_column(workbook: Path) -> None:
    (grid,) = reading.grids(workbook)

    answers = reading.is_match(grid, [3], r"0002$")

    assert answers.filter("is_match")["row"].to_list() == [7]
    assert answers.schema == {"row": pl.Int64, "is_match": pl.Boolean}


def test_the_same_columns_come_out_of_a_legacy_workbook(tmp_path: Path) -> None:
    book = xlwt.Workbook()
    sheet = book.add_sheet("Worksheet1")
    for row, cells in enumerate([["ID", "", "Food"], ["a", "3", "enough"], [], ["b", "4", "good"]], start=1):
        for column, cell in enumerate(cells, start=1):
            sheet.write(row, column, cell)
    book.save(str(tmp_path / "report.xls"))
    (grid,) = reading.grids(tmp_path / "report.xls")

    rows = reading.read(grid, {"id": 1, "score": 2})

    assert grid.header == ("", "ID", "", "Food")
    assert rows.rows() == [("Worksheet1", 3, "a", "3"), ("Worksheet1", 5, "b", "4")]


def test_a_header_of_two_rows_is_given_by_the_caller(workbook: Path) -> None:
    (grid,) = reading.grids(workbook)

    below = reading.with_header(grid, 4, ("", " Case  id "))

    assert below.header == ("", "Case id", "", "", "", "")
    assert reading.read(below, {"id": 1})["row"].to_list() == [6, 7]
    assert reading.top(grid, 3)[2][1] == "ID"


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_a_csv_keeps_quoted_breaks_and_separators(tmp_path: Path, separator: str, mark: str) -> None:
    lines = ["id|note|sex", '1|"a\nb"|f', "||", '2|"x,;\ty"|m', '3|"say ""no"""|f']
    file = csv(tmp_path, mark + "\n".join(lines).replace("|", separator) + "\n")
    (grid,) = reading.grids(file)

    rows = reading.read(grid, {"id": 0, "sex": 2, "note": 1})

    assert rows["row"].to_list() == [2, 4, 5]
    assert rows["note"].to_list() == ["a b", "x,; y", 'say "no"']
    assert rows["sex"].to_list() == ["f", "m", "f"]


def test_khmer_text_is_composed(tmp_path: Path) -> None:
    (grid,) = reading.grids(csv(tmp_path, "ឈ្មោះ,cafe\u0301\nភេទ,cafe\u0301\n"))

    assert grid.header == ("ឈ្មោះ", "café")
    assert reading.read(grid, {"word": 1})["word"].to_list() == ["café"]


@pytest.mark.parametrize(("extra", "row"), [(",9", 3), (",9,9,9", 3)])
def test_a_row_with_more_cells_than_the_header_is_named(tmp_path: Path, extra: str, row: int) -> None:
    (grid,) = reading.grids(csv(tmp_path, f"id,sex\n1,f\n2,PRIVATE{extra}\n"))

    with pytest.raises(ExportError, match=rf"export\.csv: row {row} has more cells than the header") as caught:
        reading.read(grid, {"id": 0})
    assert "PRIVATE" not in str(caught.value)


def test_a_separator_at_the_end_of_rows_is_harmless(tmp_path: Path) -> None:
    (grid,) = reading.grids(csv(tmp_path, "id,sex\n1,f,\n2\n"))

    assert reading.read(grid, {"id": 0, "sex": 1}).rows() == [("", 2, "1", "f"), ("", 3, "2", None)]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "is empty"),
        (b" \n\n", "is empty"),
        ("id,sex\n1,f\n".encode("utf-16"), "UTF-16"),
        (b"id,sex\n1,\xff\xfe\n", "expected UTF-8"),
        (b"id,sex\r1,f\r", "old Macintosh"),
        (b'id,sex\n"1,f\n2,m\n', "quotation mark"),
        (b"id\0sex\n", "found other bytes"),
        (b"PK\x03\x04 cut off", "damaged"),
        (formats.OLE + formats.LOCKED, "locked with a password.*on your own computer"),
        (formats.OLE + b"nothing known", "another Office file"),
        (formats.OLE + formats.LEGACY[0], "damaged"),
        (b'{"data": []}', "found JSON"),
    ],
)
def test_a_file_that_is_no_table_is_refused_with_a_reason(tmp_path: Path, content: bytes, message: str) -> None:
    file = csv(tmp_path, content)

    with pytest.raises(ExportError, match=rf"^export\.csv: .*{message}"):
        [reading.read(grid, {"id": 0}) for grid in reading.grids(file)]


def test_an_archive_is_to_be_unpacked_first(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "all.zip", "w") as archive:
        archive.writestr("export.csv", "id\n1\n")

    with pytest.raises(ExportError, match=r"all\.zip: this is an archive.*Unpack it on your own computer"):
        reading.grids(tmp_path / "all.zip")


def test_a_missing_file_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(ExportError, match=r"gone\.csv: the file cannot be opened: no such file"):
        reading.grids(tmp_path / "gone.csv")


def test_a_file_that_changed_is_read_again(tmp_path: Path) -> None:
    reading.grids(csv(tmp_path, "id,sex\n1,f\n"))

    (grid,) = reading.grids(csv(tmp_path, "code;sex;age\n1;f;2\n"))

    assert grid.header == ("code", "sex", "age")
