"""Lost contact: the curve of all returns whatever became of those lost, and if they are like others recorded alike."""

import numpy as np
import pandas as pd

from analysis import engine
from analysis.estimates import _return_curves as curves
from analysis.estimates import _return_rows as returns
from analysis.models.survival.loss import LossBounds, loss_bounds, weighted_incidence
from analysis.study import Study

LOST, QUESTION = "lost", "residential"
NONE_BACK, ALL_BACK, WEIGHTED = "lost: none back in care", "lost: all back in care", "lost: weighted"
NOTES = {
    NONE_BACK: "who was lost stays at home to the end of the records: a lower bound; error by agency",
    ALL_BACK: "who was lost was back in residential care that day: an upper bound; error by agency",
    WEIGHTED: "who is seen stands for those lost who were recorded alike at the return; agencies drawn again and the "
    "chance of being lost worked out anew in each draw",
}


def of_loss(spells: pd.DataFrame, rows: pd.DataFrame, study: Study, rng: np.random.Generator) -> pd.DataFrame:
    """Return bounds of the share back in residential care, and the curves of all ends weighted for loss."""
    told, covariates = [_told_bounds(spells, rows, study)], _covariates(rows, study)
    if covariates.shape[1]:
        told.append(_weighted(rows, covariates, study, rng))
    return pd.concat(told, ignore_index=True).assign(level=curves.ALL)


def bounds(spells: pd.DataFrame, rows: pd.DataFrame, study: Study) -> LossBounds:
    """Return the share back in residential care if none, and if all, of those lost came back."""
    names, days = curves.outcomes(study), curves.days_told(study)
    columns = rows["entry"], rows["exit"], rows["cause"]
    to_the_end = (spells["ended_on"].max() - spells["returned_on"]).dt.days.astype("float64")
    until, code = np.maximum(to_the_end, rows["exit"]), names.index(QUESTION) + 1
    return loss_bounds(*columns, len(names), days, rows["state"] == LOST, until, code, curves.clusters_of(rows))


def _told_bounds(spells: pd.DataFrame, rows: pd.DataFrame, study: Study) -> pd.DataFrame:
    """Return both bounds with the counts that were seen."""
    found = bounds(spells, rows, study)
    seen = curves.told(curves.fitted(rows, study), study)[["outcome", "day", "n_at_risk", "n_events"]]
    told = [
        curves.told(bound, study).drop(columns=["n_at_risk", "n_events"]).assign(measure=name)
        for name, bound in ((NONE_BACK, found.best), (ALL_BACK, found.worst))
    ]
    both = pd.concat(told, ignore_index=True).query("outcome == @QUESTION")
    return both.merge(seen, on=["outcome", "day"], validate="m:1")


def _weighted(rows: pd.DataFrame, covariates: np.ndarray, study: Study, rng: np.random.Generator) -> pd.DataFrame:
    choices, names, days = study.re_separation, curves.outcomes(study), curves.days_told(study)
    columns = rows["entry"], rows["exit"], rows["cause"]
    found = weighted_incidence(
        *columns,
        len(names),
        days,
        rows["state"] == LOST,
        covariates,
        curves.clusters_of(rows),
        choices.n_loss_replicates,
        rng,
        map=engine.map,
    )
    ends = [end[0] for end in found.replicated.interval(study.intervals.confidence)]
    told = curves.told_of(curves.fitted(rows, study), names, ends, days)
    return told.assign(measure=WEIGHTED, estimate=found.replicated.estimates[0, :, : len(names)].ravel())


def _covariates(rows: pd.DataFrame, study: Study) -> np.ndarray:
    """Return a column of 0 and 1 for every level but the first of each split, of those with enough children lost."""
    coded = [
        np.column_stack([rows[split] == level for level in returns.levels(split, study, rows[split])[1:]])
        for split in study.re_separation.loss_covariates
    ]
    columns, is_lost = np.hstack(coded), (rows["state"] == LOST).to_numpy()
    n_lost = (columns & is_lost[:, None]).sum(axis=0)
    is_enough = np.minimum(n_lost, is_lost.sum() - n_lost) >= study.re_separation.least_lost
    return columns[:, is_enough].astype("float64")
