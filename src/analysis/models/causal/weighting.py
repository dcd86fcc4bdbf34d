"""Weights that make two arms alike in what was known before, and how far they succeed.

References: Robins, Hernan and Brumback (2000) Epidemiology 11:550-560 (stabilised weights); Austin (2009) Stat Med
28:3083-3107 (standardised differences); Kish (1965) Survey Sampling, section 8.2 (effective n).
"""

import numpy as np
from numpy.typing import ArrayLike


def stabilised_weights(chance: ArrayLike, treated: ArrayLike) -> np.ndarray:
    """Return weights (n,): the share of one's arm over one's ``chance`` to be in it; their mean is near 1.

    Raises ``ValueError`` for a chance that is not between 0 and 1: nobody like that is in the other arm.

    >>> stabilised_weights([0.5, 0.5, 0.25, 0.25], [True, False, True, False]).round(2).tolist()
    [1.0, 1.0, 2.0, 0.67]
    """
    chances, in_treated = np.asarray(chance, dtype="float64"), np.asarray(treated, dtype=bool)
    if not ((chances > 0) & (chances < 1)).all():
        raise ValueError("a chance to be treated is 0 or 1: there is nobody to compare these rows with")
    share = in_treated.mean()
    return np.where(in_treated, share / chances, (1 - share) / (1 - chances))


def effective_n(weights: ArrayLike) -> float:
    """Return how many rows of equal weight tell as much as ``weights`` (n,): (sum w)^2 / sum w^2; 0 without rows.

    >>> effective_n([1, 1, 2])  # 16 / 6
    2.6666666666666665
    """
    w = np.asarray(weights, dtype="float64")
    return float(w.sum() ** 2 / (w**2).sum()) if len(w) else 0.0


def standardised_differences(columns: ArrayLike, treated: ArrayLike, weights: ArrayLike | None = None) -> np.ndarray:
    """Return the difference of means (k,), treated less untreated, over the standard deviation before weighting.

    The standard deviation is the root of the mean of both arms' variances, the same before and after weighting, so
    that only the means move. Missing (``nan``) where nothing varies. 0.1 is the usual bound (Austin 2009).
    """
    matrix, in_treated = np.asarray(columns, dtype="float64"), np.asarray(treated, dtype=bool)
    w = np.ones(len(matrix)) if weights is None else np.asarray(weights, dtype="float64")
    arms = [in_treated, ~in_treated]
    means = [np.average(matrix[arm], axis=0, weights=w[arm]) for arm in arms]
    spread = np.sqrt(sum(matrix[arm].var(axis=0, ddof=1) for arm in arms) / 2)
    return np.divide(means[0] - means[1], spread, out=np.full(matrix.shape[1], np.nan), where=spread > 0)
