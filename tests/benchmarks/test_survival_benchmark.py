"""The benchmark of times to events runs without its peers, and says which it left out. Times are never looked at."""

import csv
import subprocess
import sys

import numpy as np
import pytest
from benchmarks import survival

from analysis.study import ROOT


@pytest.fixture(scope="module")
def ran(tmp_path_factory):
    to = tmp_path_factory.mktemp("benchmark") / "to.csv"
    command = [sys.executable, "-m", "benchmarks.survival", "--task", "0", "--repeats", "1", "--rscript", ""]
    without = [
        word for peer in ("statsmodels", "lifelines", "scikit-survival", "survival") for word in (f"--{peer}", "")
    ]
    done = subprocess.run([*command, *without, "--to", str(to)], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    with to.open(encoding="utf-8") as stream:
        return done.stdout, list(csv.DictReader(stream))


def test_a_peer_that_is_not_there_is_left_out_with_a_line_that_says_so(ran):
    for reader in ("R survival", "survival", "statsmodels", "lifelines", "scikit-survival"):
        assert f"\n{reader}, Cox" in f"\n{ran[0]}"


def test_ours_does_the_task(ran):
    assert [(line["reader"], line["times_ours"], line["rows"]) for line in ran[1]] == [
        ("analysis.models", "1.0", "10000")
    ]


def test_made_up_returns_end_in_every_way_and_tie_by_the_week():
    made = survival.returned(2000, np.random.default_rng(1))
    assert sorted(made["status"].unique()) == [0, 1, 2]
    assert made["week"].n_unique() <= survival.WEEKS
    assert made["agency"].n_unique() == survival.AGENCIES
