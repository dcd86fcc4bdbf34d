"""Regressions and totals of surveys beside R's survey package and svy: seconds, and whether they say the same.

``python -m benchmarks.survey [--task N ...] [--repeats N] [--rscript RSCRIPT] [--PEER PYTHON ...] [--to FILE]``

Every reader works on the same made-up survey in a process of its own; starting it and reading the file are not timed,
making replicates of the weights is. R needs survey and mitools; svy and samplics have environments of their own
(``benchmarks.environments``). Peers that are not to be had are left out with a line that says so.
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
import pandas as pd
from benchmarks import compared, environments
from benchmarks.measured import ROOT, cost

RESULTS = ROOT / "benchmarks" / "results" / "survey.csv"
OURS, LOOP, R, SVY, SAMPLICS = "analysis.models", "a loop over pandas", "R survey", "svy", "samplics"
COLUMNS = (
    *("task", "rows", "reader", "seconds", "cpu_seconds", "peak_gb", "times_ours"),
    *("max_estimate_difference", "max_relative_error_difference", "repeats", "load"),
)


@dataclass(frozen=True)
class Task:
    """What is asked of ``readers`` on a survey of so many rows; ours comes first."""

    words: str
    kind: str
    rows: int
    readers: tuple[str, ...] = (OURS, R, SVY)


TASKS = (
    Task("logistic, linearised", "linearised", 5_000, (OURS, R, SVY, SAMPLICS)),
    Task("logistic, linearised", "linearised", 100_000, (OURS, R, SVY, SAMPLICS)),
    Task("logistic, 500 Rao-Wu replicates", "bootstrap", 5_000),
    Task("logistic, jackknife of 200 clusters", "jackknife", 5_000),
    Task("total of 24 clusters by a rate, 2,000 Rao-Wu replicates", "total", 24, (OURS, R, SVY, SAMPLICS, LOOP)),
    Task("logistic, 10 imputations of 200 Rao-Wu replicates, pooled", "imputed", 5_000, (OURS, R)),
    Task("total of two stages, 500 Rao-Wu replicates", "two-stage", 5_000, (OURS, R, SVY, SAMPLICS)),
)


def main(arguments: list[str] | None = None) -> None:
    """Give every task to its readers and write what each took and found."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--task", type=int, nargs="*", default=list(range(len(TASKS))), choices=range(len(TASKS)))
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--rscript", default=shutil.which("Rscript"))
    environments.add_option(parser, SVY, SAMPLICS)
    parser.add_argument("--to", type=Path, default=RESULTS)
    given = parser.parse_args(arguments)
    has_r = environments.has_in_r(given.rscript, "survey", "mitools")
    commands = {
        OURS: [sys.executable, "-m", "benchmarks.survey_ours"],
        LOOP: [sys.executable, "-m", "benchmarks.survey_ours", "--loop"],
        R: [given.rscript, str(ROOT / "benchmarks" / "survey_peers.R")] if has_r else None,
        SVY: [given.svy, str(ROOT / "benchmarks" / "survey_svy.py")] if given.svy else None,
        SAMPLICS: [given.samplics, "-W", "ignore", str(ROOT / "benchmarks" / "survey_samplics.py")]
        if given.samplics
        else None,
    }
    lines = [line for number in given.task for line in _of_task(TASKS[number], commands, given.repeats)]
    given.to.parent.mkdir(parents=True, exist_ok=True)
    with given.to.open("w", encoding="utf-8", newline="") as stream:
        table = csv.DictWriter(stream, COLUMNS, lineterminator="\n")
        table.writeheader()
        table.writerows(lines)


def survey(rows: int, rng: np.random.Generator) -> pd.DataFrame:
    """Return rows in clusters of 25, 4 clusters a stratum, 5 rows a household; y of nine columns; x1 imputed ten times.

    Columns: x1 to x9, x1_0 to x1_9, y (0 or 1), weight, stratum, cluster, household.
    """
    cluster = np.arange(rows) // 25
    columns = np.column_stack([rng.normal(size=(rows, 5)), rng.random((rows, 4)) < 0.3])
    predictor = -1 + columns @ [0.5, 0.1, 0, -0.2, 0, -0.4, 0, 0.3, 0] + 0.5 * rng.normal(size=rows // 25)[cluster]
    made = pd.DataFrame(columns, columns=[f"x{j}" for j in range(1, 10)]).round(4)
    weight = rng.lognormal(5, 0.5, rows).round(2)
    is_missing = rng.random(rows) < 0.2
    for m in range(10):
        made[f"x1_{m}"] = made["x1"].where(~is_missing, made["x1"] + rng.normal(0, 0.5, rows)).round(4)
    y = (rng.random(rows) < 1 / (1 + np.exp(-predictor))).astype(int)
    return made.assign(y=y, weight=weight, stratum=cluster // 4, cluster=cluster, household=np.arange(rows) // 5)


def communes(rng: np.random.Generator) -> pd.DataFrame:
    """Return 24 clusters in four strata: children counted, population, weight."""
    stratum = np.repeat(np.arange(4), [6, 4, 5, 9])
    population = rng.lognormal(9.3, 0.4, 24).round()
    y = rng.negative_binomial(0.7, 0.7 / (0.7 + population * 0.003))
    weight = np.array([40.0, 25.0, 60.0, 15.0])[stratum]
    return pd.DataFrame({"y": y, "population": population, "weight": weight, "stratum": stratum, "cluster": range(24)})


def _of_task(task: Task, commands: dict[str, list[str] | None], repeats: int) -> list[dict[str, object]]:
    rng, lines, ours = np.random.default_rng(task.rows), [], None
    with tempfile.TemporaryDirectory() as folder:
        rows, out = Path(folder, "rows.csv"), Path(folder, "out.json")
        (communes(rng) if task.kind == "total" else survey(task.rows, rng)).to_csv(rows, index=False)
        for reader in task.readers:
            if not commands[reader]:
                print(f"{reader}, {task.words}: left out; it is not installed here (benchmarks.environments)")  # noqa: T201
                continue
            load = os.getloadavg()[0]
            used = cost([*commands[reader], task.kind, str(rows), str(out), str(repeats)])
            found = json.loads(out.read_text(encoding="utf-8"))
            ours = ours or found
            line = compared.line(task.words, task.rows, reader, found, ours)
            lines.append(line | {"peak_gb": round(used.peak_gb, 3), "repeats": repeats, "load": round(load, 1)})
            print(lines[-1])  # noqa: T201
    return lines


if __name__ == "__main__":
    main()
