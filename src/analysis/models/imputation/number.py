"""How many imputations: enough that standard errors would hardly change if the imputations were drawn again.

Reference: von Hippel (2020) How many imputations do you need? A two-stage calculation using a quadratic rule,
Sociological Methods & Research 49:699-718.
"""

import numpy as np
from numpy.typing import ArrayLike
from scipy import special, stats


def n_imputations(wanted_cv: float, fraction_missing: ArrayLike) -> int:
    """Return the imputations that give standard errors the coefficient of variation ``wanted_cv``.

    1 + (gamma / cv)^2 / 2 for the largest of ``fraction_missing``, rounded up, and two at least. The variation is that
    of the draws alone, given the survey. Raises ``ValueError`` for fractions outside 0 to 1 and a ``wanted_cv`` not
    above 0.

    >>> n_imputations(0.05, [0.1, 0.3])
    19
    """
    gamma = np.atleast_1d(np.asarray(fraction_missing, dtype="float64"))
    if not (wanted_cv > 0 and ((gamma >= 0) & (gamma <= 1)).all()):
        raise ValueError("fractions of missing information lie between 0 and 1, the wanted variation above 0")
    return max(2, int(np.ceil(1 + (gamma.max() / wanted_cv) ** 2 / 2)))


def upper_fraction(fraction_missing: ArrayLike, n_pilot: int, confidence: float) -> np.ndarray:
    """Return the upper end (k,) of the two-sided interval of each fraction (k,) estimated from ``n_pilot`` imputations.

    logit(gamma) has the standard error sqrt(2 / n_pilot): a pilot of few imputations says little about the fraction,
    so the final number is worked out from its upper end. Raises ``ValueError`` for a pilot of fewer than two.
    """
    if n_pilot < 2:
        raise ValueError("a pilot needs two imputations at least")
    gamma = np.atleast_1d(np.asarray(fraction_missing, dtype="float64"))
    return special.expit(special.logit(gamma) + stats.norm.isf((1 - confidence) / 2) * np.sqrt(2 / n_pilot))
