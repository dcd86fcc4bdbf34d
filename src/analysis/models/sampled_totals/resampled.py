"""A total with its bootstrap replicates, and the intervals they give where clusters are few.

The linearised error of each replicate is kept beside it, for the studentised interval: counts of few clusters are
skewed, so that a sample without a large one has both a low total and a small error. References: Rao and Wu (1988) JASA
83:231-241; Hall (1992) The Bootstrap and Edgeworth Expansion, 1.3; Efron and Tibshirani (1993), ch. 12.
"""

from dataclasses import dataclass

import numpy as np
from scipy import stats

from analysis.models.counts import tail_of
from analysis.models.survey.design import Design

ROUNDING = 1e-6  # of the error of the sample: an error below is one of rounding


@dataclass(frozen=True, eq=False)
class ResampledTotal:
    """``estimate`` and linearised ``standard_error``, both again in each replicate (R,), and what was counted.

    ``least``: people counted in the sample, below which no interval of the total may end.
    """

    estimate: float
    standard_error: float
    replicates: np.ndarray
    replicate_errors: np.ndarray
    degrees_of_freedom: int
    least: float

    @property
    def bootstrap_error(self) -> float:
        """Standard deviation of the replicates."""
        return float(self.replicates.std(ddof=1))

    def t_interval(self, confidence: float) -> tuple[float, float]:
        """Return estimate * exp(-/+ t * bootstrap error / estimate), t with clusters less strata degrees of freedom.

        On the log scale, since the more is counted the more it varies. Raises ``ValueError`` for a total of 0.
        """
        if not self.estimate > 0:
            raise ValueError("nobody was counted in any sampled cluster: the total is 0 and has no interval")
        half_width = stats.t.isf(tail_of(confidence), self.degrees_of_freedom) * self.bootstrap_error / self.estimate
        return max(self.least, self.estimate * np.exp(-half_width)), float(self.estimate * np.exp(half_width))

    def percentile_interval(self, confidence: float) -> tuple[float, float]:
        """Return the quantiles of the replicates: right for many clusters, too narrow for few."""
        low, high = np.quantile(self.replicates, [tail_of(confidence), 1 - tail_of(confidence)])
        return max(self.least, float(low)), float(high)

    def studentised_interval(self, confidence: float) -> tuple[float, float]:
        """Return the bootstrap-t interval, from (replicate - estimate) / its own error; the upper end may be infinite.

        A replicate of clusters all alike has no error: it counts as infinitely far off.
        """
        errors = np.where(self.replicate_errors > ROUNDING * self.standard_error, self.replicate_errors, 0.0)
        with np.errstate(divide="ignore", invalid="ignore"):
            distances = (self.replicates - self.estimate) / errors
        distances = np.sort(np.nan_to_num(distances, nan=0.0, posinf=np.inf, neginf=-np.inf))
        last = len(distances) - 1  # ends by rank, as quantiles between an infinite distance and others are not defined
        near, far = int(np.floor(tail_of(confidence) * last)), int(np.ceil((1 - tail_of(confidence)) * last))
        low, high = (self.estimate - distances[rank] * self.standard_error for rank in (far, near))
        return max(self.least, float(low)), float(high)

    def times(self, factor: float, factors: np.ndarray) -> "ResampledTotal":
        """Return a rate times a population of ``factor``, which is drawn too: ``factors`` (R,), one a replicate."""
        return ResampledTotal(
            estimate=self.estimate * factor,
            standard_error=self.standard_error * factor,
            replicates=self.replicates * factors,
            replicate_errors=self.replicate_errors * factors,
            degrees_of_freedom=self.degrees_of_freedom,
            least=self.least,
        )


def times_drawn(factors: np.ndarray, design: Design) -> np.ndarray:
    """Return how often (R, G) each cluster is in a replicate of the rescaled bootstrap, from its ``factors``."""
    n = np.bincount(design.cluster_strata)[design.cluster_strata]
    return factors * ((n - 1) / n)


def linearised_errors(values: np.ndarray, drawn: np.ndarray, design: Design) -> np.ndarray:
    """Return the standard error (R,) of the sum of weighted ``values`` (R, G), each in as often as ``drawn`` (R, G).

    sqrt of the sum over strata of n^2 / m * variance, where m of the n clusters of a stratum are drawn. One alone has
    no variance: where m is 1, as in replicates of a stratum of two, that of all n clusters stands.
    ASSUME: clusters of a stratum were drawn independently.
    """
    in_stratum = (design.cluster_strata[:, None] == np.arange(design.n_strata)).astype("float64")
    n, m = in_stratum.sum(axis=0), drawn @ in_stratum
    drawn = np.where((m < 2)[:, design.cluster_strata], 1.0, drawn)
    of = drawn @ in_stratum
    sums, squares = (drawn * values) @ in_stratum, (drawn * values**2) @ in_stratum
    variance = np.maximum(squares - sums**2 / of, 0) / (of - 1)
    return np.sqrt((n**2 / m * variance).sum(axis=1))
