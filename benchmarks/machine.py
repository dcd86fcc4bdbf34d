"""The machine that was measured on, and the versions of what was measured.

``python -m benchmarks.machine [--rscript RSCRIPT] [--to FILE]``

Neither its name nor anything else that would tell whose machine it is.
"""

import argparse
import csv
import json
import os
import platform
import shutil
import subprocess
import sys
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from benchmarks import environments
from benchmarks.measured import ROOT

RESULTS = ROOT / "benchmarks" / "results" / "machine.json"
OURS = ("numpy", "scipy", "pandas", "polars", "pyarrow", "fastexcel", "statsmodels", "openpyxl")
IN_R = ("survival", "survey", "mitools", "lme4", "glmmTMB", "MASS", "spdep")
CORES, MEMORY = "/proc/cpuinfo", "/proc/meminfo"


def main(arguments: list[str] | None = None) -> None:
    """Write what this machine is and has."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rscript", default=shutil.which("Rscript"))
    parser.add_argument("--to", type=Path, default=RESULTS)
    given = parser.parse_args(arguments)
    given.to.parent.mkdir(parents=True, exist_ok=True)
    given.to.write_text(json.dumps(described(given.rscript), indent=2) + "\n", encoding="utf-8")


def described(rscript: str | None) -> dict[str, object]:
    """Return processor, cores, memory in GB (10^9 bytes), system, day, and versions; ``None`` for a peer not here."""
    processor, kilobytes = _first(CORES, "model name"), _first(MEMORY, "MemTotal")
    made = {peer: environments.python_of(peer) is not None for peer in environments.names()}
    return {
        "processor": processor or platform.machine(),
        "cores": os.cpu_count(),
        "memory_gb": round(int(kilobytes.split()[0]) * 1024 / 1e9, 1) if kilobytes else None,
        "system": _system(),
        "measured_on": datetime.now(UTC).date().isoformat(),
        "python": platform.python_version(),
        "ours": {name: version(name) for name in OURS},
        "peers": {peer: environments.pinned(peer) if is_made else None for peer, is_made in made.items()},
        "r": _in_r(rscript),
    }


def named(machine: dict[str, object]) -> str:
    """Return the machine of ``described`` in a line."""
    memory = f", {machine['memory_gb']:.0f} GB" if machine["memory_gb"] else ""
    return f"{machine['processor']}, {machine['cores']} cores{memory}, {machine['system']}, Python {machine['python']}"


def _first(file: str, name: str) -> str | None:
    """Return what stands behind the first ``name`` in a file of the kernel; ``None`` where there is no such file."""
    path = Path(file)
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    return next((line.partition(":")[2].strip() for line in lines if line.startswith(name)), None)


def _system() -> str:
    if sys.platform != "linux":
        return platform.platform(terse=True)
    told = platform.freedesktop_os_release()
    return told.get("PRETTY_NAME", "Linux")


def _in_r(rscript: str | None) -> dict[str, str | None]:
    """Return the version of R and of its packages."""
    missing = dict.fromkeys(("R", *IN_R))
    if not rscript:
        return missing
    asked = " ".join(IN_R)
    script = (
        f'for (p in strsplit("{asked}", " ")[[1]]) if (requireNamespace(p, quietly = TRUE)) '
        'cat(p, ",", as.character(packageVersion(p)), "\\n", sep = ""); '
        'cat("R,", as.character(getRversion()), sep = "")'
    )
    done = subprocess.run([rscript, "--vanilla", "-e", script], capture_output=True, text=True)  # noqa: S603
    return missing | dict(csv.reader(done.stdout.splitlines()))


if __name__ == "__main__":
    main()
