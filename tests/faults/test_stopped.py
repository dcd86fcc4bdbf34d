"""What is interrupted (Ctrl-C) ends with one line and the status of a shell, and leaves what stood there before."""

import os
import signal
import subprocess
import sys

import pytest

from analysis.study import ROOT

BEGINS_AND_WAITS = """
import signal, sys, time
from pathlib import Path
from analysis import __main__, commands, store
from analysis.importers import outputs
signal.signal(signal.SIGINT, signal.default_int_handler)  # whoever runs the tests may have it ignored
def wait():
    Path("begun").touch()
    time.sleep(600)
def step(*_):
    with store.replacing(Path("results/table.csv")) as temporary:
        temporary.write_bytes(b"half")
        wait()
def imported(_):
    with outputs.staged([Path("results")]) as (new,):
        (new / "table.csv").write_bytes(b"half")
        wait()
__main__.run = step
commands.COMMANDS["import"] = imported
sys.exit(__main__.command())
"""


@pytest.mark.parametrize("step", ["clean/table", "import"])
def test_an_interruption_is_one_line_and_nothing_half_written_stays(tmp_path, wait_until, step):
    table, begun = tmp_path / "results/table.csv", tmp_path / "begun"
    table.parent.mkdir()
    table.write_bytes(b"old")
    env = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
    command = [sys.executable, "-c", BEGINS_AND_WAITS, step]
    with subprocess.Popen(command, cwd=tmp_path, env=env, stderr=subprocess.PIPE, text=True) as process:
        wait_until(begun.exists)
        process.send_signal(signal.SIGINT)
        assert process.stderr.read() == f"{step}: stopped; nothing half written stays\n"
    assert process.returncode == 130
    assert {file for file in tmp_path.rglob("*") if file.is_file()} == {table, begun}
    assert table.read_bytes() == b"old"


def test_a_simulation_that_is_stopped_leaves_nothing(tmp_path, wait_until):
    env = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
    again = "import signal; signal.signal(signal.SIGINT, signal.default_int_handler)"
    run = f"import sys; {again}; from analysis.__main__ import command; sys.exit(command())"
    command = [sys.executable, "-c", run, "simulate", "--out", str(tmp_path / "made"), "--scale", "1"]
    with subprocess.Popen(command, env=env, stderr=subprocess.PIPE, text=True) as process:
        wait_until(lambda: any(file.is_file() and file.stat().st_size for file in tmp_path.rglob("*")))
        process.send_signal(signal.SIGINT)
        assert process.stderr.read() == "simulate: stopped; nothing half written stays\n"
    assert process.returncode == 130
    assert list(tmp_path.iterdir()) == []
