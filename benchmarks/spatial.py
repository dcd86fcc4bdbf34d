"""Moran's I by permutation beside R's spdep and esda: a command each, from the start of a process to its result.

``python -m benchmarks.spatial [--esda PYTHON ...] [--repeats N] [--small N] [--large N] [--to FILE]``

esda runs in an environment of its own, with and without numba, with which it compiles itself
(``benchmarks.environments``, or others, named by their Pythons); spdep is run by ``Rscript``. One that is not there is
left out with a line that says so. Tools take turns. ``fit_seconds`` are those of processor after imports and reading,
``agreement`` the largest relative difference of a statistic from ours.
"""

import argparse
import csv
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from benchmarks import environments
from benchmarks.measured import ROOT, Cost, cost, middle

RESULTS = ROOT / "benchmarks" / "results" / "spatial.csv"
COLUMNS = (
    *("task", "rows", "reader", "seconds", "cpu_seconds", "peak_gb", "times_ours", "times_our_cpu"),
    *("fit_seconds", "times_our_fit", "agreement", "repeats", "load"),
)
HERE = Path(__file__).parent
OURS = "models/spatial"
TASKS = (("Moran's I", 5, "global"), ("Moran's I and the local ones", 40, "local"))  # name, side of the grid, which
SEED = 1


def main(arguments: list[str] | None = None) -> None:
    """Make two maps, let every tool test them in turn, and write what each cost."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--esda", action="append", help="Python of an environment with esda; repeatable")
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--small", type=int, default=9_999, help="permutations of 25 places")
    parser.add_argument("--large", type=int, default=999, help="permutations of 1,600 places")
    parser.add_argument("--to", type=Path, default=RESULTS)
    given = parser.parse_args(arguments)
    made = [environments.python_of(peer) for peer in ("esda", "esda+numba")]
    tools = dict(_tools([python for python in given.esda or made if python]))
    with tempfile.TemporaryDirectory() as folder:
        lines = [
            line
            for task, n_permutations in zip(TASKS, (given.small, given.large), strict=True)
            for line in _lines(task, n_permutations, tools, Path(folder), given.repeats)
        ]
    given.to.parent.mkdir(parents=True, exist_ok=True)
    with given.to.open("w", encoding="utf-8", newline="") as stream:
        table = csv.DictWriter(stream, COLUMNS, lineterminator="\n")
        table.writeheader()
        table.writerows(lines)


def _tools(esda: list[str]) -> Iterator[tuple[str, list[str]]]:
    """Yield the tools that are there, ours first, with the command that runs them."""
    yield OURS, [sys.executable, str(HERE / "spatial_tools.py"), "ours"]
    if environments.has_in_r(shutil.which("Rscript"), "spdep"):
        yield "R spdep", ["Rscript", "--vanilla", str(HERE / "spatial_spdep.R")]
    else:
        print("R spdep: left out; there is no Rscript with spdep")  # noqa: T201
    for python in esda:
        name = "esda with numba" if _runs([python, "-c", "import numba"]) else "esda"
        yield name, [python, str(HERE / "spatial_tools.py"), "esda"]
    if not esda:
        print(f"esda: {environments.missing('esda')}")  # noqa: T201


def _runs(command: list[str]) -> bool:
    return subprocess.run(command, capture_output=True).returncode == 0  # noqa: S603


def _lines(
    task: tuple[str, int, str], n_permutations: int, tools: dict[str, list[str]], folder: Path, repeats: int
) -> Iterator[dict[str, object]]:
    """Yield a line for each tool: its cost, and by how much its statistics differ from ours."""
    name, side, which = task
    values, pairs = folder / f"values-{side}.csv", folder / f"pairs-{side}.csv"
    _make_map(side, values, pairs)
    costs: dict[str, list[Cost]] = {tool: [] for tool in tools}
    found: dict[str, list[np.ndarray]] = {tool: [] for tool in tools}
    loads = []
    for _ in range(repeats):
        for tool, command in tools.items():
            loads.append(os.getloadavg()[0])
            out = folder / "out.csv"
            spent = cost([*command, which, str(values), str(pairs), str(n_permutations), str(out)])
            print(f"{name}, {side**2}: {tool} {spent.seconds:.2f} s, {spent.cpu_seconds:.2f} s of processor")  # noqa: T201
            costs[tool].append(spent)
            found[tool].append(np.loadtxt(out))
    fits = {tool: float(np.median([numbers[0] for numbers in every])) for tool, every in found.items()}
    ours = middle(costs[OURS])
    for tool, spent in costs.items():
        yield _line(middle(spent), ours) | {
            "task": f"{name}, {n_permutations:,} permutations",
            "rows": side**2,
            "reader": tool,
            "fit_seconds": round(fits[tool], 4),
            "times_our_fit": round(fits[tool] / fits[OURS], 1),
            "agreement": f"{np.abs(found[tool][0][1:] / found[OURS][0][1:] - 1).max():.0e}",
            "repeats": repeats,
            "load": f"{min(loads):.1f} to {max(loads):.1f}",
        }


def _make_map(side: int, values: Path, pairs: Path) -> None:
    """Write made-up values of the places of a square grid, and which of them touch."""
    rng = np.random.default_rng(SEED)
    n = side**2
    np.savetxt(values, rng.normal(size=n) + np.arange(n) // side / side, fmt="%.17g")
    right = [(i, i + 1) for i in range(n) if (i + 1) % side]
    np.savetxt(pairs, [*right, *((i, i + side) for i in range(n - side))], fmt="%d", delimiter=",")


def _line(spent: Cost, ours: Cost) -> dict[str, object]:
    return {
        "seconds": round(spent.seconds, 2),
        "cpu_seconds": round(spent.cpu_seconds, 2),
        "peak_gb": round(spent.peak_gb, 2),
        "times_ours": round(spent.seconds / ours.seconds, 1),
        "times_our_cpu": round(spent.cpu_seconds / ours.cpu_seconds, 1),
    }


if __name__ == "__main__":
    main()
