"""Four hundred mutants of the exports of each system: none may get through in pieces, lose a row or show a name."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from analysis.simulate import run

PROGRAM = Path(__file__).parents[1] / "importers" / "fuzzing.py"
N_MUTANTS, LEAST_READ = 400, 0.3
N_WAYS, LEAST_OF_EACH = 44, 5  # ways to mutate an export, each of which is tried so often over all systems
SEED, SCALE = 20260103, 0.05


@pytest.mark.validation
def test_none_of_four_hundred_mutants_a_system_gets_through_in_pieces(tmp_path):
    run.simulate(tmp_path / "country", SEED, SCALE)
    command = [sys.executable, str(PROGRAM), str(N_MUTANTS), str(tmp_path / "country" / "exports"), str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert not told["failures"], "\n".join(map(str, told["failures"][:20]))
    assert len(told["ways"]) == N_WAYS
    assert min(told["ways"].values()) >= LEAST_OF_EACH, told["ways"]
    for system, (n, n_read) in told["counts"].items():
        print(f"{system}: {n:,} mutants, {n_read:,} of them read, the others refused in one message")  # noqa: T201
        assert n == N_MUTANTS, system
        assert LEAST_READ * n < n_read < n, system
