"""The peers of benchmarks/survival.py in Python: ``PYTHON survival_peers.py READER TASK ROWS.csv OUT.json REPEATS``.

Runs in an environment of the reader's own: statsmodels, lifelines, or the compiled survival.
"""

import json
import resource
import sys
import time
from pathlib import Path
from statistics import median

import numpy as np
import pandas as pd

COVARIATES = [f"x{j}" for j in range(1, 11)]
AT = np.array([26, 52, 104, 156, 208])
REPLICATES = 500


def main() -> None:
    """Do the task so many times; write the middle times, estimates and standard errors."""
    reader, task, rows_file, out, repeats = sys.argv[1:]
    rows = pd.read_csv(rows_file)
    rows["back"] = (rows["status"] == 1).astype(int)
    work = TASKS[reader, task](rows)
    seconds, cpu_seconds = [], []
    for _ in range(int(repeats)):
        start, used = time.perf_counter(), _processor()
        estimates, errors = work()
        seconds.append(time.perf_counter() - start)
        cpu_seconds.append(_processor() - used)
    found = {"seconds": median(seconds), "cpu_seconds": median(cpu_seconds)}
    found |= {"estimates": [float(value) for value in estimates], "errors": [float(value) for value in errors]}
    Path(out).write_text(json.dumps(found), encoding="utf-8")


def _processor() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def _statsmodels(rows):
    from statsmodels.duration.hazard_regression import PHReg

    week, covariates, back = rows["week"].to_numpy(), rows[COVARIATES].to_numpy(), rows["back"].to_numpy()
    agency = rows["agency"].to_numpy()

    def fit():
        fitted = PHReg(week, covariates, status=back, ties="efron").fit(groups=agency)
        return fitted.params, fitted.bse

    return fit


def _lifelines(rows):
    from lifelines import CoxPHFitter

    told = rows[[*COVARIATES, "week", "back", "agency"]]

    def fit():
        fitted = CoxPHFitter().fit(told, "week", "back", cluster_col="agency")
        return fitted.params_.to_numpy(), fitted.standard_errors_.to_numpy()

    return fit


def _survival(rows):
    import survival

    formula = "Surv(week, back) ~ " + " + ".join(COVARIATES)

    def fit():
        fitted = survival.coxph(formula, data=rows, cluster="agency")
        return np.asarray(fitted.coefficients), np.sqrt(np.diag(np.asarray(fitted.var)))

    return fit


def _loop(rows):
    """Return a loop that draws agencies again and works out the cumulative incidence once a replicate."""
    from statsmodels.duration.survfunc import CumIncidenceRight

    week, status = rows["week"].to_numpy(), rows["status"].to_numpy()
    own = [np.flatnonzero(rows["agency"].to_numpy() == agency) for agency in rows["agency"].unique()]

    def at(which):
        found = CumIncidenceRight(week[which], status[which])
        return found.cinc[0][np.searchsorted(found.times, AT, side="right") - 1]

    def work():
        rng, replicates = np.random.default_rng(1), []
        for _ in range(REPLICATES):
            drawn = np.concatenate([own[agency] for agency in rng.integers(0, len(own), len(own))])
            replicates.append(at(drawn))
        return at(np.arange(len(week))), np.std(replicates, axis=0, ddof=1)

    return work


TASKS = {
    ("statsmodels", "cox"): _statsmodels,
    ("lifelines", "cox"): _lifelines,
    ("survival", "cox"): _survival,
    ("statsmodels", "curves"): _loop,
}


if __name__ == "__main__":
    main()
