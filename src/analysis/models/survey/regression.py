"""Logistic and Poisson regression of a sample survey, with the variance of its design.

Estimand: the coefficients b that solve sum over the population of x_i (y_i - mean(x_i' b)) = 0, that is, the
regression that would be fitted if everybody had been asked; log odds ratios (logistic) or log rate ratios (Poisson).
Nothing in it is causal by itself. Estimated by the same equation with sampling weights. Uncertainty: linearisation;
the influence of a row is A^-1 x_i (y_i - mean_i) with A = sum_i w_i variance(mean_i) x_i x_i', and the covariance of
the coefficients is that of its total under the design.
ASSUME: first-stage clusters were drawn independently between strata; the weights hold for those who answered.

References: Binder (1983) International Statistical Review 51:279-292; Lumley (2010) Complex Surveys, ch. 5 and 6.
Held to R's ``survey::svyglm`` in ``tests/models/survey``.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats

from analysis.models.counts import tail_of
from analysis.models.survey.design import Design
from analysis.models.survey.families import LOGISTIC, POISSON, Family
from analysis.models.survey.generalised_linear import ModelRows, maximum
from analysis.models.survey.linearised import covariance_of_totals
from analysis.models.survey.model_rows import model_rows, rows_in


@dataclass(frozen=True, eq=False)
class Fit:
    """Coefficients of a regression with the covariance of the design.

    Shapes: k coefficients, n rows of the design. ``covariance`` (k, k) is ``covariance_of_totals(influence, design)``;
    ``influence`` (n, k) is 0 outside the domain: sum_i w_i influence_i is the first-order change of the coefficients.
    ``degrees_of_freedom``: first-stage clusters less strata that have rows in the domain, less k - 1 (as R's
    ``svyglm``). ``fitted`` (n,): means, also outside the domain where the covariates are known. ``information``
    (k, k): the matrix A above. ``log_likelihood``: weighted, without what does not depend on the coefficients.
    ``n``: rows of the domain; ``total_weight``: of them; ``domain`` (n,): which they are.
    """

    names: tuple[str, ...]
    coefficients: np.ndarray
    covariance: np.ndarray
    degrees_of_freedom: int
    influence: np.ndarray
    fitted: np.ndarray
    information: np.ndarray
    log_likelihood: float
    total_weight: float
    n: int
    domain: np.ndarray
    family: Family

    @property
    def standard_error(self) -> np.ndarray:
        """Standard errors (k,)."""
        return np.sqrt(np.diag(self.covariance))

    def interval(self, confidence: float) -> tuple[np.ndarray, np.ndarray]:
        """Return low and high (k,): estimate -/+ Student's t times the standard error.

        Missing (``nan``) where no degree of freedom is left. Raises ``ValueError`` for a confidence outside (0, 1).
        """
        tail = tail_of(confidence)
        width = stats.t.isf(tail, self.degrees_of_freedom) if self.degrees_of_freedom > 0 else np.nan
        half_width = width * self.standard_error
        return self.coefficients - half_width, self.coefficients + half_width


def logistic(outcome: ArrayLike, covariates: ArrayLike, design: Design, domain: ArrayLike | None = None) -> Fit:
    """Return the regression of log odds: ``outcome`` (n,) 0 or 1, ``covariates`` (n, k) with the constant.

    ``domain`` (n,) boolean: rows that the question is about; the others stay in the design and may have missing values.
    A frame gives its column names to the fit, else columns are called by number. Raises ``TypeError`` for anything but
    a ``Design``; ``ValueError`` for missing or impossible values; ``NotEstimableError`` for collinear columns;
    ``SeparationError`` where a coefficient would be infinite.
    """
    return _fit(*model_rows(outcome, covariates, design, LOGISTIC, domain=domain), design, LOGISTIC)


def poisson(
    outcome: ArrayLike,
    covariates: ArrayLike,
    design: Design,
    offset: ArrayLike | None = None,
    domain: ArrayLike | None = None,
) -> Fit:
    """Return the regression of log rates: ``outcome`` (n,) counts, ``offset`` (n,) log exposures, else as ``logistic``.

    The variance does not rest on the Poisson distribution: counts may spread more.
    """
    return _fit(*model_rows(outcome, covariates, design, POISSON, offset, domain), design, POISSON)


def _fit(rows: ModelRows, domain: np.ndarray, design: Design, family: Family) -> Fit:
    found = maximum(rows_in(rows, domain), family)
    fitted = family.mean(rows.predictor(found.coefficients))
    residuals = np.where(domain, rows.outcome - fitted, 0.0)
    known = rows.covariates if domain.all() else np.where(domain[:, None], rows.covariates, 0.0)
    influence = residuals[:, None] * (known @ np.linalg.inv(found.information))
    n_clusters, n_strata = design.clusters_and_strata_in(domain)
    return Fit(
        names=rows.names,
        coefficients=found.coefficients,
        covariance=covariance_of_totals(influence, design),
        degrees_of_freedom=n_clusters - n_strata - (len(rows.names) - 1),
        influence=influence,
        fitted=fitted,
        information=found.information,
        log_likelihood=found.log_likelihood,
        total_weight=float(design.weights[domain].sum()),
        n=int(domain.sum()),
        domain=domain,
        family=family,
    )
