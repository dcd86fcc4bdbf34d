"""What a logistic regression of a survey says in shares of people: average marginal effects, attributable fractions.

Both compare the mean predicted probability of the population as it is with that of the same people under changed
covariates, all else in the model held. They describe the model: "attributable" is a fraction of what the model
predicts, and an effect of a change only where the covariates are causes and nothing confounds them, which a survey
taken at one time cannot show. Uncertainty: linearised, for the coefficients and for who the population is, together.
ASSUME: the model holds for the changed covariates too; look whether such people are in the survey.
References: Graubard and Korn (1999) Biometrics 55:652-659 (predictive margins of surveys); Greenland and Drescher
(1993) Biometrics 49:865-872 (attributable fractions). Held to R's ``svyglm`` with ``svytotal``, and to jackknives.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy.special import expit

from analysis.models.survey.design import Design, as_numbers
from analysis.models.survey.linearised import Estimated, covariance_of_unit_totals, sums_by
from analysis.models.survey.means import domain_rows
from analysis.models.survey.regression import Fit

Setting = Mapping[str | int, ArrayLike]


@dataclass(frozen=True)
class Change:
    """Covariates by name (by number, where the fit has no names) and the values they have before and after.

    A value is a number for all or an array (n,); both sides may name several columns, such as those of one factor or
    a product of two columns. What one side does not name stays there as it was observed.
    """

    before: Setting
    after: Setting


def average_marginal_effects(
    fit: Fit, covariates: ArrayLike, changes: Sequence[Change], design: Design, domain: ArrayLike | None = None
) -> Estimated:
    """Return for each change by how much it moves the mean predicted probability of the domain, -1 to 1, (changes,).

    ``covariates`` (n, k) are those of the fit, ``domain`` without one is the fit's. Raises ``ValueError`` for a column
    that the fit has not, a missing covariate in the domain, a fit that is not logistic.
    """
    population = _Population(fit, covariates, design, domain)
    before, before_totals = population.mean_probabilities([change.before for change in changes])
    after, after_totals = population.mean_probabilities([change.after for change in changes])
    return population.estimated(after - before, after_totals - before_totals)


def attributable_fraction(
    fit: Fit,
    covariates: ArrayLike,
    without: Setting | Sequence[Setting],
    design: Design,
    domain: ArrayLike | None = None,
) -> Estimated:
    """Return which fraction of the predicted cases there would not be ``without``, one for each setting given.

    1 - sum of w p(x without) / sum of w p(x) over the domain; below 0 where the setting raises the risk. ``without``
    names covariates and the values they would have. Take the interval on the scale "log_complement". Settings overlap,
    so fractions of several need not add up to that of all. Shapes and errors as ``average_marginal_effects``.
    """
    population = _Population(fit, covariates, design, domain)
    settings = [without] if isinstance(without, Mapping) else without
    changed, changed_totals = population.mean_probabilities(settings)
    observed, observed_totals = population.mean_probabilities([{}])
    ratio = changed / observed
    return population.estimated(1 - ratio, (ratio * observed_totals - changed_totals) / observed)


class _Population:
    """The people of a domain, their covariates and weights, and a fit that predicts for them."""

    def __init__(self, fit: Fit, covariates: ArrayLike, design: Design, domain: ArrayLike | None) -> None:
        if fit.family.name != "logistic":
            raise ValueError(f"effects on probabilities need a logistic fit; this one is {fit.family.name}")
        self.fit, self.design = fit, design
        self.is_in = domain_rows(fit.domain if domain is None else domain, design)
        self.columns = _covariates_in(covariates, self.is_in, fit)
        self.shares = np.where(self.is_in, design.weights, 0.0) / design.weights[self.is_in].sum()
        self.predictor = self.columns @ fit.coefficients
        self.units = design.stages[-1].rows
        self.coefficient_totals = sums_by(self.units, fit.influence * design.weights[:, None])

    def mean_probabilities(self, settings: Sequence[Setting]) -> tuple[np.ndarray, np.ndarray]:
        """Return the mean probability (settings,) under each setting, and what each unit adds to it (G, settings).

        That is the weighted total of the influences of a unit's rows, by the covariates they bring to the population
        and by what they change in the coefficients.
        """
        pairs = [self._mean_probability(setting) for setting in settings]
        return np.array([mean for mean, _ in pairs]), np.column_stack([totals for _, totals in pairs])

    def estimated(self, estimate: np.ndarray, unit_totals: np.ndarray) -> Estimated:
        """Return the estimates with the covariance that the units' influences (G, settings) give them."""
        n_clusters, _ = self.design.clusters_and_strata_in(self.is_in)
        covariance = covariance_of_unit_totals(unit_totals, self.design)
        return Estimated(estimate, covariance, self.fit.degrees_of_freedom, n_clusters)

    def _mean_probability(self, setting: Setting) -> tuple[float, np.ndarray]:
        moves = {self._position(name): self._move(name, value) for name, value in setting.items()}
        predictor = self.predictor + sum(move * self.fit.coefficients[at] for at, move in moves.items())
        probability = expit(predictor)
        mean, slopes = float(self.shares @ probability), self.shares * probability * (1 - probability)
        gradient = self.columns.T @ slopes
        for at, move in moves.items():
            gradient[at] += move @ slopes
        own = np.bincount(self.units, self.shares * (probability - mean))
        return mean, own + self.coefficient_totals @ gradient

    def _move(self, name: str | int, value: ArrayLike) -> np.ndarray:
        new = np.where(self.is_in, as_numbers(value), 0.0)
        if not np.isfinite(new).all():
            raise ValueError(f"a value given to column {name} is missing in the domain")
        return new - self.columns[:, self._position(name)]

    def _position(self, name: str | int) -> int:
        if str(name) not in self.fit.names:
            raise ValueError(f"the fit has no column {name}; it has {', '.join(self.fit.names)}")
        return self.fit.names.index(str(name))


def _covariates_in(covariates: ArrayLike, is_in: np.ndarray, fit: Fit) -> np.ndarray:
    """Return the covariates (n, k) with 0 outside the domain."""
    if isinstance(covariates, pd.DataFrame) and tuple(map(str, covariates.columns)) != fit.names:
        raise ValueError(f"the covariates must be those of the fit, in its order: {', '.join(fit.names)}")
    columns = as_numbers(covariates)
    if columns.shape != (len(is_in), len(fit.names)):
        raise ValueError(f"covariates have the shape {columns.shape}; the fit needs {(len(is_in), len(fit.names))}")
    if not np.isfinite(columns[is_in]).all():
        raise ValueError("a covariate is missing in the domain: impute it, as for the fit")
    return np.where(is_in[:, None], columns, 0.0)
