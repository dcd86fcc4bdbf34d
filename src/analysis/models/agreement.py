"""Agreement: how far two ratings of the same cases on an ordered scale agree beyond chance, by weighted kappa.

Cases come in clusters (the cases of one agency are rated by the same few people), so that the interval to publish is
the one over clusters; the large-sample one for independent cases stands beside it.

References: Cohen (1968) Psychological Bulletin 70:213-220; Fleiss, Cohen and Everitt (1969) Psychological Bulletin
72:323-327 (standard error); Fleiss and Cohen (1973) Educational and Psychological Measurement 33:613-619 (quadratic
weights); Efron and Stein (1981) Annals of Statistics 9:586-596 (the jackknife does not understate on average).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats

POWERS = {"linear": 1.0, "quadratic": 2.0}  # of the distance between two ratings; "unweighted" counts equal ones only


@dataclass(frozen=True)
class Kappa:
    """Weighted kappa of ``n`` cases, and the large-sample standard error for cases independent of each other."""

    estimate: float
    standard_error: float
    n: int


@dataclass(frozen=True)
class ClusteredKappa:
    """Weighted kappa of ``n`` cases in ``n_clusters``; standard error and interval of the jackknife over clusters."""

    estimate: float
    standard_error: float
    low: float
    high: float
    n: int
    n_clusters: int


def agreement_weights(n_levels: int, weights: str) -> np.ndarray:
    """Return (k, k) weights of 1 for equal ratings down to 0 for the two ends of the scale.

    ``linear``: 1 - |i - j| / (k - 1); ``quadratic``: the same with squares; ``unweighted``: 1 or 0. Raises
    ``ValueError`` for another name and for fewer than two levels.

    >>> agreement_weights(3, "linear").tolist()
    [[1.0, 0.5, 0.0], [0.5, 1.0, 0.5], [0.0, 0.5, 1.0]]
    """
    if n_levels < 2:
        raise ValueError("agreement needs a scale of two levels or more")
    if weights == "unweighted":
        return np.eye(n_levels)
    if weights not in POWERS:
        raise ValueError(f"weights are unweighted, {', '.join(POWERS)}; got {weights!r}")
    apart = np.abs(np.subtract.outer(np.arange(n_levels), np.arange(n_levels)))
    return 1 - (apart / (n_levels - 1)) ** POWERS[weights]


def weighted_kappa(table: ArrayLike, weights: str = "quadratic") -> Kappa:
    """Return weighted kappa of a (k, k) ``table`` of cases, one rater's levels in rows and the other's in columns.

    Estimand: (p_o - p_e) / (1 - p_e), where p_o is the expected weight of a pair of ratings and p_e what it would be
    if the two were independent with the same margins; 1 is full agreement, 0 that of chance.
    ASSUME: cases are independent of each other; the standard error is that of Fleiss, Cohen and Everitt.
    Raises ``ValueError`` for counts that are negative or missing, for a table that is not square or empty, and where
    chance alone agrees fully, as when both gave every case the same level.

    >>> round(weighted_kappa([[20, 5], [10, 15]]).estimate, 3)  # 70% agree, 50% would by chance
    0.4
    """
    counts = _counts(np.asarray(table, dtype="float64")[None])[0]
    weight, n = agreement_weights(len(counts), weights), counts.sum()
    share = counts / n
    by_row, by_column = weight @ share.sum(axis=0), share.sum(axis=1) @ weight
    seen, chance = (weight * share).sum(), share.sum(axis=1) @ by_row
    estimate = float(_kappas(counts[None], weight)[0])
    spread = weight * (1 - chance) - np.add.outer(by_row, by_column) * (1 - seen)
    excess = (share * spread**2).sum() - (seen * chance - 2 * chance + seen) ** 2
    return Kappa(estimate, float(np.sqrt(max(excess, 0.0) / n) / (1 - chance) ** 2), int(n))


def clustered_kappa(tables: ArrayLike, weights: str = "quadratic", confidence: float = 0.95) -> ClusteredKappa:
    """Return weighted kappa of all cases with an interval over clusters; ``tables`` is (G, k, k), one table a cluster.

    Estimand: kappa of the table to be expected from all clusters like these together. Every cluster is left out in
    turn; the interval is Student's t with G - 1 degrees of freedom on Fisher's scale atanh(kappa), so it stays within
    -1 and 1. Empty clusters are left away.
    ASSUME: clusters arose independently of each other. With full agreement there is no spread to learn from, and the
    interval goes down to -1: it tells nothing.
    Raises ``ValueError`` as ``weighted_kappa`` does, for fewer than two clusters with a case, where kappa does not
    exist once a cluster is left out, and for a confidence outside (0, 1).
    """
    if not 0 < confidence < 1:
        raise ValueError("the confidence must lie between 0 and 1")
    counts = _counts(np.asarray(tables, dtype="float64"))
    counts = counts[counts.sum(axis=(1, 2)) > 0]
    n_clusters, weight = len(counts), agreement_weights(counts.shape[1], weights)
    if n_clusters < 2:
        raise ValueError("an interval over clusters needs two clusters or more with a case")
    whole = counts.sum(axis=0)
    estimate, left_out = float(_kappas(whole[None], weight)[0]), _kappas(whole - counts, weight)
    error = float(np.sqrt((n_clusters - 1) / n_clusters * ((left_out - left_out.mean()) ** 2).sum()))
    low, high = _on_fishers_scale(estimate, error, stats.t.isf((1 - confidence) / 2, n_clusters - 1))
    return ClusteredKappa(estimate, error, low, high, int(whole.sum()), n_clusters)


def _on_fishers_scale(estimate: float, error: float, quantile: float) -> tuple[float, float]:
    if estimate >= 1:
        return -1.0, 1.0
    centre, half_width = np.arctanh(estimate), quantile * error / (1 - estimate**2)
    return float(np.tanh(centre - half_width)), float(np.tanh(centre + half_width))


def _kappas(counts: np.ndarray, weight: np.ndarray) -> np.ndarray:
    """Return kappa of each of (G, k, k) tables."""
    share = counts / counts.sum(axis=(1, 2), keepdims=True)
    chance = np.einsum("gi,ij,gj->g", share.sum(axis=2), weight, share.sum(axis=1))
    if (chance > 1 - 1e-12).any():
        raise ValueError("kappa does not exist where chance alone agrees fully: both gave every case the same level")
    return ((weight * share).sum(axis=(1, 2)) - chance) / (1 - chance)


def _counts(tables: np.ndarray) -> np.ndarray:
    if tables.ndim != 3 or tables.shape[1] != tables.shape[2]:
        raise ValueError("tables of agreement are square: the same levels in rows and in columns")
    if not (tables >= 0).all():
        raise ValueError("counts must be 0 or more, and none may be missing")
    if tables.sum() == 0:
        raise ValueError("nothing was rated by both")
    return tables
