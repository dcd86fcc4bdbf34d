"""The benchmark runs on small exports, and its readers come to the same result. Times are never looked at."""

import csv
import json
import subprocess
import sys

import pytest

from analysis.study import ROOT

pytestmark = pytest.mark.validation  # only whoever measures runs these programmes

N_CLIENTS, N_RECORDS = 700, 500


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("benchmark")


@pytest.fixture(scope="module")
def ran(folder):
    sizes = ["--clients", str(N_CLIENTS), "--records", str(N_RECORDS), "--repeats", "1", "--scale", "0.1"]
    command = [
        sys.executable,
        "-m",
        "benchmarks.imports",
        *sizes,
        "--work",
        str(folder),
        "--to",
        str(folder / "to.csv"),
        *("--python-calamine", "", "--duckdb", "", "--polars", sys.executable),
    ]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    with (folder / "to.csv").open(encoding="utf-8") as stream:
        return done.stdout, list(csv.DictReader(stream))


@pytest.fixture(scope="module")
def lines(ran):
    return ran[1]


def test_a_peer_that_is_not_there_is_left_out_with_a_line_that_says_so(ran):
    assert "calamine_workbook: left out; python -m benchmarks.environments python-calamine makes" in ran[0]
    assert "duckdb_cases: left out" in ran[0]


def test_every_reader_has_a_line_and_ours_stands_first(lines):
    of_workbook = ["read_workbook", "openpyxl_workbook", "polars_workbook"]
    of_cases = ["import_cases", "pandas_checked", "pandas_cases", "polars_cases"]
    assert [line["reader"] for line in lines] == [*of_workbook, *of_cases]
    assert [line["times_ours"] for line in lines if line["reader"] in ("read_workbook", "import_cases")] == ["1.0"] * 2


def test_the_lines_say_how_much_was_read(lines):
    assert {(line["benchmark"].split()[0], line["rows"]) for line in lines} == {
        ("OSCaR", str(N_CLIENTS)),
        ("Primero", str(N_RECORDS)),
    }


def test_exports_of_another_size_are_made_anew(ran, folder):
    made = {file.parent.name for file in folder.glob("*/*.csv")}
    assert made == {f"primero-{N_RECORDS}-0.1"}
    assert {file.parent.name for file in folder.glob("*/*.xlsx")} == {f"oscar-{N_CLIENTS}-0.1"}


def test_peers_are_told_the_columns_and_our_words(ran, folder):
    given = json.loads((folder / "given.json").read_text(encoding="utf-8"))
    assert set(given["codes"]) <= set(given["words"])
    assert all(given["words"].values())
