"""The peers of benchmarks/survival.py in Python: ``PYTHON survival_peers.py READER TASK ROWS.csv OUT.json REPEATS``.

Runs in an environment of the reader's own: statsmodels, lifelines, scikit-survival, or the compiled survival.
scikit-survival has no standard errors of a regression; lifelines moves ties apart at random before it counts.
"""

import json
import resource
import sys
import time
import warnings
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


def _sksurv(rows):
    from sksurv.linear_model import CoxPHSurvivalAnalysis
    from sksurv.util import Surv

    covariates, ends = rows[COVARIATES].to_numpy(), Surv.from_arrays(rows["back"] == 1, rows["week"])

    def fit():
        return CoxPHSurvivalAnalysis(ties="efron").fit(covariates, ends).coef_, []

    return fit


def _loop(incidence, rows):
    """Return a loop that draws agencies again and works out the cumulative incidence once a replicate."""
    week, status = rows["week"].to_numpy(), rows["status"].to_numpy()
    own = [np.flatnonzero(rows["agency"].to_numpy() == agency) for agency in rows["agency"].unique()]

    def at(which):
        times, risen = incidence(week[which], status[which])
        return risen[np.searchsorted(times, AT, side="right") - 1]

    def work():
        rng, replicates = np.random.default_rng(1), []
        for _ in range(REPLICATES):
            drawn = np.concatenate([own[agency] for agency in rng.integers(0, len(own), len(own))])
            replicates.append(at(drawn))
        return at(np.arange(len(week))), np.std(replicates, axis=0, ddof=1)

    return work


def _incidence_of_statsmodels(rows):
    from statsmodels.duration.survfunc import CumIncidenceRight

    def incidence(week, status):
        found = CumIncidenceRight(week, status)
        return found.times, found.cinc[0]

    return _loop(incidence, rows)


def _incidence_of_lifelines(rows):
    from lifelines import AalenJohansenFitter

    warnings.simplefilter("ignore")  # of ties, once a replicate

    def incidence(week, status):
        risen = AalenJohansenFitter(calculate_variance=False, seed=1).fit(week, status, 1).cumulative_density_
        return risen.index.to_numpy(), risen.iloc[:, 0].to_numpy()

    return _loop(incidence, rows)


def _incidence_of_sksurv(rows):
    from sksurv.nonparametric import cumulative_incidence_competing_risks

    def incidence(week, status):
        times, risen = cumulative_incidence_competing_risks(status, week)
        return times, risen[1]

    return _loop(incidence, rows)


TASKS = {
    ("statsmodels", "cox"): _statsmodels,
    ("lifelines", "cox"): _lifelines,
    ("survival", "cox"): _survival,
    ("scikit-survival", "cox"): _sksurv,
    ("statsmodels", "curves"): _incidence_of_statsmodels,
    ("lifelines", "curves"): _incidence_of_lifelines,
    ("scikit-survival", "curves"): _incidence_of_sksurv,
}


if __name__ == "__main__":
    main()
