"""Results do not depend on the processor: steps are run as on two of them, and what would be written is compared.

About forty seconds of one processor. OpenBLAS takes the kernels of a processor it is told of, numpy leaves out the
instructions it is told to: so sums end in other last digits here, as they would elsewhere. ``simulate`` is held to its
bytes. Of the steps, with fewer draws than in the study, what is written of a number is: its first six digits.
"""

import os
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest

from analysis.disclosure import significant
from analysis.study import ROOT

pytestmark = pytest.mark.validation

SIMD = np.show_config(mode="dicts").get("SIMD Extensions", {})
AVX2 = "X86_V3"  # numpy's name for AVX2 with FMA
INSTRUCTIONS = [name for name in SIMD.get("found", []) if name not in SIMD.get("baseline", [])]
PROCESSORS = {
    "2004": {
        "OPENBLAS_CORETYPE": "Prescott",
        "NPY_DISABLE_CPU_FEATURES": " ".join(INSTRUCTIONS),
        "GLIBC_TUNABLES": "glibc.cpu.hwcaps=-AVX2,-FMA",
    },
    "2013": {
        "OPENBLAS_CORETYPE": "Haswell",
        "NPY_DISABLE_CPU_FEATURES": " ".join(name for name in INSTRUCTIONS if name != AVX2),
    },
}
FEWER = {
    "province_rates.n_prior_draws": 1_000,
    "province_rates.n_effective_draws": 2_000,
    "province_rates.n_proposed_draws": 20_000,
    "province_rates.n_effective_draws_concentrated": 1_000,
    "response_plan.n_replications": 200,
}
STEP = f"""
import sys
from pathlib import Path
from analysis import pipeline, study
chosen = study.load()
for path, value in {FEWER}.items():
    chosen = chosen.changed(path, value)
study.load = lambda: chosen
pipeline.make_table(sys.argv[1], Path(sys.argv[2]))
"""


def run_on(processor, *arguments):
    """Run Python as on a processor; return the kernels that OpenBLAS says it took."""
    told = {"OPENBLAS_NUM_THREADS": "1", "OPENBLAS_VERBOSE": "2", "PYTHONPATH": str(ROOT / "src")}
    command = [sys.executable, *arguments]
    done = subprocess.run(command, env={**os.environ, **told, **PROCESSORS[processor]}, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return {line for line in done.stderr.splitlines() if line.startswith("Core: ")}


@pytest.fixture(scope="module", autouse=True)
def both_can_be_had():
    """Skip where one of the two processors cannot be played."""
    if AVX2 not in INSTRUCTIONS:
        pytest.skip("this processor, or this numpy, has no AVX2 and FMA, which the kernels of the later one need")
    cores = [run_on(processor, "-c", "import numpy") for processor in PROCESSORS]
    if not all(cores) or cores[0] == cores[1]:
        pytest.skip("numpy stands on another library than OpenBLAS here, or on one with the kernels of one processor")


def written(file):
    """Return a table as its numbers would be published, in bytes."""
    table = pd.read_parquet(file, dtype_backend="numpy_nullable")
    numbers = table.select_dtypes("float")
    return table.assign(**{name: significant(numbers[name]) for name in numbers}).to_csv(index=False).encode()


@pytest.mark.parametrize("step", ["estimates/province_rates", "estimates/response_plan_recorded"])
def test_draws_are_the_same_on_both_processors(step, tmp_path):
    files = [tmp_path / f"{processor}.parquet" for processor in PROCESSORS]
    for processor, file in zip(PROCESSORS, files, strict=True):
        run_on(processor, "-c", STEP, step, str(file))
    first, second = (written(file).splitlines() for file in files)
    differ = [pair for pair in zip(first, second, strict=True) if pair[0] != pair[1]]
    assert not differ, f"{len(differ)} of {len(first)} rows, the first: {differ[0]}"


def test_a_simulated_country_has_the_same_bytes_on_both_processors(tmp_path):
    for processor in PROCESSORS:
        run_on(processor, "-m", "analysis", "simulate", "--out", str(tmp_path / processor), "--scale", "0.1")
    first, second = (
        {file.relative_to(folder).as_posix(): file.read_bytes() for file in folder.rglob("*") if file.is_file()}
        for folder in (tmp_path / processor for processor in PROCESSORS)
    )
    assert first
    assert first.keys() == second.keys()
    assert not [name for name in first if first[name] != second[name]]
