"""What a sample of clusters is: how many were counted in each, who lives there, and how it was drawn."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from analysis.models.survey.design import Design, survey_design


@dataclass(frozen=True, eq=False)
class SampledClusters:
    """``counts`` (G,) of people of interest, ``populations`` (G,) of all people, and the ``design``, a row a cluster.

    Made by ``sampled_clusters``, which checks it.
    """

    counts: np.ndarray
    populations: np.ndarray
    design: Design

    @property
    def weights(self) -> np.ndarray:
        """Clusters of the population (G,) that each one stands for."""
        return self.design.weights

    def unweighted(self) -> "SampledClusters":
        """Return the clusters as if each stood for as many: what a rate of all that was counted takes them for."""
        design = survey_design(np.ones(self.design.n), self.design.strata)
        return SampledClusters(self.counts, self.populations, design)


def sampled_clusters(
    counts: ArrayLike, populations: ArrayLike, weights: ArrayLike, strata: ArrayLike
) -> SampledClusters:
    """Return the checked sample: one entry (G,) a cluster, ``strata`` labels of any kind.

    ASSUME: everybody of interest in a sampled cluster was counted, a cluster of nobody has the count 0, and a later
    stage (one commune of a district) took one unit each, so that clusters are the first stage as well.
    Raises ``ValueError`` for counts below 0 or missing and populations not above 0, ``SurveyDesignError`` for weights
    that are no weights and a stratum with a single cluster.
    """
    count, population = np.asarray(counts, dtype="float64"), np.asarray(populations, dtype="float64")
    if count.shape != population.shape or count.ndim != 1:
        raise ValueError(f"give one count and one population a cluster, not {count.shape} and {population.shape}")
    if not (count >= 0).all():
        raise ValueError("a count is negative or missing: a cluster in which nobody was found has the count 0")
    if not (population > 0).all():
        raise ValueError("the population of a cluster is missing or not above 0: find it, or leave the cluster's area")
    design = survey_design(weights, strata)
    if design.n != len(count):
        raise ValueError(f"there are {design.n} weights and {len(count)} counts: give one of each a cluster")
    return SampledClusters(count, population, design)
