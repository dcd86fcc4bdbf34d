"""Incidences foretold to returns, and by models that never saw the child's own agency.

A cumulative incidence needs a model of every way in which a return may end. The question's own cause has the terms of
``_reintegration_model``; the others have those of them that tell something of that cause, and no other returns.
"""

from collections.abc import Iterator, Mapping

import numpy as np
import pandas as pd

from analysis.estimates._reintegration_model import Modelled
from analysis.models.left_out import left_out_groups
from analysis.models.survey.generalised_linear import NotEstimableError
from analysis.models.survival.cox import CoxFit, cox_fit
from analysis.models.survival.predicted import predicted_incidence

Near = Mapping[int, tuple[np.ndarray, list[str]]]  # of each end: coefficients and their columns


def foretold(of: Modelled, horizon: float) -> np.ndarray:
    """Return the incidence (n,) of the cause up to ``horizon`` that all returns together foretell to each."""
    everybody = np.ones(len(of.rows), bool)
    return _incidence(of, everybody, everybody, horizon, {})


def foretold_by_others(of: Modelled, horizon: float) -> np.ndarray:
    """Return the incidence (n,) that the other agencies' returns foretell; missing where they tell none.

    Of more than a hundred agencies some are left out together (``left_out_groups``).
    """
    found = np.full(len(of.rows), np.nan)
    if not of.are_agencies:
        return found
    everybody = np.ones(len(found), bool)
    near = {code: (fit.coefficients, names) for code, fit, names in _models(of, everybody, {})}
    for agencies in left_out_groups(np.unique(of.rows["agency"])):
        own = of.rows["agency"].isin(agencies).to_numpy()
        try:
            found[own] = _incidence(of, ~own, own, horizon, near)
        except NotEstimableError:
            continue
    return found


def _incidence(of: Modelled, learnt_from: np.ndarray, told_to: np.ndarray, horizon: float, near: Near) -> np.ndarray:
    """Return what the returns ``learnt_from`` (n,) foretell to those ``told_to`` (n,)."""
    _, fits, columns = zip(*_models(of, learnt_from, near), strict=True)
    return predicted_incidence(fits, [of.columns.loc[told_to, names] for names in columns], horizon)


def _models(of: Modelled, learnt_from: np.ndarray, near: Near) -> Iterator[tuple[int, CoxFit, list[str]]]:
    """Yield each end that happens, the question's first, with its model and the columns it has.

    ``near``: models of nearly the same returns, from which the search starts where columns are the same.
    """
    entry, exit_, _ = (times[learnt_from] for times in of.times)
    cause, columns = of.rows["cause"].to_numpy()[learnt_from], of.columns[learnt_from]
    others = [code for code in np.unique(cause) if code not in (0, of.cause)]
    for code in [of.cause, *others]:
        event = cause == code
        if not event.any():
            raise NotEstimableError("nobody else ended so: an incidence cannot be foretold")
        ended = columns.to_numpy()[event]
        names = list(columns.columns[(ended != ended[0]).any(axis=0)])  # those that differ among who ended so
        start, same = near.get(code, (None, None))
        yield code, *_fitted(entry, exit_, event, columns[names], start if names == same else None)


def _fitted(
    entry: np.ndarray, exit_: np.ndarray, event: np.ndarray, columns: pd.DataFrame, start: np.ndarray | None
) -> tuple[CoxFit, list[str]]:
    """Return the fit, without any column where they cannot be told apart."""
    try:
        return cox_fit(entry, exit_, event, columns, start=start), list(columns)
    except NotEstimableError:
        return cox_fit(entry, exit_, event, np.empty((len(event), 0))), []
