"""The benchmark of Moran's I runs without its peers, and says which it left out. Times are never looked at."""

import csv
import subprocess
import sys

import pytest

from analysis.study import ROOT


@pytest.fixture(scope="module")
def ran(tmp_path_factory):
    folder = tmp_path_factory.mktemp("benchmark")
    (folder / "no-r").mkdir()
    to = folder / "to.csv"
    sizes = ["--small", "19", "--large", "3", "--repeats", "1", "--esda", "", "--to", str(to)]
    command = [sys.executable, "-m", "benchmarks.spatial", *sizes]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, env=_without_r(folder / "no-r"))
    assert done.returncode == 0, done.stderr
    with to.open(encoding="utf-8") as stream:
        return done.stdout, list(csv.DictReader(stream))


def _without_r(empty):
    return {"PATH": str(empty), "PYTHONPATH": str(ROOT / "src"), "OPENBLAS_NUM_THREADS": "1"}


def test_a_peer_that_is_not_there_is_left_out_with_a_line_that_says_so(ran):
    said, _ = ran
    assert "R spdep: left out" in said
    assert "esda: left out; python -m benchmarks.environments esda makes its environment" in said


def test_both_maps_are_tested_by_ours(ran):
    _, lines = ran
    assert [(line["rows"], line["reader"]) for line in lines] == [("25", "models/spatial"), ("1600", "models/spatial")]
    assert {line["agreement"] for line in lines} == {"0e+00"}
    assert "3 permutations" in lines[1]["task"]
