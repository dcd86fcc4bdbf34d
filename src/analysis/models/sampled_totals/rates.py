"""A total as a rate of the sampled clusters times a population, without weights: as studies publish it.

Estimand: the people of interest in a population of ``target_population``, if those of the sampled clusters per head
hold there. ASSUME: clusters were drawn without regard to how many of interest live there. If they were drawn because
something is known there, the rate is that of places where something is, and the total too high: weights are then
needed (``resampled_total``). References: McCullagh and Nelder (1989) 6.2; Lawless (1987) Can J Stat 15:209-225.
"""

import numpy as np
from scipy import stats

from analysis.models.counts import tail_of
from analysis.models.mixed_counts import fit_nb2
from analysis.models.sampled_totals.clusters import SampledClusters

Total = tuple[float, float, float]  # estimate and the ends of its interval


def one_rate(sample: SampledClusters, target_population: float, confidence: float) -> Total:
    """Return sum(counts) / sum(populations) * ``target_population`` with the interval of a Poisson count.

    ASSUME: all clusters have one rate, and people are there or not independently of each other. Where people live in
    institutions, and institutions lie where they do, neither holds and the interval is far too narrow.
    Raises ``ValueError`` where nobody was counted.

    >>> from analysis.models.sampled_totals import sampled_clusters
    >>> sample = sampled_clusters(counts=[5, 15], populations=[1000, 1000], weights=[20, 20], strata=["a", "a"])
    >>> [round(float(number)) for number in one_rate(sample, 40_000, 0.95)]
    [400, 225, 575]
    """
    count = float(sample.counts.sum())
    return with_poisson_interval(count / sample.populations.sum() * target_population, count, confidence)


def with_poisson_interval(total: float, count: float, confidence: float) -> Total:
    """Return ``total`` -/+ z * total / sqrt(``count``), the large-sample interval if a Poisson count is behind it.

    Raises ``ValueError`` for a count not above 0 and a confidence outside (0, 1).
    """
    if not count > 0:
        raise ValueError("nobody was counted in any sampled cluster: there is no rate to multiply")
    half_width = stats.norm.isf(tail_of(confidence)) * total / np.sqrt(count)
    return total, total - half_width, total + half_width


def negative_binomial(sample: SampledClusters, target_population: float, confidence: float) -> Total:
    """Return the total of a negative binomial rate: clusters' rates differ by a gamma factor, estimated with it.

    The interval is exp(log rate -/+ t * standard error), t with G - 1 degrees of freedom. ASSUME: as ``one_rate``,
    but rates differ between clusters. Raises ``ValueError`` as ``mixed_counts.fit_nb2`` does.
    """
    n = sample.design.n
    fit = fit_nb2(sample.counts, np.ones((n, 1)), np.log(sample.populations))
    log_rate, error = fit.coefficients[0], np.sqrt(fit.covariance[0, 0])
    half_width = stats.t.isf(tail_of(confidence), n - 1) * error
    low, rate, high = np.exp(log_rate + half_width * np.array([-1, 0, 1]))
    return float(rate * target_population), float(low * target_population), float(high * target_population)
