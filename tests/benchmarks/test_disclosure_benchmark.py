"""The benchmark of the gate runs without its peers, and says that it did. Times are never looked at."""

import csv
import subprocess
import sys

import pytest

from analysis.study import ROOT

N_TABLES, N_TIMED = 8, 2


@pytest.fixture(scope="module")
def ran(tmp_path_factory):
    to = tmp_path_factory.mktemp("benchmark") / "to.csv"
    sizes = ["--tables", str(N_TABLES), "--timed", str(N_TIMED), "--to", str(to), "--acro", "", "--pytauargus", ""]
    command = [sys.executable, "-m", "benchmarks.disclosure", *sizes]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    with to.open(encoding="utf-8") as stream:
        return done.stdout, list(csv.DictReader(stream))


def test_a_peer_that_is_not_there_is_left_out_with_a_line_that_says_so(ran):
    said, _ = ran
    for tool in ("acro", "acro_apart", "acro_round", "tauargus"):
        assert f"{tool}: left out; python -m benchmarks.environments " in said


def test_the_gate_is_attacked_and_timed(ran):
    _, (attacked, timed) = ran
    assert (attacked["tables"], timed["tables"]) == (str(N_TABLES), str(N_TIMED))
    assert int(attacked["small"]) > 50
    assert (attacked["recovered"], attacked["narrow"]) == ("0", "0")
    assert int(timed["withheld"]) > 0
