"""The registers as files: lines where the truth says, cases by the number their system shows, faults where noted."""

import csv
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import openpyxl
import polars as pl
import pytest

from analysis.importers import as_read, detect
from analysis.simulate import block, parameters
from analysis.simulate.exports import registers
from analysis.simulate.planted import Planted

NUMBERS = parameters.load()
PREFIX = "part-0001/"
TITLES = {
    **{"closure_events": "Closures", "exchange_rates": "Exchange rates", "trainings": "Trainings"},
    **{"household_checks": "Household checks", "plan_goals": "Plan goals", "commune_years": "Commune years"},
    "partner_evidence": "Partner evidence",
}


@pytest.fixture(scope="module")
def world():
    return block.build(NUMBERS, 4, 1, 0.03)


@pytest.fixture(scope="module")
def written(world, tmp_path_factory):
    folder = tmp_path_factory.mktemp("registers")
    planted = Planted()
    registers.write(world, folder, PREFIX, planted, NUMBERS, np.random.default_rng(8))
    planted.write(folder / "truth")
    book = openpyxl.load_workbook(folder / registers.WORKBOOK, read_only=True)
    sheets = {tab.title: list(tab.iter_rows(values_only=True)) for tab in book}
    with (folder / registers.LEDGER).open(encoding="utf-8", newline="") as opened:
        ledger = list(csv.DictReader(opened))
    read = {
        file: detect.importer_of(folder / file).read(folder / file) for file in (registers.WORKBOOK, registers.LEDGER)
    }
    return SimpleNamespace(
        folder=folder,
        sheets=sheets,
        ledger=ledger,
        read=read,
        faults=pl.read_parquet(folder / "truth" / "faults.parquet"),
        expected={file.stem: pl.read_parquet(file) for file in (folder / "truth" / "expected").glob("*.parquet")},
    )


def test_each_register_is_a_sheet_with_a_line_for_each_of_its_rows(world, written):
    assert set(written.sheets) == set(TITLES.values())
    for table, title in TITLES.items():
        rows = getattr(world, table)
        n = rows["check_no"].nunique() if table == "household_checks" else len(rows)
        header, *lines = written.sheets[title]
        assert sum(line != header for line in lines) == n, table
    assert len(written.ledger) == len(world.cost_lines)


@pytest.mark.parametrize("table", [*TITLES, "cost_lines"])
def test_a_reader_finds_the_rows_that_were_written(written, table):
    file = registers.LEDGER if table == "cost_lines" else registers.WORKBOOK
    expected = written.expected[table].drop("file")
    found = written.read[file].tables[table]
    assert list(expected.columns) == list(as_read.SCHEMAS[table])
    assert expected.height == found.height > 0
    assert expected.join(found, on=expected.columns, how="anti", nulls_equal=True).height == 0


def test_every_fault_is_found_and_no_other(written):
    place = ["file", "row", "check", "action"]
    told = [
        found.findings.frame.select(pl.lit(PREFIX + file).alias("file"), pl.all()).select(place)
        for file, found in written.read.items()
    ]
    assert set(written.faults["check"]) == {"unknown_code", "unreadable_number", "date_order", "header_repeated", "T21"}
    assert set(written.faults.select(place).rows()) == set(pl.concat(told).rows())


def test_cases_are_named_as_their_system_shows_them(world, written):
    cases = world.cases.set_index("case_no")
    names = {"OSCaR": set(cases["slug"].dropna()), "Primero": set(cases["case_uuid"].dropna())}
    short = {number[-7:] for number in names["Primero"]}
    seen = {(line["System"], line["Case number"]) for line in written.ledger}
    assert ("", "") in seen  # bought for several children
    for system, number in seen - {("", "")}:
        assert number in names[system] or (system == "Primero" and number in short)
    assert any(number in short for _, number in seen)
    assert any(number in names["Primero"] for _, number in seen)


def test_a_line_names_the_case_that_it_is_about(world, written):
    slug = world.cases.set_index("case_no")["slug"]
    for line, case_no in zip(written.ledger, world.cost_lines["case_no"], strict=True):
        if line["System"] == "OSCaR":
            assert slug[case_no] == line["Case number"]


def test_blank_cells_of_closures_are_those_left_blank(world, written):
    header, *lines = written.sheets["Closures"]
    for event, line in zip(world.closure_events.to_dict("records"), lines, strict=True):
        cells = dict(zip(header, line, strict=True))
        left = event["left_blank"].split("|")
        for stage in ("present", "identified", "traced", "assessed", "enrolled", "in_school"):
            expected = None if f"n_children_{stage}" in left else event[f"n_children_{stage}"]
            assert cells[f"Children {stage.replace('_', ' ')}"] == expected
        assert (cells["High"] is None) == ("tiers" in left)
        assert (cells["Closed on"] is None) == ("closed_on" in left)
        assert (cells["Facility"] is None) == ("facility_no" in left)


def test_names_of_partners_are_marked(written):
    _, *lines = written.sheets["Partner evidence"]
    assert all(line[1].startswith("PRIVATE") for line in lines)


def test_without_a_case_files_have_their_headers(world, tmp_path):
    nobody = {
        name: getattr(world, name).head(0) for name in ("cost_items", "cost_lines", "household_checks", "plan_goals")
    }
    registers.write(replace(world, **nobody), tmp_path, PREFIX, Planted(), NUMBERS, np.random.default_rng(1))
    assert len((tmp_path / registers.LEDGER).read_text(encoding="utf-8").splitlines()) == 1
