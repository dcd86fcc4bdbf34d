"""National totals of people counted in a few sampled clusters: by a rate, by weights, or with help of a model.

A sample of G clusters (communes), drawn in strata with known weights; in each everybody of interest is counted.
``one_rate`` and ``negative_binomial`` multiply a rate by a population and know nothing of weights; ``resampled_total``
weights, and has the spread between clusters from a rescaled bootstrap.
"""

from analysis.models.sampled_totals.assisted import bootstrap_total, resampled_total
from analysis.models.sampled_totals.clusters import SampledClusters, sampled_clusters
from analysis.models.sampled_totals.rates import negative_binomial, one_rate, with_poisson_interval
from analysis.models.sampled_totals.reported import chance_of_report, chance_of_report_again, populations_again
from analysis.models.sampled_totals.resampled import ResampledTotal

__all__ = [
    "ResampledTotal",
    "SampledClusters",
    "bootstrap_total",
    "chance_of_report",
    "chance_of_report_again",
    "negative_binomial",
    "one_rate",
    "populations_again",
    "resampled_total",
    "sampled_clusters",
    "with_poisson_interval",
]
