"""What a fit of ordered scores returns."""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class OrdinalFit:
    """A fitted cumulative logit.

    Shapes: p ``coefficients`` with their ``covariance`` (p, p); ``cuts`` (K - 1,) between the ``categories`` (K,);
    ``sds`` of the effects of the first and second factor (0 of one that is left out) and their standard errors, missing
    at 0; ``modes``: the effects given the parameters, in log odds; ``limits`` in words; ``n`` ratings.
    """

    names: tuple[str, ...]
    coefficients: np.ndarray
    covariance: np.ndarray
    cuts: np.ndarray
    cut_errors: np.ndarray
    categories: np.ndarray
    sds: np.ndarray
    sd_errors: np.ndarray
    modes: tuple[np.ndarray, np.ndarray]
    log_likelihood: float
    limits: tuple[str, ...]
    n: int
    n_groups: tuple[int, int]

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
