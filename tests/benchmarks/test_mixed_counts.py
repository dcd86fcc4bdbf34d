"""The benchmark of counts runs without R, and says what it left out. Times are never looked at."""

import csv
import subprocess
import sys

import pytest

from analysis.study import ROOT

pytestmark = pytest.mark.validation  # only whoever measures runs these programmes


@pytest.fixture(scope="module")
def ran(tmp_path_factory):
    to = tmp_path_factory.mktemp("benchmark") / "to.csv"
    command = [sys.executable, "-m", "benchmarks.mixed_counts", "--rows", "300", "--repeats", "1"]
    done = subprocess.run([*command, "--rscript", "", "--to", str(to)], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    with to.open(encoding="utf-8") as stream:
        return done.stdout, list(csv.DictReader(stream))


def test_readers_of_r_are_left_out_with_a_line_that_says_so(ran):
    for reader in ("glmmTMB", "glmer.nb", "glm.nb"):
        assert f"{reader}, 300 rows: left out; needs Rscript with " in ran[0]


def test_the_others_fit_the_same_counts(ran):
    lines = {line["reader"]: line for line in ran[1]}
    assert list(lines) == ["fit_nb2_mixed", "fit_nb2_mixed_15_nodes", "fit_nb2", "statsmodels"]
    assert float(lines["statsmodels"]["max_coefficient_difference"]) < 1e-6
    assert 0 < float(lines["fit_nb2_mixed_15_nodes"]["max_coefficient_difference"]) < 1e-2
