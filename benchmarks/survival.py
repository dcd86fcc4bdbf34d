"""Cox regressions and cumulative incidences of clustered children beside R and Python: seconds, and do they agree?

``python -m benchmarks.survival [--task N ...] [--repeats N] [--rscript RSCRIPT] [--PEER PYTHON ...] [--to FILE]``

Every reader works on the same made-up rows in a process of its own; starting it and reading the file are not timed. R
needs survival; the others have environments of their own (``benchmarks.environments``). Peers that are not to be had
are left out with a line that says so; those that would take hours are not asked.
"""

import argparse
import csv
import json
import os
import shutil
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl
from benchmarks import compared, environments
from benchmarks.measured import ROOT, cost

RESULTS = ROOT / "benchmarks" / "results" / "survival.csv"
OURS, R, RUST, STATSMODELS, LIFELINES = "analysis.models", "R survival", "survival", "statsmodels", "lifelines"
R_ALONE, SKSURV = "R survival, no clusters", "scikit-survival"
COLUMNS = (
    *("task", "rows", "reader", "seconds", "cpu_seconds", "peak_gb", "times_ours"),
    *("max_estimate_difference", "max_relative_error_difference", "repeats", "load"),
)
AGENCIES, WEEKS = 60, 208


@dataclass(frozen=True)
class Task:
    """What is asked of ``readers`` on so many rows; ours comes first."""

    words: str
    kind: str
    rows: int
    readers: tuple[str, ...] = (OURS,)


COX, CURVES = "Cox, 10 columns, Efron's ties, errors by agency", "cumulative incidence, 500 replicates of agencies"
TASKS = (
    Task(COX, "cox", 10_000, (OURS, R, RUST, STATSMODELS, LIFELINES, SKSURV)),
    Task(COX, "cox", 100_000, (OURS, R, RUST, STATSMODELS, LIFELINES, SKSURV)),
    Task(COX, "cox", 1_000_000, (OURS, R_ALONE, RUST, STATSMODELS, SKSURV)),
    Task("the same, corrected for few agencies", "corrected", 100_000),
    Task(CURVES, "curves", 10_000, (OURS, R, STATSMODELS, LIFELINES, SKSURV)),
    Task(CURVES, "curves", 1_000_000, (OURS, STATSMODELS)),
    Task("cumulative incidence, 5,000 replicates more", "more curves", 10_000),
    Task("cumulative incidence, 5,000 replicates more", "more curves", 1_000_000),
)


def main(arguments: list[str] | None = None) -> None:
    """Give every task to its readers and write what each took and found."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--task", type=int, nargs="*", default=list(range(len(TASKS))), choices=range(len(TASKS)))
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--rscript", default=shutil.which("Rscript"))
    environments.add_option(parser, LIFELINES, SKSURV, RUST)
    parser.add_argument("--statsmodels", metavar="PYTHON", default=sys.executable)
    parser.add_argument("--to", type=Path, default=RESULTS)
    given = parser.parse_args(arguments)
    peers = str(ROOT / "benchmarks" / "survival_peers.py")
    has_r = environments.has_in_r(given.rscript, "survival")
    of_r = [given.rscript, str(ROOT / "benchmarks" / "survival_peers.R")] if has_r else None
    commands = {OURS: [sys.executable, "-m", "benchmarks.survival_ours"], R: of_r, R_ALONE: of_r}
    pythons = {name: getattr(given, name.replace("-", "_")) for name in (RUST, STATSMODELS, LIFELINES, SKSURV)}
    # -P: or the package survival would be taken for the file beside the script
    commands |= {name: [python, "-P", peers, name] if python else None for name, python in pythons.items()}
    lines = [line for number in given.task for line in _of_task(TASKS[number], commands, given.repeats)]
    given.to.parent.mkdir(parents=True, exist_ok=True)
    with given.to.open("w", encoding="utf-8", newline="") as stream:
        table = csv.DictWriter(stream, COLUMNS, lineterminator="\n")
        table.writeheader()
        table.writerows(lines)


def returned(rows: int, rng: np.random.Generator) -> pl.DataFrame:
    """Return children in agencies that differ: ten columns, week of the end, how it ended (0 not, 1 back, 2 other)."""
    agency = rng.integers(0, AGENCIES, rows)
    columns = np.column_stack([rng.normal(size=(rows, 5)), rng.random((rows, 5)) < 0.3]).round(4)
    spread = rng.normal(0, 0.4, AGENCIES)[agency]
    hazard = np.exp(columns @ np.linspace(-0.3, 0.3, 10) + spread) / 300
    back, other = rng.exponential(1 / hazard), rng.exponential(600, rows)
    last = rng.uniform(20, WEEKS, rows)
    ends = np.argmin([last, back, other], axis=0)
    week = np.ceil(np.minimum(np.minimum(last, back), other)).astype(int)
    made = {f"x{j + 1}": columns[:, j] for j in range(10)}
    return pl.DataFrame(made | {"week": week, "status": ends, "agency": agency})


def _of_task(task: Task, commands: dict[str, list[str] | None], repeats: int) -> list[dict[str, object]]:
    lines, ours = [], None
    with tempfile.TemporaryDirectory() as folder:
        rows, out = Path(folder, "rows.csv"), Path(folder, "out.json")
        returned(task.rows, np.random.default_rng(task.rows)).write_csv(rows)
        for reader in task.readers:
            if not commands[reader]:
                print(f"{reader}, {task.words}: left out; it is not installed here (benchmarks.environments)")  # noqa: T201
                continue
            load, kind = os.getloadavg()[0], "cox alone" if reader == R_ALONE else task.kind
            used = cost([*commands[reader], kind, str(rows), str(out), str(repeats)])
            found = json.loads(out.read_text(encoding="utf-8"))
            ours = ours or found
            line = compared.line(task.words, task.rows, reader, found, ours)
            lines.append(line | {"peak_gb": round(used.peak_gb, 3), "repeats": repeats, "load": round(load, 1)})
            print(lines[-1])  # noqa: T201
    return lines


if __name__ == "__main__":
    main()
