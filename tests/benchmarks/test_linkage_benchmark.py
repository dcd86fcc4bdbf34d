"""The benchmark of linkage runs without its peers, and says that it did. Times are never looked at."""

import csv
import subprocess
import sys

import numpy as np
import pytest
from benchmarks.facility_lists import IN_BOTH, facility_lists

from analysis.study import ROOT


@pytest.fixture(scope="module")
def ran(tmp_path_factory):
    to = tmp_path_factory.mktemp("benchmark") / "to.csv"
    command = [sys.executable, "-m", "benchmarks.linkage", "--rows", "600", "--repeats", "1", "--to", str(to)]
    without = ["--splink", "", "--recordlinkage", ""]
    done = subprocess.run([*command, *without], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    with to.open(encoding="utf-8") as stream:
        return done.stdout, list(csv.DictReader(stream))


def test_a_peer_that_is_not_there_is_left_out_with_a_line_that_says_so(ran):
    said, _ = ran
    for name in ("splink", "recordlinkage"):
        assert f"{name}: left out; python -m benchmarks.environments {name} makes its environment" in said


def test_what_was_found_is_told(ran):
    _, (ours,) = ran
    assert (ours["reader"], ours["rows"], ours["repeats"]) == ("homeward", "600", "1")
    assert float(ours["precision"]) > 0.97
    assert float(ours["recall"]) > 0.93


def test_the_lists_share_as_many_facilities_as_they_should_and_have_their_faults():
    rows = facility_lists(3000, np.random.default_rng(3))
    one, other = (set(own["facility"]) for _, own in rows.groupby("list_id"))
    assert len(one & other) / len(one) == pytest.approx(IN_BOTH, abs=0.01)
    assert rows.groupby("list_id").size().tolist() == [3000, 3000]
    assert rows["row_id"].is_unique
    assert not (rows["name_latin"].isna() & rows["name_km"].isna()).any()
    assert 0 < rows.duplicated(["facility", "list_id"]).mean() < 0.03
    assert rows["commune_code"].isna().mean() > 0.1
