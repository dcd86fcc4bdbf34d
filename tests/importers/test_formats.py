"""A damaged legacy workbook is refused before it can hang the reader or ask for all memory."""

import struct
from pathlib import Path

import pytest
import xlwt

from analysis.importers import biff, compound, formats, reading
from analysis.importers.faults import ExportError

CELL, DIMENSIONS = 0x00FD, 0x0200


@pytest.fixture(params=[3, 900], ids=["small", "large"])
def workbook(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    book = xlwt.Workbook()
    sheet = book.add_sheet("S")
    for row in range(request.param):
        sheet.write(row, 0, f"text {row}")
    book.save(str(tmp_path / "report.xls"))
    return tmp_path / "report.xls"


def damaged(file: Path, at: int, change: bytes) -> bytes:
    content = bytearray(file.read_bytes())
    content[at : at + len(change)] = change
    file.write_bytes(content)
    return bytes(content)


def place_of_record(file: Path, kind: int) -> int:
    """Return where the first record of this kind stands in the file."""
    stream, at = compound.workbook(file.read_bytes()), 0
    while struct.unpack_from("<H", stream, at)[0] != kind:
        at += 4 + struct.unpack_from("<H", stream, at + 2)[0]
    return file.read_bytes().index(stream[at : at + 14])


def test_a_whole_workbook_is_sound(workbook: Path) -> None:
    assert biff.is_sound(workbook.read_bytes())
    assert formats.kind(workbook) == "workbook"
    assert len(reading.grids(workbook)) == 1


def test_sectors_in_a_circle_are_refused(workbook: Path) -> None:
    (table,) = struct.unpack_from("<I", workbook.read_bytes(), 76)
    content = damaged(workbook, 512 * (table + 1), struct.pack("<I", 0))  # sector 0 is followed by itself

    assert not compound.is_sound(content)
    with pytest.raises(ExportError, match=r"report\.xls: the workbook is damaged"):
        reading.grids(workbook)


@pytest.mark.parametrize(
    ("kind", "offset", "change"), [(CELL, 6, b"\xff\xff"), (DIMENSIONS, 8, b"\xff" * 4), (DIMENSIONS, 14, b"\xff\xff")]
)
def test_a_claim_of_more_cells_than_a_sheet_has_is_refused(
    workbook: Path, kind: int, offset: int, change: bytes
) -> None:
    content = damaged(workbook, place_of_record(workbook, kind) + offset, change)

    assert not biff.is_sound(content)


@pytest.mark.parametrize("n_bytes", [8, 100, 511, 513, 700, 2000, 4100])
def test_a_workbook_that_was_cut_off_is_refused_or_read(workbook: Path, n_bytes: int) -> None:
    workbook.write_bytes(workbook.read_bytes()[:n_bytes])

    with pytest.raises(ExportError, match=r"damaged|another Office file"):
        [reading.read(grid, {"id": 0}) for grid in reading.grids(workbook)]
