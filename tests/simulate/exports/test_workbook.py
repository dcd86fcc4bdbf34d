import datetime as dt
import re
import zipfile

import openpyxl
import polars as pl
import pytest

from analysis.simulate.exports.workbook import SheetOfRows, write_workbook

ROWS = [
    ["Top", None, "ខ្មែរ"],
    ["a", 1, True],
    ["b", 2.5, None],
    [None, dt.date(2020, 1, 2), dt.datetime(2020, 1, 2, 3, 4)],
]


@pytest.mark.parametrize("name", ["book.xlsx", "book.xls"])
@pytest.mark.parametrize("merged", [(), ((0, 0, 0, 1),)], ids=["plain", "merged"])
def test_cells_come_back_and_bytes_are_the_same_each_time(tmp_path, name, merged):
    written = []
    for _ in range(2):
        write_workbook(tmp_path / name, [SheetOfRows("One", iter(ROWS), merged), SheetOfRows("Clients' List", ROWS)])
        written.append((tmp_path / name).read_bytes())
    assert written[0] == written[1]
    for sheet in ("One", "Clients' List"):
        found = pl.read_excel(tmp_path / name, sheet_name=sheet, has_header=False, infer_schema_length=0)
        assert found.rows() == [
            ("Top", None, "ខ្មែរ"),
            ("a", "1", "true"),
            ("b", "2.5", None),
            (None, "2020-01-02 00:00:00", "2020-01-02 03:04:00"),
        ]


def test_no_clock_is_read(tmp_path):
    write_workbook(tmp_path / "book.xlsx", [SheetOfRows("One", ROWS)])
    with zipfile.ZipFile(tmp_path / "book.xlsx") as parts:
        assert set(re.findall(rb"\d{4}-\d\d-\d\dT", parts.read("docProps/core.xml"))) == {b"2025-01-01T"}
        assert {part.date_time[0] for part in parts.infolist()} == {1980}


def test_types_are_native_and_ranges_are_merged(tmp_path):
    write_workbook(tmp_path / "book.xlsx", [SheetOfRows("One", ROWS, ((0, 0, 0, 1),), "d-mmm-yyyy")])
    tab = openpyxl.load_workbook(tmp_path / "book.xlsx")["One"]
    assert [str(cells) for cells in tab.merged_cells.ranges] == ["A1:B1"]
    assert [tab["B2"].value, tab["C2"].value, tab["B4"].value] == [1, True, dt.datetime(2020, 1, 2)]
    assert tab["B4"].number_format == "d-mmm-yyyy"


@pytest.mark.parametrize(
    ("file", "tab", "message"),
    [("book.ods", "One", "ends in .xlsx or .xls"), ("book.xlsx", "x" * 32, "31 letters at most")],
)
def test_what_excel_cannot_hold_is_refused(tmp_path, file, tab, message):
    with pytest.raises(ValueError, match=message):
        write_workbook(tmp_path / file, [SheetOfRows(tab, ROWS)])
    assert not (tmp_path / file).exists()
