"""Names of files, sheets and columns made to do harm: shown as signs in messages and lists, and nothing more."""

import csv
import os
from pathlib import Path

import pytest

from analysis.importers.faults import UNPRINTABLE, printable, refused, shortened

NAMES = {  # of a file: how it is shown
    "\x1b[2J\x1b[31mred.csv": r"\x1b[2J\x1b[31mred.csv",
    "two\nlines.csv": r"two\nlines.csv",
    "back\rto start.csv": r"back\rto start.csv",
    "\u202egnp.csv": r"\u202egnp.csv",
    "\u2066left\u2069.csv": r"\u2066left\u2069.csv",
    "\x07bell.csv": r"\x07bell.csv",
    "=cmd|' C calc'!A0.csv": "=cmd|' C calc'!A0.csv",
    "@SUM(1).csv": "@SUM(1).csv",
    "-rf.csv": "-rf.csv",
    "$(touch outside).csv": "$(touch outside).csv",
    "`touch outside`.csv": "`touch outside`.csv",
    "; touch outside.csv": "; touch outside.csv",
    "<img src=x onerror=alert(1)>.csv": "<img src=x onerror=alert(1)>.csv",
    "{0.__class__} %s.csv": "{0.__class__} %s.csv",
    "ស្រី\u200bខ្មែរ.csv": "ស្រី\u200bខ្មែរ.csv",  # a blank without width is a sign of Khmer
    "x" * 240 + ".csv": "x" * 240 + ".csv",
}
NOT_UTF_8 = b"caf\xe9.csv"


def is_harmless(text: str) -> bool:
    """Return whether a terminal shows ``text`` as it stands."""
    return not UNPRINTABLE.search(text.replace("\n", ""))


@pytest.fixture
def named(records):
    """The records, and beside them files of such names that no system writes."""
    for name in NAMES:
        (records.folder / name).write_text("first,second\n1,2\n")
    (records.folder / os.fsdecode(NOT_UTF_8)).write_text("first,second\n1,2\n")
    return records


def test_an_import_shows_them_as_signs_in_one_line_each(named):
    told = named.imported("--keep-going")
    assert told.status == 3
    assert is_harmless(told.out)
    left_out = [line.removeprefix("left out: ") for line in told.out.splitlines() if line.startswith("left out: ")]
    assert len(left_out) == len(NAMES) + 1
    for shown in NAMES.values():
        assert any(line.startswith(f"{shown}: no known system writes such a file") for line in left_out), shown
    assert r"caf\udce9.csv: its name, or that of a folder above, is not UTF-8. Give it another name." in left_out
    assert named.imported().err.count("\n") == 1
    assert not (Path.cwd() / "outside").exists()


def test_the_lists_hold_no_name_that_a_spreadsheet_would_run(named):
    named.imported("--keep-going")
    shown = {*NAMES.values(), r"caf\udce9.csv", "trainings.csv"}
    for place in ("data/processed/imported/rejected.csv", "data/restricted/files.csv"):
        with (named.root / place).open(encoding="utf-8", newline="") as stream:
            cells = [cell for line in csv.reader(stream) for cell in line]
        assert all(is_harmless(cell) and not cell.startswith(("=", "+", "-", "@")) for cell in cells), place
        listed = {cell.removeprefix("'") for cell in cells if cell.endswith(".csv")}
        assert listed == (shown if "files" in place else shown - {"trainings.csv"})


def test_inspecting_them_shows_signs_too(named, csv_of, trainings):
    (named.folder / "\x1b[31msound.csv").write_bytes(
        csv_of([[*trainings[0], "Shoe\x1b[31m \u202esize"], *trainings[1:]])
    )
    told = named.inspected()
    assert is_harmless(told.out)
    assert r"\x1b[31msound.csv: registers" in told.out
    assert r"not known: Shoe\x1b[31m \u202esize" in told.out


def test_a_sheet_named_so_is_told_in_one_line(named, workbook_of, trainings):
    header = [label for label in trainings[0] if label != "Completed on"]
    (named.folder / "book.xlsx").write_bytes(workbook_of([header], "\u202e=1+1"))
    told = named.inspected(named.folder / "book.xlsx")
    assert is_harmless(told.out)
    assert told.out.count("\n") == 1


@pytest.mark.parametrize(
    "sign", [*"\x00\x07\x08\x1b\x7f\x85\x9b\n\r\u061c\u200e\u2028\u202a\u202e\u2066\u2069\ud800\udfff"]
)
def test_no_sign_that_drives_a_terminal_gets_into_a_message(sign):
    for text in (printable(f"a{sign}b"), shortened(f"a{sign}b"), str(refused(Path(f"a{sign}b"), sign, sign, sign))):
        assert text.isprintable(), ascii(sign)


def test_what_people_write_stays_as_it_is():
    text = "ឈ្មោះ\u200bកុមារ, naïve – “x” 😀\u200d!"
    assert printable(text) == shortened(text) == text
