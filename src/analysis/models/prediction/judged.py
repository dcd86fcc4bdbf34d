"""Predictions beside what happened, in a survey: what every measure of them shares.

Each measure is a smooth function of weighted totals, so its error is, to first order, the weighted total of an
influence of each row (``survey.linearised``). The predictions are taken as they are: what fitting the model again
would change is no part of these errors, see ``stability``.
"""

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import expit

from analysis.models.survey.design import Design, require_design
from analysis.models.survey.linearised import Estimated, covariance_of_totals


class PredictionError(ValueError):
    """Predictions that cannot be judged; the message says why and what to do."""


@dataclass(frozen=True, eq=False)
class Judged:
    """Predictions and outcomes of n rows of a survey. Made by ``judged``, which checks them.

    ``outcome`` (n,): 1 with, 0 without, 0 outside ``domain``. ``log_odds`` (n,): as predicted, 0 outside. ``domain``
    (n,) bool: whose predictions are judged; the others stay rows of the ``design``.
    """

    outcome: np.ndarray
    log_odds: np.ndarray
    design: Design
    domain: np.ndarray

    @cached_property
    def risks(self) -> np.ndarray:
        """Predicted probabilities (n,)."""
        return expit(self.log_odds)

    @cached_property
    def weights(self) -> np.ndarray:
        """Weights (n,), 0 outside the domain."""
        return self.design.weights * self.domain

    def among(self, rows: ArrayLike) -> "Judged":
        """Return the same survey with the domain narrowed to ``rows`` (n,) of bool; outcomes of both must be left."""
        return _checked(replace(self, domain=self.domain & np.asarray(rows, dtype="bool")))

    def estimated(self, estimate: ArrayLike, influence: np.ndarray) -> Estimated:
        """Return ``estimate`` (k,) with the covariance of the weighted totals of ``influence``, (n,) or (n, k)."""
        inside = self.domain if influence.ndim == 1 else self.domain[:, None]
        n_clusters, n_strata = self.design.clusters_and_strata_in(self.domain)
        covariance = covariance_of_totals(np.where(inside, influence, 0.0), self.design)
        return Estimated(np.atleast_1d(estimate), covariance, n_clusters - n_strata, n_clusters)


def judged(outcome: ArrayLike, log_odds: ArrayLike, design: Design, domain: ArrayLike | None = None) -> Judged:
    """Return the checked ``Judged`` of n rows of ``design``; ``outcome`` (n,) is 0 or 1, ``log_odds`` (n,) finite.

    Raises ``PredictionError`` for missing or impossible values inside ``domain`` (values outside are not looked at),
    and if nobody or everybody there has the outcome: then nothing can be told apart.
    """
    size = require_design(design).n
    inside = np.ones(size, "bool") if domain is None else np.asarray(domain, dtype="bool")
    happened, predicted = np.asarray(outcome, dtype="float64"), np.asarray(log_odds, dtype="float64")
    if not happened.shape == predicted.shape == inside.shape == (size,):
        raise PredictionError(f"outcomes, predictions and domain must have one value for each of the {size} rows")
    if not np.isin(happened[inside], (0, 1)).all():
        raise PredictionError("outcomes must be 0 or 1; leave rows out whose outcome is unknown by a domain")
    if not np.isfinite(predicted[inside]).all():
        raise PredictionError("log odds must be finite; a model that predicts 0 or 1 has separated the outcome")
    return _checked(Judged(np.where(inside, happened, 0.0), np.where(inside, predicted, 0.0), design, inside))


def _checked(found: Judged) -> Judged:
    n_with = int(found.outcome[found.domain].sum())
    if n_with in (0, found.domain.sum()):
        raise PredictionError(
            f"{n_with} of {found.domain.sum()} rows have the outcome: predictions can only be judged where some have "
            "it and some have not"
        )
    return found
