"""The peer of benchmarks/survey.py in svy (0.35): ``PYTHON survey_svy.py TASK ROWS.csv OUT.json REPEATS``.

Runs in an environment of its own. svy has no pooling of imputations.
"""

import json
import resource
import sys
import time
from pathlib import Path
from statistics import median

import polars as pl
import svy

COVARIATES = [f"x{j}" for j in range(1, 10)]
POPULATION = 15e6


def main() -> None:
    """Do the task so many times; write the middle times, estimates and standard errors."""
    task, rows_file, out, repeats = sys.argv[1:]
    rows = pl.read_csv(rows_file)
    seconds, cpu_seconds = [], []
    for _ in range(int(repeats)):
        start, used = time.perf_counter(), _processor()
        estimates, errors = TOTALS[task](rows) if task in TOTALS else _logistic(rows, task)
        seconds.append(time.perf_counter() - start)
        cpu_seconds.append(_processor() - used)
    found = {"seconds": median(seconds), "cpu_seconds": median(cpu_seconds), "estimates": estimates, "errors": errors}
    Path(out).write_text(json.dumps(found), encoding="utf-8")


def _processor() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def _sample(rows: pl.DataFrame) -> svy.Sample:
    return svy.Sample(rows, svy.Design(stratum="stratum", psu="cluster", wgt="weight"))


def _logistic(rows: pl.DataFrame, task: str) -> tuple[list[float], list[float]]:
    sample = _sample(rows)
    if task == "bootstrap":
        sample = sample.weighting.create_bs_wgts(500, rstate=1)
    elif task == "jackknife":
        sample = sample.weighting.create_jk_wgts()
    method = "taylor" if task == "linearised" else "replication"
    fit = sample.glm.fit("y", x=COVARIATES, family="binomial", method=method).to_polars()
    return fit["estimate"].to_list(), fit["std_err"].to_list()


def _total(rows: pl.DataFrame) -> tuple[list[float], list[float]]:
    sample = _sample(rows).weighting.create_bs_wgts(2000, rstate=1)
    ratio = sample.estimation.ratio("y", "population", method="replication").to_polars()
    return [ratio["est"][0] * POPULATION], [ratio["se"][0] * POPULATION]


def _two_stages(rows: pl.DataFrame) -> tuple[list[float], list[float]]:
    design = svy.Design(stratum="stratum", psu="cluster", ssu="household", wgt="weight")
    sample = svy.Sample(rows, design).weighting.create_bs_wgts(500, rstate=1)
    total = sample.estimation.total("y", method="replication").to_polars()
    return total["est"].to_list(), total["se"].to_list()


TOTALS = {"total": _total, "two-stage": _two_stages}


if __name__ == "__main__":
    main()
