"""The benchmark runs on small exports, and its readers come to the same result. Times are never looked at."""

import csv
import importlib.util
import subprocess
import sys

import pytest

from analysis.study import ROOT

N_CLIENTS, N_RECORDS = 700, 500


@pytest.fixture(scope="module")
def lines(tmp_path_factory):
    folder = tmp_path_factory.mktemp("benchmark")
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
    ]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    with (folder / "to.csv").open(encoding="utf-8") as stream:
        return list(csv.DictReader(stream))


def test_every_reader_has_a_line_and_ours_stands_first(lines):
    peers = ["openpyxl_workbook"] + ["calamine_workbook"] * bool(importlib.util.find_spec("python_calamine"))
    of_cases = ["import_cases", "pandas_checked", "pandas_cases"]
    assert [line["reader"] for line in lines] == ["read_workbook", *peers, *of_cases]
    assert [line["times_ours"] for line in lines if line["reader"] in ("read_workbook", "import_cases")] == ["1.0"] * 2


def test_the_lines_say_how_much_was_read(lines):
    assert {(line["benchmark"].split()[0], line["rows"]) for line in lines} == {
        ("OSCaR", str(N_CLIENTS)),
        ("Primero", str(N_RECORDS)),
    }
