"""What benchmarks/survey.py times of ours, and a loop over pandas.

``python -m benchmarks.survey_ours [--loop] TASK ROWS.csv OUT.json REPEATS``
"""

import json
import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

import numpy as np
import pandas as pd

from analysis.models import sampled_totals
from analysis.models.imputation.pooling import pooled
from analysis.models.survey.design import Design, survey_design
from analysis.models.survey.regression import logistic
from analysis.models.survey.replicate_fits import logistic_replicates
from analysis.models.survey.replicates import Replicates, jackknife, rao_wu, replicate_covariance

COVARIATES = ["one", *(f"x{j}" for j in range(1, 10))]
POPULATION = 15e6  # of which the total of the clusters' rate is wanted
Found = tuple[np.ndarray, np.ndarray]


def main() -> None:
    """Do the task so many times; write the middle times, estimates and standard errors."""
    *is_loop, task, rows_file, out, repeats = sys.argv[1:]
    rows = pd.read_csv(rows_file).assign(one=1.0)
    seconds, cpu_seconds = [], []
    for _ in range(int(repeats)):
        start, used = time.perf_counter(), _processor()
        estimates, errors = (_total_by_loop if is_loop else TASKS[task])(rows)
        seconds.append(time.perf_counter() - start)
        cpu_seconds.append(_processor() - used)
    found = {"seconds": median(seconds), "cpu_seconds": median(cpu_seconds)}
    found |= {"estimates": np.ravel(estimates).tolist(), "errors": np.ravel(errors).tolist()}
    Path(out).write_text(json.dumps(found), encoding="utf-8")


def _processor() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def _design(rows: pd.DataFrame) -> Design:
    return survey_design(rows["weight"], rows["stratum"], rows["cluster"])


def _linearised(rows: pd.DataFrame) -> Found:
    fit = logistic(rows["y"], rows[COVARIATES], _design(rows))
    return fit.coefficients, fit.standard_error


def _replicated(outcome: pd.Series, covariates: pd.DataFrame, replicates: Replicates) -> Found:
    """Return the coefficients of the whole sample and their covariance from the replicates."""
    each = logistic_replicates(outcome, covariates, replicates)
    fit = logistic(outcome, covariates, replicates.design)
    return fit.coefficients, replicate_covariance(each, replicates, "mean")


def _bootstrap(rows: pd.DataFrame) -> Found:
    return _of(rows, rao_wu(_design(rows), 500, np.random.default_rng(1)))


def _jackknife(rows: pd.DataFrame) -> Found:
    return _of(rows, jackknife(_design(rows)))


def _of(rows: pd.DataFrame, replicates: Replicates) -> Found:
    estimate, covariance = _replicated(rows["y"], rows[COVARIATES], replicates)
    return estimate, np.sqrt(np.diag(covariance))


def _imputed(rows: pd.DataFrame) -> Found:
    replicates = rao_wu(_design(rows), 200, np.random.default_rng(1))
    covariates = rows[COVARIATES]
    found = [_replicated(rows["y"], covariates.assign(x1=rows[f"x1_{m}"]), replicates) for m in range(10)]
    estimates, covariances = zip(*found, strict=True)
    whole = pooled(estimates, covariances, replicates.design.degrees_of_freedom)
    return whole.estimate, np.sqrt(np.diag(whole.covariance))


def _total(rows: pd.DataFrame) -> Found:
    told = (rows[name].to_numpy() for name in ("y", "population", "weight", "stratum"))
    sample = sampled_totals.sampled_clusters(*told)
    totals = sampled_totals.bootstrap_total(sample, POPULATION, 2000, np.random.default_rng(1))
    return _rate(rows) * POPULATION, totals.std(ddof=1)


def _two_stages(rows: pd.DataFrame) -> Found:
    drawn = rows["cluster"], rows["household"]
    replicates = rao_wu(survey_design(rows["weight"], rows["stratum"], drawn), 500, np.random.default_rng(1))
    totals = replicates.totals(rows["y"])
    return (rows["weight"] * rows["y"]).sum(), np.sqrt(replicate_covariance(totals, replicates, "mean"))


def _total_by_loop(rows: pd.DataFrame) -> Found:
    """Draw clusters within each stratum anew and work out the total, once a replicate."""
    totals = []
    for replicate in range(2000):
        drawn = rows.groupby("stratum").apply(_drawn, seed=replicate)
        totals.append(_rate(drawn) * POPULATION)
    return _rate(rows) * POPULATION, np.std(totals, ddof=1)


def _drawn(stratum: pd.DataFrame, seed: int) -> pd.DataFrame:
    n = len(stratum)
    again = stratum.sample(n - 1, replace=True, random_state=seed)
    return again.assign(weight=again["weight"] * n / (n - 1))


def _rate(rows: pd.DataFrame) -> float:
    return (rows["weight"] * rows["y"]).sum() / (rows["weight"] * rows["population"]).sum()


TASKS: dict[str, Callable[[pd.DataFrame], Found]] = {
    "linearised": _linearised,
    "bootstrap": _bootstrap,
    "jackknife": _jackknife,
    "total": _total,
    "imputed": _imputed,
    "two-stage": _two_stages,
}


if __name__ == "__main__":
    main()
