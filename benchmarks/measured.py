"""What a command costs: a fresh process each time, so that no memory or cache of the one before it counts."""

import csv
import os
import subprocess
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

ROOT = Path(__file__).resolve().parents[1]


@dataclass(frozen=True)
class Cost:
    """Seconds on the clock, seconds of processor over all cores, and the most memory held, in GB (10^9 bytes)."""

    seconds: float
    cpu_seconds: float
    peak_gb: float


def cost(command: Sequence[str], folder: Path = ROOT) -> Cost:
    """Run ``command`` in ``folder`` and return what it cost; raise ``CalledProcessError`` if it fails.

    What the command starts counts as far as it waits for it; memory is that of the largest of these processes.
    """
    paths = os.pathsep.join([str(ROOT / "src"), os.environ.get("PYTHONPATH", "")])
    environment = os.environ | {"PYTHONPATH": paths, "PYTHONHASHSEED": "0", "OPENBLAS_NUM_THREADS": "1"}
    start = time.perf_counter()
    process = subprocess.Popen(command, cwd=folder, env=environment, stdout=subprocess.DEVNULL)  # noqa: S603
    _, status, used = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command)
    return Cost(seconds, used.ru_utime + used.ru_stime, used.ru_maxrss * 1024 / 1e9)


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
