"""What benchmarks/survival.py times of ours: ``python -m benchmarks.survival_ours TASK ROWS.csv OUT.json REPEATS``."""

import json
import resource
import sys
import time
from pathlib import Path
from statistics import median

import numpy as np
import polars as pl

from analysis.models.survival.cox import cox_fit
from analysis.models.survival.few_clusters import corrected
from analysis.models.survival.incidence_bootstrap import bootstrap_incidence

COVARIATES = [f"x{j}" for j in range(1, 11)]
AT = [26, 52, 104, 156, 208]
FEWER, REPLICATES, MORE = 50, 500, 5050
Rows = dict[str, np.ndarray]
Found = tuple[np.ndarray, np.ndarray]


def main() -> None:
    """Do the task so many times; write the middle times, estimates and standard errors."""
    task, rows_file, out, repeats = sys.argv[1:]
    read = pl.read_csv(rows_file)
    rows = {"columns": read[COVARIATES].to_numpy(order="c")}
    rows |= {name: read[name].to_numpy() for name in ("week", "status", "agency")}
    spent, found = _timed(TASKS["curves" if task == "more curves" else task], rows, int(repeats))
    if task == "more curves":
        more, fewer = (_timed(lambda rows, n=n: _curves(rows, n), rows, int(repeats))[0] for n in (MORE, FEWER))
        spent = tuple(a - b for a, b in zip(more, fewer, strict=True))
    told = dict(zip(("seconds", "cpu_seconds"), spent, strict=True))
    told |= dict(zip(("estimates", "errors"), (np.ravel(values).tolist() for values in found), strict=True))
    Path(out).write_text(json.dumps(told), encoding="utf-8")


def _timed(task, rows: Rows, repeats: int) -> tuple[tuple[float, float], Found]:
    spent = []
    for _ in range(repeats):
        start, used = time.perf_counter(), _processor()
        found = task(rows)
        spent.append((time.perf_counter() - start, _processor() - used))
    return tuple(median(values) for values in zip(*spent, strict=True)), found


def _processor() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def _cox(rows: Rows) -> Found:
    fit = cox_fit(0, rows["week"], rows["status"] == 1, rows["columns"], rows["agency"])
    return fit.coefficients, fit.standard_error


def _corrected(rows: Rows) -> Found:
    found = corrected(cox_fit(0, rows["week"], rows["status"] == 1, rows["columns"], rows["agency"]))
    return found.coefficients, found.standard_error


def _curves(rows: Rows, replicates: int = REPLICATES) -> Found:
    told, rng = (0, rows["week"], rows["status"], 2, AT, rows["agency"]), np.random.default_rng(1)
    found = bootstrap_incidence(*told, replicates, rng)
    return found.estimates[0, :, 0], found.standard_errors[0, :, 0]


TASKS = {"cox": _cox, "corrected": _corrected, "curves": _curves}


if __name__ == "__main__":
    main()
