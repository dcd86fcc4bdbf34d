"""What a command costs: a fresh process each time, so that no memory or cache of the one before it counts."""

import csv
import ctypes
import os
import resource
import subprocess
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

import psutil

ROOT = Path(__file__).resolve().parents[1]
PR_SET_CHILD_SUBREAPER = 36  # of prctl(2): processes that lose their parent become ours


@dataclass(frozen=True)
class Cost:
    """Seconds on the clock, seconds of processor over all cores, and the most memory held, in GB (10^9 bytes)."""

    seconds: float
    cpu_seconds: float
    peak_gb: float


def cost(command: Sequence[str], folder: Path = ROOT, *, with_left_behind: bool = False) -> Cost:
    """Run ``command`` in ``folder`` and return what it cost; raise ``CalledProcessError`` if it fails.

    What the command starts counts as far as it waits for it; memory is that of the largest of these processes. With
    ``with_left_behind`` (Linux) what it leaves running, as ``make`` the server of its steps, is waited for and counts
    too, but not on the clock.
    """
    paths = os.pathsep.join([str(ROOT / "src"), os.environ.get("PYTHONPATH", "")])
    environment = os.environ | {"PYTHONPATH": paths, "PYTHONHASHSEED": "0", "OPENBLAS_NUM_THREADS": "1"}
    with _adopting() if with_left_behind else nullcontext(list) as left_behind:
        start = time.perf_counter()
        process = subprocess.Popen(command, cwd=folder, env=environment, stdout=subprocess.DEVNULL)  # noqa: S603
        _, status, used = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - start
        all_used = [used, *left_behind()]
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command)
    cpu_seconds = sum(one.ru_utime + one.ru_stime for one in all_used)
    return Cost(seconds, cpu_seconds, max(one.ru_maxrss for one in all_used) * 1024 / 1e9)


@contextmanager
def _adopting() -> Iterator[Callable[[], list[resource.struct_rusage]]]:
    """Become the parent of processes that lose theirs; give what waits for these and returns what each has used."""
    us = psutil.Process()
    before = set(us.children())

    def wait_for_them() -> list[resource.struct_rusage]:
        used = []
        while adopted := set(us.children()) - before:
            used += [os.wait4(one.pid, 0)[2] for one in adopted]
        return used

    library = ctypes.CDLL(None)
    library.prctl(PR_SET_CHILD_SUBREAPER, 1)
    try:
        yield wait_for_them
    finally:
        library.prctl(PR_SET_CHILD_SUBREAPER, 0)


def middle(costs: Sequence[Cost]) -> Cost:
    """Return the medians of the times and the largest memory of several runs."""
    seconds, cpu_seconds = (median(getattr(one, name) for one in costs) for name in ("seconds", "cpu_seconds"))
    return Cost(seconds, cpu_seconds, max(one.peak_gb for one in costs))


def write_lines(file: Path, columns: Sequence[str], lines: Iterable[Mapping[str, Any]]) -> None:
    """Write ``lines`` as CSV, their ``columns`` in this order."""
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("w", encoding="utf-8", newline="") as stream:
        table = csv.DictWriter(stream, columns, lineterminator="\n")
        table.writeheader()
        table.writerows(lines)
