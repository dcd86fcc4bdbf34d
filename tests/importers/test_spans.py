"""A sheet that reaches into the last corner of Excel is refused before it asks for all memory."""

import zipfile

import pytest
import xlsxwriter

from analysis.importers import formats, spans
from analysis.importers.faults import ExportError


@pytest.fixture
def written(tmp_path):
    """Return a function that writes a small table and one cell far from it."""

    def write(row, column):
        file = tmp_path / f"{row}-{column}.xlsx"
        with xlsxwriter.Workbook(file) as book:
            sheet = book.add_worksheet("Clients")
            sheet.write_row(0, 0, ["ID", "Gender"])
            sheet.write(row, column, " ")
        return file

    return write


def test_one_cell_in_the_last_corner_is_too_far(written):
    with pytest.raises(ExportError, match=r"reaches over more than 150 million cells.*press Ctrl\+End"):
        formats.kind(written(1_048_575, 16_383))


@pytest.mark.parametrize(("row", "column"), [(1_048_575, 99), (99, 16_383), (5, 1)])
def test_a_long_or_a_wide_sheet_is_not(written, row, column):
    assert formats.kind(written(row, column)) == "workbook"


def test_a_damaged_sheet_is_left_to_the_reader(written):
    file = written(5, 1)
    content = bytearray(file.read_bytes())
    at = content.index(b"xl/worksheets/sheet1.xml") + 40
    content[at : at + 60] = b"\xff" * 60
    file.write_bytes(content)
    with zipfile.ZipFile(file) as archive:
        assert spans.reach_too_far(archive) is False
