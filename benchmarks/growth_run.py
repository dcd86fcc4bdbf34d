"""One step in a process of its own, with a limit of time and one of memory: what it cost, and how it ended."""

import os
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.measured import ROOT, Cost

DONE = "done"
PAUSE = 0.05  # seconds between two looks at a process
PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")
LAST_WORDS = 400  # characters of what a failed step said


@dataclass(frozen=True)
class Limits:
    """Seconds on the clock and GB (10^9 bytes) of resident memory at which a step is stopped."""

    seconds: float
    gb: float


@dataclass(frozen=True)
class Ran:
    """What a command cost until it ended, and how: ``done``, ``stopped: ...`` or ``failed: ...``."""

    cost: Cost
    status: str


def run(command: Sequence[str], variables: Mapping[str, str], limits: Limits, said: Path) -> Ran:
    """Run ``command`` in the project's folder with ``variables``, what it says going to the file ``said``.

    Where there is no ``/proc`` the limit of memory is not watched. ``cost`` holds the peak of the process itself.
    """
    fixed = {"PYTHONPATH": str(ROOT / "src"), "PYTHONHASHSEED": "0", "OPENBLAS_NUM_THREADS": "1", "TZ": "UTC"}
    start = time.perf_counter()
    with said.open("wb") as stream:
        process = subprocess.Popen(  # noqa: S603
            command, cwd=ROOT, env=os.environ | fixed | dict(variables), stdout=stream, stderr=stream
        )
    stopped = ""
    while True:
        ended, status, used = os.wait4(process.pid, os.WNOHANG)
        seconds = time.perf_counter() - start
        if ended:
            break
        if not stopped and (stopped := _beyond(limits, seconds, process.pid)):
            process.kill()
        time.sleep(PAUSE)
    process.returncode = os.waitstatus_to_exitcode(status)
    cost = Cost(seconds, used.ru_utime + used.ru_stime, used.ru_maxrss * 1024 / 1e9)
    if stopped or not process.returncode:
        return Ran(cost, stopped or DONE)
    words = " ".join(said.read_text(encoding="utf-8", errors="replace").split())[-LAST_WORDS:]
    return Ran(cost, f"failed: {words or f'exit status {process.returncode}'}")


def _beyond(limits: Limits, seconds: float, pid: int) -> str:
    """Return which limit a process has passed, in words; nothing while it keeps both."""
    if seconds > limits.seconds:
        return f"stopped: more than {limits.seconds:g} s"
    try:
        pages = int(Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1])
    except (OSError, IndexError):
        return ""
    return f"stopped: more than {limits.gb:g} GB" if pages * PAGE_BYTES / 1e9 > limits.gb else ""
