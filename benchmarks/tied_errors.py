"""Standard errors by cluster of one Cox regression as its ties grow: ``PYTHON -P benchmarks/tied_errors.py READER``.

212 lung patients of 18 hospitals (R's ``lung``), times in days and rounded up to coarser units. READER: ours (with
PYTHONPATH=src), statsmodels, lifelines or greenwood; in R: ``coxph(Surv(ceiling(days / 91.3125), died) ~ age + sex +
ecog + loss, cluster = inst)``. Two lines more: the same rows in another order; one more patient, who leaves before
anybody dies.
"""

import sys
from pathlib import Path

import numpy as np
import pandas as pd

ROWS = Path(__file__).resolve().parents[1] / "tests" / "models" / "survival" / "references" / "cox_lung.csv"
COVARIATES = ["age", "sex", "ecog", "loss"]
UNITS = {"days": 1, "weeks": 7, "months": 30.4375, "quarters": 91.3125, "years": 365.25}


def main() -> None:
    """Print the standard errors of the four coefficients by unit of time."""
    errors, rows = READERS[sys.argv[1]], pd.read_csv(ROWS)
    for unit, length in UNITS.items():
        _tell(unit, errors(rows.assign(time=np.ceil(rows["days"] / length))))
    mixed = rows.sample(frac=1, random_state=2)
    _tell("years, another order", errors(mixed.assign(time=np.ceil(mixed["days"] / UNITS["years"]))))
    early = rows.head(1).assign(days=0.5, died=0)
    together = pd.concat([rows, early], ignore_index=True)
    _tell("days, one leaves early", errors(together.assign(time=together["days"])))


def _tell(what: str, errors: np.ndarray) -> None:
    print(f"{what:24}", np.round(errors, 6))  # noqa: T201


def _ours(rows):
    from analysis.models.survival.cox import cox_fit

    return cox_fit(0, rows["time"], rows["died"], rows[COVARIATES], rows["inst"]).standard_error


def _statsmodels(rows):
    from statsmodels.duration.hazard_regression import PHReg

    model = PHReg(rows["time"].to_numpy(), rows[COVARIATES].to_numpy(), rows["died"].to_numpy(), ties="efron")
    return model.fit(groups=rows["inst"].to_numpy()).bse


def _lifelines(rows):
    from lifelines import CoxPHFitter

    told = rows[[*COVARIATES, "time", "died", "inst"]]
    return CoxPHFitter().fit(told, "time", "died", cluster_col="inst").standard_errors_.to_numpy()


def _greenwood(rows):
    from greenwood import CoxPH, Surv

    fitted = CoxPH().fit(Surv(rows["time"], rows["died"]), rows[COVARIATES], cluster=rows["inst"], robust=True)
    return np.asarray(fitted.to_frame()["std_error"])


READERS = {"ours": _ours, "statsmodels": _statsmodels, "lifelines": _lifelines, "greenwood": _greenwood}


if __name__ == "__main__":
    main()
