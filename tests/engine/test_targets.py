"""The targets that the page of many machines names start a cluster that a step accepts, and end what they began."""

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

from local_cluster import WAIT_SECONDS, told_where

from analysis import engine
from analysis.study import ROOT

ROOTS = "import math; from analysis import engine; print(*engine.map(math.sqrt, [4, 9]))"
MAKE = ["make", f"PY={sys.executable}", "ENV=", f"PYTHON={sys.executable}"]


def test_a_step_accepts_the_workers_of_make_and_they_end_with_it():
    port = free_port()
    address = f"tcp://127.0.0.1:{port}"
    plain = {k: v for k, v in os.environ.items() if k not in ("MAKEFLAGS", "MAKELEVEL", "MFLAGS", "STEPS")}
    quiet = {"cwd": ROOT, "env": plain, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    started = [
        subprocess.Popen([*MAKE, "scheduler", "HOST=127.0.0.1", f"PORT={port}"], **quiet),
        subprocess.Popen([*MAKE, "worker", f"SCHEDULER={address}", "WORKERS=2"], **quiet),
    ]
    try:
        wait_until(lambda: roots_from(address) == "2.0 3.0")
    finally:
        for one in reversed(started):
            one.send_signal(signal.SIGTERM)
            one.wait(WAIT_SECONDS)
    wait_until(lambda: not any(address in line for line in commands()))


def roots_from(address: str) -> str:
    """Return two roots that workers there work out, if they stand on what this machine stands on."""
    asked = told_where(os.environ) | {engine.ENGINE: engine.DASK, engine.SCHEDULER: address}
    return subprocess.run([sys.executable, "-c", ROOTS], env=asked, capture_output=True, text=True).stdout.strip()


def commands() -> list[str]:
    files = Path("/proc").glob("[0-9]*/cmdline")
    return [line for file in files if "dask_worker" in (line := _read(file))]


def _read(file: Path) -> str:
    try:
        return file.read_text()
    except OSError:  # it has just ended
        return ""


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def wait_until(is_so) -> None:
    last = time.monotonic() + WAIT_SECONDS
    while not is_so():
        assert time.monotonic() < last, "waited in vain"
        time.sleep(0.2)
