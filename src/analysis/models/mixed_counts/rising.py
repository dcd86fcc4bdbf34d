"""The part of a negative binomial likelihood that hangs on counts and alpha alone: sums of log(1 + alpha j) over j < y.

Up to ``EXACT`` the terms are added one by one, all counts together. Beyond it a sum follows from its integral by Euler
and Maclaurin's formula, whose next term is below 1e-13 there: a hundred thousand cost what four thousand do.
"""

from dataclasses import dataclass

import numpy as np

EXACT = 4096  # terms of a sum that are added one by one


@dataclass(frozen=True, eq=False)
class Rising:
    """``n_above`` (at most ``EXACT``,): how many counts are above 0, 1, 2, ...; ``far``: those above ``EXACT``."""

    n_above: np.ndarray
    far: np.ndarray

    def sums(self, alpha: float) -> tuple[float, float, float]:
        """Return the sum over units and j < y of log(1 + alpha j), and its two derivatives by log(alpha)."""
        scaled = alpha * np.arange(len(self.n_above))
        share = scaled / (1 + scaled)
        near = np.array([self.n_above @ values for values in (np.log1p(scaled), share, share / (1 + scaled))])
        if alpha > 0 and len(self.far):
            near += _from_exact(alpha, self.far)
        value, slope, curvature = near.tolist()
        return value, slope, curvature


def rising(y: np.ndarray) -> Rising:
    """Return what the sums need of counts ``y`` (n,)."""
    n_of = np.bincount(np.minimum(y, EXACT).astype("int64"))
    return Rising(np.cumsum(n_of[::-1])[::-1][1:].astype("float64"), y[y > EXACT])


def _from_exact(alpha: float, far: np.ndarray) -> np.ndarray:
    """Return the three sums (3,) over counts and j from ``EXACT`` to each count less one."""
    ends, first = _integrals(alpha, far), _integrals(alpha, np.array([float(EXACT)]))
    integral, term, slope = (at_end - at_first for at_end, at_first in zip(ends, first, strict=True))
    return (integral - term / 2 + slope / 12).sum(axis=1)


def _integrals(alpha: float, x: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return integrals from 0 to ``x`` (m,) of the three terms, the terms at x and their slopes there: each (3, m)."""
    scaled = alpha * x
    log, below = np.log1p(scaled), 1 / (1 + scaled)
    integrals = np.array([(1 + scaled) * log - scaled, scaled - log, log - scaled * below]) / alpha
    terms = np.array([log, scaled * below, scaled * below**2])
    slopes = alpha * np.array([below, below**2, (1 - scaled) * below**3])
    return integrals, terms, slopes
