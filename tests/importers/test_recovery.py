"""Recovery: from the simulated exports of a new seed a reader gets back what was written, and every planted fault.

The country is drawn with another seed than the one of ``make``; ``expected`` and ``faults`` are what its writers noted
beside the files. Equal means equal: every row, every column, no tolerance.
"""

import polars as pl
import pytest

from analysis.importers import as_read, detect
from analysis.simulate import run

COUNTRIES = [  # seed and scale; whole countries take longer and are drawn by make validate
    pytest.param((20260101, 0.3), id="a third of a country"),
    pytest.param((20260102, 1), id="a whole country", marks=pytest.mark.validation),
    pytest.param((20260103, 1), id="another country", marks=pytest.mark.validation),
]
FOUND_ON_THE_WAY = {"T31"}  # seen only when files are joined; tests/importers/test_import_whole.py
PLACE = ["file", "sheet", "row", "check", "action"]


@pytest.fixture(scope="module", params=COUNTRIES)
def country(request, tmp_path_factory):
    out = tmp_path_factory.mktemp("country") / "out"
    run.simulate(out, *request.param)
    return out


@pytest.fixture(scope="module")
def read(country):
    exports = country / "exports"
    files = sorted(f for f in exports.rglob("*") if f.is_file() and f.name != run.MARK)
    return {f.relative_to(exports).as_posix(): detect.importer_of(f).read(f) for f in files}


@pytest.fixture(scope="module")
def planted(country):
    faults = pl.concat(pl.read_parquet(file) for file in sorted(country.glob("truth/*/faults.parquet")))
    return faults.filter(~pl.col("check").is_in(FOUND_ON_THE_WAY))


@pytest.fixture(scope="module")
def reported(read):
    return pl.concat(found.findings.frame.select(pl.lit(file).alias("file"), pl.all()) for file, found in read.items())


@pytest.mark.parametrize("table", as_read.SCHEMAS)
def test_every_row_read_is_a_row_written(country, read, table):
    files = sorted(country.glob(f"truth/*/expected/{table}.parquet"))
    written = pl.concat(pl.read_parquet(file) for file in files)
    came_back = pl.concat(
        found.tables[table].select(pl.lit(file).alias("file"), pl.all())
        for file, found in read.items()
        if table in found.tables
    )
    assert written.height > 0
    assert different(written, came_back) == {}


def test_every_planted_fault_is_reported_and_nothing_else(planted, reported):
    one_line_a_row = pl.col("row").is_not_null()
    planted_rows = planted.filter(one_line_a_row).select(PLACE).unique()
    reported_rows = reported.filter(one_line_a_row).select(PLACE).unique()
    missed = planted_rows.join(reported_rows, on=PLACE, how="anti", nulls_equal=True)
    false_alarms = reported_rows.join(planted_rows, on=PLACE, how="anti", nulls_equal=True)
    assert planted_rows.height > 0
    assert by_check(missed) == {}
    assert by_check(false_alarms) == {}


def test_every_distortion_of_a_whole_sheet_is_reported_and_no_other(planted, reported):
    of_a_sheet, place = pl.col("row").is_null(), ["file", "sheet", "check"]
    planted_sheets = planted.filter(of_a_sheet).select(place).unique()
    reported_sheets = reported.filter(of_a_sheet).select(place).unique()
    assert by_check(planted_sheets.join(reported_sheets, on=place, how="anti")) == {}
    assert by_check(reported_sheets.join(planted_sheets, on=place, how="anti")) == {}


def test_every_trap_that_an_export_can_hold_occurs(planted):
    traps = {f"T{number:02d}" for number in range(1, 33)} - {"T29"} - FOUND_ON_THE_WAY  # T29 would stop the import
    assert traps - set(planted["check"]) == set()


def test_no_line_is_lost_on_the_way(read):
    for found in read.values():
        found.findings.check_nothing_lost()


def different(written: pl.DataFrame, came_back: pl.DataFrame) -> dict[str, int]:
    """Return how many rows of each file stand only on one side, by the first column in which they differ."""
    columns = written.columns
    only = {
        "written": written.join(came_back, on=columns, how="anti", nulls_equal=True),
        "read": came_back.join(written, on=columns, how="anti", nulls_equal=True),
    }
    counts = {
        f"only {side}: {file}": n
        for side, rows in only.items()
        for file, n in rows.group_by("file").len().sort("file").iter_rows()
    }
    if written.height != came_back.height:
        counts["rows written, read"] = (written.height, came_back.height)
    return counts


def by_check(rows: pl.DataFrame) -> dict[str, int]:
    return dict(rows.group_by("check").len().sort("check").iter_rows())
