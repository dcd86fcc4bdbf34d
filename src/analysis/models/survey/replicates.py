"""Replicates of a survey: the same estimate from many versions of its weights, in place of a formula for its error.

Made for the first stage: a cluster's rows share one factor. Where a statistic is smooth all kinds agree with
linearisation; the bootstrap serves where it is not, or where a whole chain of steps has to be repeated.
References: Wolter (2007) Introduction to Variance Estimation, ch. 3 to 5; Rao and Wu (1988) JASA 83:231-241. Held to
R's ``as.svrepdesign`` (JK1, JKn, BRR, Fay); the bootstrap to its exact expectation.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike
from scipy.linalg import hadamard

from analysis.models.survey.design import Design, SurveyDesignError, require_design
from analysis.models.survey.linearised import as_columns, sums_by
from analysis.models.survey.stages import Stage


@dataclass(frozen=True, eq=False)
class Replicates:
    """``factors`` (R, G): by what each replicate multiplies the weights of a cluster of the first stage.

    The covariance of an estimate is ``scale`` times the sum over replicates of ``rscales`` (R,) times the squared
    distance of the replicate's estimate from the centre.
    """

    factors: np.ndarray
    scale: float
    rscales: np.ndarray
    design: Design

    @property
    def n(self) -> int:
        """Replicates, R."""
        return len(self.factors)

    def weights_of(self, rows: slice | np.ndarray) -> np.ndarray:
        """Return the weights (R, n of ``rows``) of some rows in every replicate; all rows at once may not fit."""
        return self.factors[:, self.design.clusters[0][rows]] * self.design.weights[rows]

    def totals(self, values: ArrayLike) -> np.ndarray:
        """Return the weighted totals (R, k) of ``values`` (n,) or (n, k) in every replicate, 0 outside a domain."""
        weighted = as_columns(values, self.design) * self.design.weights[:, None]
        return self.factors @ sums_by(self.design.clusters[0], weighted)


def jackknife(design: Design) -> Replicates:
    """Return replicates that leave out one cluster each (JKn; JK1 for one stratum), R = G.

    The factor of the other clusters of its stratum is n / (n - 1). A population of the first stage shrinks the scale.
    Strata with one cluster follow the design's ``lonely``. Raises ``SurveyDesignError`` for populations of a later
    stage, whose part the replicates cannot show.
    """
    stage = _only_stage(design)
    n = stage.counts[stage.parents]
    is_alike = stage.parents[:, None] == stage.parents
    factors = np.where(is_alike, (n / np.maximum(n - 1, 1))[:, None], 1.0)
    np.fill_diagonal(factors, 0.0)
    rscales = (n - 1) / n * stage.remaining[stage.parents]
    is_lonely, n_strata = stage.is_lonely[stage.parents], design.n_strata
    if design.lonely == "adjust" and n_strata > 1:
        factors[is_lonely] = np.where(is_alike[is_lonely], 0.0, n_strata / (n_strata - 1))
        rscales[is_lonely] = (n_strata - 1) / n_strata
    if not (rscales > 0).any():
        raise SurveyDesignError("no stratum has a second cluster to compare with: there is nothing to leave out")
    scale = len(n) / (~is_lonely).sum() if design.lonely == "average" else 1.0
    return Replicates(factors[rscales > 0], scale, rscales[rscales > 0], design)


def balanced_repeated(design: Design, fay: float = 0.0) -> Replicates:
    """Return half samples, one of the two clusters of each stratum, balanced by a Hadamard matrix of order R.

    R is the smallest power of 2 above the number of strata. ``fay``: the share of its weight a cluster keeps when the
    other is taken (Fay's method); 0 drops it. Raises ``SurveyDesignError`` unless every stratum has two clusters and
    was drawn with replacement, ``ValueError`` for a ``fay`` outside [0, 1).
    """
    stage = _only_stage(design)
    if not 0 <= fay < 1:
        raise ValueError(f"fay must be 0 or more and below 1; it is {fay}")
    if (stage.counts != 2).any() or (stage.remaining < 1).any():
        raise SurveyDesignError(
            "half samples need two clusters in every stratum, drawn with replacement: take the jackknife"
        )
    is_second = np.zeros(design.n_clusters, dtype=bool)
    is_second[np.argsort(stage.parents, kind="stable")[1::2]] = True
    signs = hadamard(1 << design.n_strata.bit_length())[:, 1 + stage.parents]
    factors = np.where((signs > 0) ^ is_second, 2 - fay, fay)
    return Replicates(factors, 1 / (len(factors) * (1 - fay) ** 2), np.ones(len(factors)), design)


def rao_wu(design: Design, n_replicates: int, rng: np.random.Generator) -> Replicates:
    """Return the rescaled bootstrap: n - 1 of the n clusters of a stratum, with replacement, each times n / (n - 1).

    Without the rescaling variances would be too small by (n - 1) / n, half in strata of two. A population of the
    first stage draws the factors towards 1, by the square root of the share that was not drawn. Raises
    ``SurveyDesignError`` as ``jackknife`` does, and for lonely strata unless they are to add nothing; ``ValueError``
    for fewer than two replicates.
    """
    stage = _only_stage(design)
    if n_replicates < 2:
        raise ValueError(f"a spread needs two replicates or more; {n_replicates} asked for")
    if stage.is_lonely.any() and design.lonely not in ("remove", "certainty"):
        raise SurveyDesignError('the bootstrap draws nothing from one cluster: merge its stratum, or lonely="remove"')
    drawn = _times_drawn(stage.parents, stage.counts, n_replicates, rng)
    n = stage.counts[stage.parents]
    rescaled = np.where(n > 1, drawn * (n / np.maximum(n - 1, 1)), 1.0)
    factors = 1 + np.sqrt(stage.remaining[stage.parents]) * (rescaled - 1)
    return Replicates(factors, 1 / (n_replicates - 1), np.ones(n_replicates), design)


def replicate_covariance(
    estimates: ArrayLike,
    replicates: Replicates,
    centre: Literal["estimate", "mean"],
    full_estimate: ArrayLike | None = None,
) -> np.ndarray:
    """Return the covariance (k, k) of an estimate from those of the replicates, ``estimates`` (R,) or (R, k).

    ``centre``: "mean" of the replicates is what R does unless asked (mse = FALSE); "estimate" takes distances from
    ``full_estimate`` (k,), that of the whole sample, and is never smaller when all ``rscales`` are alike. Raises
    ``ValueError`` for a missing estimate: a replicate that failed may not be dropped silently.
    """
    matrix = np.asarray(estimates, dtype="float64").reshape(replicates.n, -1)
    if not np.isfinite(matrix).all():
        raise ValueError(f"{(~np.isfinite(matrix)).any(axis=1).sum()} of {replicates.n} replicates have no estimate")
    if centre not in ("estimate", "mean") or (centre == "estimate") != (full_estimate is not None):
        raise ValueError('centre must be "mean", or "estimate" together with the full_estimate')
    middle = matrix.mean(axis=0) if full_estimate is None else np.asarray(full_estimate, dtype="float64")
    deviations = matrix - middle
    return replicates.scale * (deviations.T @ (deviations * replicates.rscales[:, None]))


def _only_stage(design: Design) -> Stage:
    stages = require_design(design).stages
    if len(stages) > 1 and stages[-1].reach.max() > 0:
        raise SurveyDesignError(
            "replicates of clusters do not show what later stages add where the first has a population: "
            "take linearised errors, or a design without populations"
        )
    return stages[0]


def _times_drawn(parents: np.ndarray, counts: np.ndarray, n_replicates: int, rng: np.random.Generator) -> np.ndarray:
    """Return how often (R, G) each cluster is among the n - 1 drawn of its stratum."""
    order = np.argsort(parents, kind="stable")
    starts, stratum = np.cumsum(counts) - counts, np.repeat(np.arange(len(counts)), counts - 1)
    picked = order[starts[stratum] + rng.integers(counts[stratum], size=(n_replicates, len(stratum)))]
    cells = picked + len(parents) * np.arange(n_replicates)[:, None]
    return np.bincount(cells.ravel(), minlength=n_replicates * len(parents)).reshape(n_replicates, -1)
