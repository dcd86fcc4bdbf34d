"""The peer of benchmarks/survey.py in samplics (0.6): ``PYTHON survey_samplics.py TASK ROWS.csv OUT.json REPEATS``.

Runs in an environment of its own. samplics has no replicates of regressions, and no second stage in its bootstrap.
"""

import json
import resource
import sys
import time
from pathlib import Path
from statistics import median

import numpy as np
import pandas as pd
from samplics import ModelType, PopParam, RepMethod
from samplics.estimation import ReplicateEstimator
from samplics.regression import SurveyGLM
from samplics.weighting import ReplicateWeight

COVARIATES = [f"x{j}" for j in range(1, 10)]
POPULATION = 15e6


def main() -> None:
    """Do the task so many times; write the middle times, estimates and standard errors."""
    task, rows_file, out, repeats = sys.argv[1:]
    rows = pd.read_csv(rows_file)
    seconds, cpu_seconds = [], []
    for _ in range(int(repeats)):
        start, used = time.perf_counter(), _processor()
        estimates, errors = TASKS[task](rows)
        seconds.append(time.perf_counter() - start)
        cpu_seconds.append(_processor() - used)
    found = {"seconds": median(seconds), "cpu_seconds": median(cpu_seconds)}
    found |= {"estimates": np.ravel(estimates).tolist(), "errors": np.ravel(errors).tolist()}
    Path(out).write_text(json.dumps(found), encoding="utf-8")


def _processor() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def _logistic(rows: pd.DataFrame) -> tuple[list[float], list[float]]:
    model = SurveyGLM(ModelType.LOGISTIC)
    told = {"samp_weight": rows["weight"], "stratum": rows["stratum"], "psu": rows["cluster"]}
    model.estimate(y=rows["y"], x=rows[COVARIATES], add_intercept=True, **told)
    return model.beta["point_est"], model.beta["stderror"]


def _weights(rows: pd.DataFrame, n: int) -> pd.DataFrame:
    weights = ReplicateWeight(RepMethod.bootstrap, nb_reps=n, rand_seed=1)
    replicates = weights.replicate(rows["weight"], rows["cluster"], rows["stratum"])
    return replicates.iloc[:, -n:]


def _total(rows: pd.DataFrame) -> tuple[list[float], list[float]]:
    ratio = ReplicateEstimator(RepMethod.bootstrap, PopParam.ratio)
    found = ratio.estimate(rows["y"], rows["weight"], _weights(rows, 2000), x=rows["population"])
    return [found.point_est * POPULATION], [found.stderror * POPULATION]


def _two_stages(rows: pd.DataFrame) -> tuple[list[float], list[float]]:
    total = ReplicateEstimator(RepMethod.bootstrap, PopParam.total)
    found = total.estimate(rows["y"], rows["weight"], _weights(rows, 500))
    return [found.point_est], [found.stderror]


TASKS = {"linearised": _logistic, "total": _total, "two-stage": _two_stages}


if __name__ == "__main__":
    main()
