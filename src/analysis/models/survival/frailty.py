"""Shared gamma frailty: hazards of clusters that differ by a factor of which no covariate knows.

Estimand: log hazard ratios within a cluster, and the variance of the clusters' factors (mean 1). Where clusters
differ, ratios within one lie further from 1 than those between any two children, which the robust Cox model tells.
ASSUME: factors are independent of the covariates and gamma distributed in those under observation when they enter;
proportional hazards given them. The covariance of coefficients takes the variance of the factors as known.

The likelihood is penalised at a given variance, and the variance is that at which the factors integrated out have the
highest likelihood; so does R's ``coxph(frailty(distribution = "gamma"))``, to which the tests hold it.
References: Nielsen et al. (1992) Scand J Stat 19:25-43; Therneau, Grambsch and Pankratz (2003) JCGS 12:156-175.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy import optimize, stats
from scipy.special import gammaln

from analysis.models.survival.cluster_rows import ClusterRows
from analysis.models.survival.cox import CoxFit, cox_fit
from analysis.models.survival.frailty_search import FrailtySearch

LEAST_VARIANCE, MOST_VARIANCE = 1e-4, 20.0  # below, factors differ by a hundredth; above, most are nearly 0
TOLERANCE = 1e-4  # of the log of the variance, at whose maximum the likelihood is flat


@dataclass(frozen=True, eq=False)
class FrailtyFit:
    """``coefficients`` (k,), ``covariance`` (k, k), the ``variance`` of the clusters' factors with its profile interval
    ``variance_low`` to ``variance_high``; estimated ``factors`` (G,) of the clusters ``labels`` (G,).

    ``log_likelihood``: factors integrated out (R's I-likelihood); ``log_likelihood_without`` any. ``p_value``: of no
    frailty, a likelihood ratio against a half and half mixture of 0 and a chi-square.
    """

    coefficients: np.ndarray
    covariance: np.ndarray
    variance: float
    variance_low: float
    variance_high: float
    factors: np.ndarray
    labels: np.ndarray
    log_likelihood: float
    log_likelihood_without: float

    @property
    def p_value(self) -> float:
        """Return the p-value of no frailty."""
        ratio = 2 * (self.log_likelihood - self.log_likelihood_without)
        return float(stats.chi2.sf(ratio, 1) / 2) if ratio > 0 else 1.0


def frailty_fit(
    entry: ArrayLike,
    exit_: ArrayLike,
    event: ArrayLike,
    covariates: ArrayLike,
    clusters: ArrayLike,
    strata: ArrayLike | None = None,
    variance: float | None = None,
    confidence: float = 0.95,
) -> FrailtyFit:
    """Return the fit at the variance of factors with the highest likelihood, or at a given ``variance`` above 0.

    Shapes as ``cox_fit``. For up to a thousand or so clusters: the information of their effects is a full matrix.
    Raises ``ValueError`` and ``NotEstimableError`` as ``cox_fit`` does, and ``ValueError`` for a variance not above 0.
    """
    if variance is not None and not variance > 0:
        raise ValueError("the variance of frailty must be above 0: without any, use cox_fit")
    without = cox_fit(entry, exit_, event, covariates, clusters=clusters, strata=strata)
    profile = _Profile(without)
    if variance is None:
        variance = profile.best()
    low, high = profile.interval(variance, confidence)
    factors, found = np.ones(without.n_clusters), without.covariance
    coefficients, value = without.coefficients, without.log_likelihood
    if variance > 0:
        maximum, value = profile.search.maximum(variance), profile.value(variance)
        k = len(coefficients)
        coefficients, factors = maximum.at[:k], np.exp(maximum.at[k:])
        found = np.linalg.inv(profile.search.information(maximum, variance))[:k, :k]
    return FrailtyFit(
        coefficients, found, variance, low, high, factors, without.cluster_labels, value, without.log_likelihood
    )


class _Profile:
    """The likelihood by the variance of factors, each maximum looked for from the last one found."""

    def __init__(self, without: CoxFit) -> None:
        """Take the rows of the fit ``without`` frailty and give each of its clusters an effect."""
        rows, codes = without.rows, without.cluster_codes
        given = (rows.sets, rows.columns, rows.centre, rows.weights, rows.offset, rows.names)
        own = ClusterRows(*given, codes=codes, n_clusters=without.n_clusters)
        self.n_events = np.bincount(codes[rows.sets.event_rows], minlength=without.n_clusters)
        self.k = len(without.coefficients)
        self.search = FrailtySearch(own, without.coefficients)
        self.value_without = without.log_likelihood

    def value(self, variance: float) -> float:
        """Return the log-likelihood with the factors integrated out, that of the Cox model at ``variance`` 0."""
        if variance == 0:
            return self.value_without
        maximum, shape = self.search.maximum(variance), 1 / variance
        of_factors = gammaln(shape + self.n_events) - gammaln(shape) + shape * np.log(shape) + self.n_events
        of_factors += shape * maximum.at[self.k :] - (shape + self.n_events) * np.log(shape + self.n_events)
        return maximum.log_likelihood + float(of_factors.sum())

    def best(self) -> float:
        """Return the variance with the highest likelihood, 0 where it falls from no frailty on."""
        if self.value(LEAST_VARIANCE) <= self.value_without:
            return 0.0
        found = optimize.minimize_scalar(
            lambda log: -self.value(float(np.exp(log))),
            bounds=(np.log(LEAST_VARIANCE), np.log(MOST_VARIANCE)),
            method="bounded",
            options={"xatol": TOLERANCE},
        )
        return float(np.exp(found.x))

    def interval(self, variance: float, confidence: float) -> tuple[float, float]:
        """Return the variances whose likelihood is no less than the chi-square of ``confidence`` below the highest."""
        lowest = self.value(variance) - stats.chi2.ppf(confidence, 1) / 2
        middle = max(variance, LEAST_VARIANCE)
        low = 0.0 if self.value_without > lowest else self._crossing(lowest, LEAST_VARIANCE, middle)
        high = np.inf if self.value(MOST_VARIANCE) > lowest else self._crossing(lowest, middle, MOST_VARIANCE)
        return low, high

    def _crossing(self, value: float, low: float, high: float) -> float:
        over = lambda log: self.value(float(np.exp(log))) - value  # noqa: E731
        return float(np.exp(optimize.brentq(over, np.log(low), np.log(high), xtol=1e-3)))
