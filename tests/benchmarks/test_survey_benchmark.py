"""The benchmark of surveys runs without its peers, and says which it left out. Times are never looked at."""

import csv
import subprocess
import sys

import pytest

from analysis.study import ROOT

pytestmark = pytest.mark.validation  # only whoever measures runs these programmes


@pytest.fixture(scope="module")
def ran(tmp_path_factory):
    to = tmp_path_factory.mktemp("benchmark") / "to.csv"
    command = [sys.executable, "-m", "benchmarks.survey", "--task", "0", "5", "6", "--repeats", "1", "--rscript", ""]
    done = subprocess.run(
        [*command, "--svy", "", "--samplics", "", "--to", str(to)], cwd=ROOT, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    with to.open(encoding="utf-8") as stream:
        return done.stdout, list(csv.DictReader(stream))


def test_a_peer_that_is_not_there_is_left_out_with_a_line_that_says_so(ran):
    for reader in ("R survey", "svy", "samplics"):
        assert f"{reader}, logistic, linearised: left out; it is not installed here" in ran[0]
    assert "R survey, logistic, 10 imputations of 200 Rao-Wu replicates, pooled: left out" in ran[0]


def test_ours_does_every_task(ran):
    assert [line["task"].split(",")[1].strip() for line in ran[1]] == [
        "linearised",
        "10 imputations of 200 Rao-Wu replicates",
        "500 Rao-Wu replicates",
    ]
    assert {line["times_ours"] for line in ran[1]} == {"1.0"}
