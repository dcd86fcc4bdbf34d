"""What a fit of ordered scores returns."""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class OrdinalFit:
    """A fitted cumulative logit.

    Shapes: p ``coefficients``; ``cuts`` (K - 1,) between the ``categories`` (K,); ``sds`` of both factors
    (0 of one that is left out); ``all_covariance`` (q, q) of all ``parameters``, missing of a standard deviation at 0;
    ``modes``: the effects given the parameters, in log odds; ``limits`` in words; ``n`` ratings.
    """

    names: tuple[str, ...]
    coefficients: np.ndarray
    cuts: np.ndarray
    categories: np.ndarray
    sds: np.ndarray
    all_covariance: np.ndarray
    modes: tuple[np.ndarray, np.ndarray]
    log_likelihood: float
    limits: tuple[str, ...]
    n: int
    n_groups: tuple[int, int]

    @property
    def covariance(self) -> np.ndarray:
        """Covariance (p, p) of the coefficients."""
        return self.all_covariance[len(self.cuts) : -2, len(self.cuts) : -2]

    @property
    def cut_errors(self) -> np.ndarray:
        """Standard errors (K - 1,) of the cut points."""
        return np.sqrt(np.diag(self.all_covariance))[: len(self.cuts)]

    @property
    def standard_errors(self) -> np.ndarray:
        """Standard errors (p,) of the coefficients."""
        return np.sqrt(np.diag(self.covariance))

    @property
    def n_free(self) -> int:
        """Parameters that are estimated: cut points, coefficients, a standard deviation a factor."""
        return len(self.cuts) + len(self.coefficients) + sum(n > 0 for n in self.n_groups)

    @property
    def parameters(self) -> np.ndarray:
        """All parameters: cut points, coefficients, the two standard deviations."""
        return np.concatenate([self.cuts, self.coefficients, self.sds])
