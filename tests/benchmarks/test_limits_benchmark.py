"""Every kernel has a bound made of what it must read and reckon. Times are never looked at."""

import csv
import subprocess
import sys

import pytest
from benchmarks import limits_machine, limits_models, limits_records

from analysis.study import ROOT

pytestmark = pytest.mark.validation  # only whoever measures runs these programmes

KERNELS = limits_records.KERNELS | limits_models.KERNELS
SIZE = 0.02  # of the rows that are measured: enough for every model to have a maximum


@pytest.fixture(scope="module")
def lines(tmp_path_factory):
    to = tmp_path_factory.mktemp("limits") / "limits.csv"
    command = [sys.executable, "-m", "benchmarks.limits", "--size", str(SIZE), "--tries", "1", "--to", str(to)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    with to.open(encoding="utf-8") as stream:
        return list(csv.DictReader(stream))


def test_rates_come_first_then_every_kernel(lines):
    rates = ["rate: memory, bytes", *(f"rate: {kind}" for kind in limits_machine.KINDS)]
    assert [line["kernel"] for line in lines] == [*rates, *KERNELS]


def test_the_bound_is_the_longer_of_reading_and_reckoning(lines):
    for line in lines:
        if line["rows"]:
            longer = max(float(line["memory_seconds"]), float(line["arithmetic_seconds"]))
            assert float(line["bound_seconds"]) == longer > 0, line["kernel"]
            assert float(line["times_bound"]) == pytest.approx(float(line["cpu_seconds"]) / longer, rel=0.02)
            assert line["must"]


@pytest.mark.parametrize("name", [name for name in KERNELS if name != "gate, rounding and audit"])
def test_what_must_be_done_grows_with_the_rows(name, tmp_path):
    small, large = (KERNELS[name](size, tmp_path) for size in (SIZE, 4 * SIZE))
    assert large.rows > 2 * small.rows
    assert large.n_bytes > small.n_bytes
    assert set(large.operations) <= set(limits_machine.KINDS)
    assert all(large.operations[kind] >= n for kind, n in small.operations.items())


def test_an_id_takes_two_blocks_and_a_row_of_a_regression_its_columns(tmp_path):
    ids = limits_records.hmac_of_ids(SIZE, tmp_path)
    assert ids.operations == {"sha256_blocks": 2 * ids.rows}
    cox = limits_models.cox_pass(SIZE, tmp_path)
    assert cox.n_bytes == 8 * 13 * cox.rows
    assert cox.operations == {"exponentials": cox.rows, "flops": (20 + 22 + 110) * cox.rows}
