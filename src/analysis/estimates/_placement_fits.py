"""The placement model fitted to a data set without gaps, what the fit says of its terms, and fits pooled."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis.estimates import _placement_effects as effects
from analysis.estimates import _placement_model as placement
from analysis.models.imputation.pooling import Pooled, pooled
from analysis.models.survey.design import Design
from analysis.models.survey.effects import attributable_fraction, average_marginal_effects
from analysis.models.survey.linearised import Estimated
from analysis.models.survey.regression import Fit, logistic
from analysis.study import Study


@dataclass(frozen=True, eq=False)
class Fitted:
    """A ``fit`` with the ``columns`` (n, k) it was made of."""

    fit: Fit
    columns: pd.DataFrame
    design: Design


@dataclass(frozen=True, eq=False)
class Told:
    """What is told of each of ``terms``: estimates on the scale of their intervals, from ``n`` children."""

    terms: tuple[str, ...]
    found: Estimated | Pooled
    n: int


def fitted(columns: pd.DataFrame, children: pd.DataFrame, outcome: str, design: Design) -> Fitted:
    """Return the logistic fit of ``outcome`` on ``columns`` among those of its domain without a gap in them.

    Raises ``NotEstimableError`` as ``logistic`` does; ``placement.estimable`` columns rarely bring that about.
    """
    domain = placement.domain_of(children, outcome) & columns.notna().all(axis=1).to_numpy()
    return Fitted(logistic(placement.outcome_of(children, outcome), columns, design, domain), columns, design)


def coefficients(of: Fitted) -> Told:
    """Return the log odds ratios of all terms but the constant."""
    fit = of.fit
    found = Estimated(fit.coefficients[1:], fit.covariance[1:, 1:], fit.degrees_of_freedom)
    return Told(fit.names[1:], found, fit.n)


def marginal_effects(of: Fitted) -> Told:
    """Return by how much the mean probability moves with each term."""
    changes = effects.changes_of(of.columns)
    found = average_marginal_effects(of.fit, of.columns, list(changes.values()), of.design)
    return Told(tuple(changes), found, of.fit.n)


def logs_of_what_is_left(of: Fitted, study: Study) -> Told:
    """Return log(1 - fraction) of the fraction that goes with each root cause: ratios end at 0, their logs nowhere."""
    states = effects.states_of(of.columns, study)
    found = attributable_fraction(of.fit, of.columns, list(states.values()), of.design)
    left = 1 - found.estimate
    logs = Estimated(np.log(left), found.covariance / np.outer(left, left), found.degrees_of_freedom)
    return Told(tuple(states), logs, of.fit.n)


def pooled_over(imputations: Sequence[Told]) -> Told:
    """Return what the fits of all imputations tell together, by Rubin's rules."""
    first = imputations[0]
    estimates = np.stack([told.found.estimate for told in imputations])
    covariances = np.stack([told.found.covariance for told in imputations])
    return Told(first.terms, pooled(estimates, covariances, first.found.degrees_of_freedom), first.n)
