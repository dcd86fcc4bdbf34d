"""Incidences foretold to returns, and by models that never saw the child's own agency.

A cumulative incidence needs a model of every way in which a return may end. The question's own cause has the terms of
``_reintegration_model``; the others have those of them that tell something of that cause, and no other returns.
"""

from collections.abc import Iterator

import numpy as np

from analysis.estimates._reintegration_model import Modelled
from analysis.models.left_out import left_out_groups
from analysis.models.survey.generalised_linear import NotEstimableError
from analysis.models.survival.cox import CoxFit, cox_fit
from analysis.models.survival.predicted import predicted_incidence


def foretold(of: Modelled, horizon: float) -> np.ndarray:
    """Return the incidence (n,) of the cause up to ``horizon`` that all returns together foretell to each."""
    return _incidence(of, np.ones(len(of.rows), bool), np.ones(len(of.rows), bool), horizon)


def foretold_by_others(of: Modelled, horizon: float) -> np.ndarray:
    """Return the incidence (n,) that the other agencies' returns foretell; missing where they tell none.

    Of more than a hundred agencies some are left out together (``left_out_groups``).
    """
    found = np.full(len(of.rows), np.nan)
    for agencies in left_out_groups(np.unique(of.rows["agency"])) if of.are_agencies else []:
        own = of.rows["agency"].isin(agencies).to_numpy()
        try:
            found[own] = _incidence(of, ~own, own, horizon)
        except NotEstimableError:
            continue
    return found


def _incidence(of: Modelled, learnt_from: np.ndarray, told_to: np.ndarray, horizon: float) -> np.ndarray:
    """Return what the returns ``learnt_from`` (n,) foretell to those ``told_to`` (n,)."""
    fits, columns = zip(*_models(of, learnt_from), strict=True)
    return predicted_incidence(fits, [of.columns.loc[told_to, names] for names in columns], horizon)


def _models(of: Modelled, learnt_from: np.ndarray) -> Iterator[tuple[CoxFit, list[str]]]:
    """Yield the model of each end that happens, the question's first, with the columns it has."""
    entry, exit_, _ = (times[learnt_from] for times in of.times)
    cause, columns = of.rows["cause"].to_numpy()[learnt_from], of.columns[learnt_from]
    others = [code for code in np.unique(cause) if code not in (0, of.cause)]
    for code in [of.cause, *others]:
        event = cause == code
        if not event.any():
            raise NotEstimableError("nobody else ended so: an incidence cannot be foretold")
        ended = columns.to_numpy()[event]
        names = list(columns.columns[(ended != ended[0]).any(axis=0)])  # those that differ among who ended so
        yield _fitted(entry, exit_, event, columns[names], names)


def _fitted(
    entry: np.ndarray, exit_: np.ndarray, event: np.ndarray, columns: np.ndarray, names: list[str]
) -> tuple[CoxFit, list[str]]:
    """Return the fit, without any column where they cannot be told apart."""
    try:
        return cox_fit(entry, exit_, event, columns), names
    except NotEstimableError:
        return cox_fit(entry, exit_, event, np.empty((len(event), 0))), []
