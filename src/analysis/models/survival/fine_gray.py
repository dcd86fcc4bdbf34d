"""The subdistribution hazard of Fine and Gray: what goes with the incidence of one cause where causes compete.

Who ended by another cause stays at risk with a weight that falls as those like them would have been censored, so that
a Cox model of these risk sets has the cumulative incidence of the cause as its curve. A subdistribution hazard ratio
above 1 says that the incidence is higher; how much of it is the cause's own hazard, and how much that other causes
leave more or fewer to it, only the cause-specific model beside it tells.

The variant is that of R's ``survival::finegray`` with ``coxph(weights = fgwt, cluster = )``: product-limit weights,
also for delayed entry (Geskus), Efron's ties, weights taken as known. ``cmprsk::crr`` has Breslow's ties and adds the
noise of its weights to the variance; both are held in the tests.

References: Fine and Gray (1999) JASA 94:496-509; Geskus (2011) Biometrics 67:39-49; Zhou et al. (2012) Biostatistics
13:371-383 (clusters).
"""

from dataclasses import fields, replace
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from analysis.models.survey.generalised_linear import NotEstimableError
from analysis.models.survival.at_risk import RiskSets
from analysis.models.survival.counting import Observed, observed
from analysis.models.survival.cox import CoxFit, fit_of_rows
from analysis.models.survival.cox_rows import cox_rows
from analysis.models.survival.kept_at_risk import KeptAtRisk


def fine_gray_fit(
    entry: ArrayLike,
    exit_: ArrayLike,
    cause: ArrayLike,
    of_cause: int,
    covariates: ArrayLike,
    clusters: ArrayLike | None = None,
    weights: ArrayLike | None = None,
) -> CoxFit:
    """Return the fit of log subdistribution hazard ratios of ``of_cause``, of n spells in (entry, exit].

    ``cause`` (n,) 0 for censored, 1.. for ends; all else as ``cox_fit``. ASSUME: censoring and entry do not depend on
    what is to come, nor on covariates. Raises as ``cox_fit``, and ``NotEstimableError`` where ``of_cause`` never
    happens, or nobody was left under observation while others were yet to come.
    """
    given = observed(entry, exit_, cause, int(max(np.max(np.asarray(cause)), of_cause)), weights)
    if not (given.cause == of_cause).any():
        raise NotEstimableError(f"nobody ended by cause {of_cause}: nothing can be told of it")
    rows = cox_rows((given.entry, given.exit, given.cause == of_cause), covariates, weights=given.weights)
    return fit_of_rows(replace(rows, sets=_kept_at_risk(rows.sets, given, of_cause)), clusters)


def _kept_at_risk(sets: RiskSets, rows: Observed, of_cause: int) -> KeptAtRisk:
    """Return the risk sets to which those belong as well who ended by another cause before."""
    kept = np.flatnonzero((rows.cause > 0) & (rows.cause != of_cause))
    since = np.searchsorted(sets.time, rows.exit[kept], side="right")
    under_observation = _UnderObservation(rows)
    at_end = under_observation.before(rows.exit[kept])
    if (at_end[since < len(sets.time)] == 0).any():
        raise NotEstimableError(
            "nobody was under observation for a while before the last entry, so that ends before it have no weight: "
            "start the time later, where somebody is always under observation"
        )
    own = np.divide(1, at_end, out=np.zeros(len(kept)), where=at_end > 0)
    plain = {field.name: getattr(sets, field.name) for field in fields(sets)}
    return KeptAtRisk(**plain, kept=kept, since=since, own=own, share=under_observation.before(sets.time))


class _UnderObservation:
    """The chance to have entered and not yet be censored, by product limits; on a day ends come before censoring."""

    def __init__(self, rows: Observed) -> None:
        censored, entries = np.unique(rows.exit[rows.cause == 0]), np.unique(rows.entry)
        self.censored, self.entries = censored, entries
        stays = 1 - self._share_censored(rows, censored)
        came = 1 - self._share_entering(rows, entries)
        self.uncensored = np.concatenate([[1.0], np.cumprod(stays)])  # after each day of censoring
        self.entered = np.concatenate([np.cumprod(came[::-1])[::-1], [1.0]])  # before each day of entry, and after all

    def before(self, times: np.ndarray) -> np.ndarray:
        """Return the probability just before each of ``times``."""
        not_censored = self.uncensored[np.searchsorted(self.censored, times, side="left")]
        return not_censored * self.entered[np.searchsorted(self.entries, times, side="left")]

    def _share_censored(self, rows: Observed, days: np.ndarray) -> np.ndarray:
        is_censored = rows.cause == 0
        left = _sum_from(rows.exit, rows.weights, days, "left") - _sum_from(rows.entry, rows.weights, days, "left")
        ended = ~is_censored
        left -= _sum_at(rows.exit[ended], rows.weights[ended], days)
        return _sum_at(rows.exit[is_censored], rows.weights[is_censored], days) / left

    def _share_entering(self, rows: Observed, days: np.ndarray) -> np.ndarray:
        there = _sum_from(rows.exit, rows.weights, days, "right") - _sum_from(rows.entry, rows.weights, days, "right")
        return _sum_at(rows.entry, rows.weights, days) / there


def _sum_from(values: np.ndarray, weights: np.ndarray, days: np.ndarray, side: Literal["left", "right"]) -> np.ndarray:
    """Return the weight of ``values`` at or after (``left``), or after (``right``), each of ``days``."""
    order = np.argsort(values, kind="stable")
    sums = np.concatenate([[0.0], np.cumsum(weights[order])])
    return sums[-1] - sums[np.searchsorted(values[order], days, side=side)]


def _sum_at(values: np.ndarray, weights: np.ndarray, days: np.ndarray) -> np.ndarray:
    return _sum_from(values, weights, days, "left") - _sum_from(values, weights, days, "right")
