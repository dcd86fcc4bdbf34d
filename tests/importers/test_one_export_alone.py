"""Who has one export and nothing else gets every step made of it: no step needs what no file holds."""

import os
import shutil
import subprocess
import sys

import pytest
from benchmarks import growth_steps

from analysis import store
from analysis.study import ROOT

ONE_AFTER_THE_OTHER = """
import sys
from analysis.__main__ import main
sys.exit(max(main(step.split()) for step in sys.argv[1:]))
"""
ALONE = {
    "OSCaR": "client_report-ngo01.xlsx",
    "Primero": "primero-cases.csv",
    "facility list": "mapping-*.xlsx",
    "household survey": "household-survey*.csv",
}


@pytest.mark.validation
@pytest.mark.parametrize("files", ALONE.values(), ids=ALONE)
def test_one_export_goes_through_every_step(tmp_path, files):
    exports, root = tmp_path / "exports", tmp_path / "root"
    exports.mkdir()
    for file in (ROOT / "data/simulated/exports/part-0001").glob(files):
        shutil.copy2(file, exports)
    assert any(exports.iterdir())
    for step in growth_steps.printed():
        made = growth_steps.file_made(step, root)
        made.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(store.file_of(made.stem), made)
    env = {**os.environ, "PYTHONPATH": str(ROOT / "src"), "HOMEWARD_ROOT": str(root), "HOMEWARD_KEY": "a key " * 8}
    steps = [f"import {exports} --to {root}", *growth_steps.that_grow()]
    command = [sys.executable, "-c", ONE_AFTER_THE_OTHER, *steps]
    done = subprocess.run(command, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert all(growth_steps.file_made(step, root).exists() for step in growth_steps.that_grow())
