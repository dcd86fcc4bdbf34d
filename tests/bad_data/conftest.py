"""A folder of exports with one small sound register in it, imported as somebody does who has records."""

import csv
import io
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import polars as pl
import pytest
import xlsxwriter

from analysis import __main__
from analysis.importers import keys, registers

HEADER = ["Agency", "Worker", "Province", "Course", "Completed on", "Status"]
TRAININGS = [
    HEADER,
    ["ngo01", "worker-1", "02", "Case management", "2024-03-01", "Completed"],
    ["ngo02", "worker-2", "02", "Reintegration", "2024-03-02", "Completed"],
]


def as_csv(rows: list[list[str]], **choice) -> bytes:
    text = io.StringIO()
    csv.writer(text, **{"lineterminator": "\n", **choice}).writerows(rows)
    return text.getvalue().encode("utf-8", "surrogatepass")


def as_workbook(rows: list[list[str]], tab: str = "Trainings") -> bytes:
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, {"in_memory": True}) as book:
        sheet = book.add_worksheet(tab)
        for y, cells in enumerate(rows):
            for x, cell in enumerate(cells):
                sheet.write_string(y, x, cell)
    return stream.getvalue()


@dataclass
class Told:
    """How a command ended and what it said."""

    status: int
    out: str
    err: str


@dataclass
class Records:
    """A folder of exports and the place of their results."""

    folder: Path
    root: Path
    run: Callable[[list[str]], Told]

    def imported(self, *choice: str) -> Told:
        """Import the folder."""
        return self.run(["import", str(self.folder), "--to", str(self.root), *choice])

    def inspected(self, *files: Path) -> Told:
        """Inspect ``files``, or the folder."""
        return self.run(["inspect", *map(str, files or [self.folder])])

    def table(self, name: str) -> pl.DataFrame:
        """Return a table that was imported."""
        return pl.read_parquet(self.root / "data" / "processed" / "imported" / f"{name}.parquet")

    def results(self) -> list[Path]:
        """Return the files of the results."""
        return [file for file in self.root.rglob("*") if file.is_file()]


@pytest.fixture
def records(tmp_path, monkeypatch, capsys) -> Records:
    """A folder with a register of two trainings."""
    monkeypatch.setenv(keys.VARIABLE, "k" * 64)
    (tmp_path / "records").mkdir()
    (tmp_path / "root").mkdir()
    (tmp_path / "records" / "trainings.csv").write_bytes(as_csv(TRAININGS))

    def run(arguments: list[str]) -> Told:
        status = __main__.main(arguments)
        return Told(status, *capsys.readouterr())

    return Records(tmp_path / "records", tmp_path / "root", run)


@pytest.fixture
def trainings() -> list[list[str]]:
    """The header and the lines of the register."""
    return [list(cells) for cells in TRAININGS]


@pytest.fixture
def csv_of() -> Callable[..., bytes]:
    """Return a function that writes rows as CSV."""
    return as_csv


@pytest.fixture
def workbook_of() -> Callable[..., bytes]:
    """Return a function that writes rows as a workbook."""
    return as_workbook


@pytest.fixture
def courses() -> Callable[[Path], list[str]]:
    """Return a function that reads a file as a register and gives the courses in it; no line of it may be lost."""

    def of(file: Path) -> list[str]:
        found = registers.read(file)
        found.findings.check_nothing_lost()
        return found.tables["trainings"]["course"].to_list()

    return of
