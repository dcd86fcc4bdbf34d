"""Where the likelihood with frailty of a given variance is highest, penalised so that factors stay near 1."""

from dataclasses import dataclass

import numpy as np
from scipy import linalg

from analysis.models.survey.generalised_linear import NotEstimableError
from analysis.models.survival.cluster_rows import ClusterRows
from analysis.models.survival.cox_likelihood import TiedSums, excess_by_time, information, log_likelihood, tied_sums

GAIN = 1e-16  # of log-likelihood, still to be gained by the last step
SLOWEST = 0.01  # of what the step before gained: what a step gains at most by the curvature of an earlier point
MOST_STEPS, MOST_HALVINGS = 50, 30
ROUNDING = 1e-9  # of the log-likelihood


@dataclass(frozen=True, eq=False)
class Maximum:
    """Where the penalised likelihood is highest: ``at`` (k + G,), the ``sums`` and the likelihood there."""

    at: np.ndarray
    sums: TiedSums
    log_likelihood: float


class FrailtySearch:
    """Searches over variances, each from where the last one ended and by the curvature that it left."""

    def __init__(self, rows: ClusterRows, coefficients: np.ndarray) -> None:
        """Start from ``coefficients`` (k,) and factors of 1."""
        self.rows, self.k = rows, len(coefficients)
        self.start = np.concatenate([coefficients, np.zeros(rows.n_clusters)])
        self.curvature = self._curvature_at(tied_sums(rows, self.start))

    def maximum(self, variance: float) -> Maximum:
        """Return the maximum at this ``variance``, by Newton's method with halved steps.

        The curvature of the likelihood stays that of an earlier point while what steps gain falls fast by it.
        Raises ``NotEstimableError`` where no maximum is found.
        """
        at, (value, sums) = self.start, self._penalised(self.start, variance)
        lower, gained = self._lower(at, variance), np.inf
        for _ in range(MOST_STEPS):
            gradient = self._gradient(at, sums, variance)
            if not np.isfinite(gradient).all():
                break
            step = linalg.cho_solve(lower, gradient)
            if gradient @ step > SLOWEST * gained:
                self.curvature = self._curvature_at(sums)
                lower = self._lower(at, variance)
                step = linalg.cho_solve(lower, gradient)
            gained = gradient @ step
            if gained < GAIN:
                self.start = at
                return Maximum(at, sums, log_likelihood(self.rows, sums))
            at, value, sums = self._climbed(at, step, value, variance)
        raise _no_maximum(variance)

    def information(self, maximum: Maximum, variance: float) -> np.ndarray:
        """Return the information of the penalised likelihood (k + G, k + G) at its maximum."""
        return self._penalty_added(self._curvature_at(maximum.sums), maximum.at, variance)

    def _climbed(
        self, at: np.ndarray, step: np.ndarray, value: float, variance: float
    ) -> tuple[np.ndarray, float, TiedSums]:
        """Return where the step leads, halved until the likelihood there is no lower, but for rounding."""
        for _ in range(MOST_HALVINGS):
            reached, sums = self._penalised(at + step, variance)
            if reached >= value - ROUNDING * abs(value):
                break
            step = step / 2
        return at + step, reached, sums

    def _penalised(self, at: np.ndarray, variance: float) -> tuple[float, TiedSums]:
        logs = at[self.k :]
        with np.errstate(all="ignore"):  # a step much too long has no likelihood, and is halved
            sums, penalty = tied_sums(self.rows, at), float((np.exp(logs) - 1 - logs).sum()) / variance
            return log_likelihood(self.rows, sums) - penalty, sums

    def _gradient(self, at: np.ndarray, sums: TiedSums, variance: float) -> np.ndarray:
        with np.errstate(all="ignore"):  # what is lost to rounding has no solution
            gradient = excess_by_time(self.rows, sums).sum(axis=0)
            gradient[self.k :] -= (np.exp(at[self.k :]) - 1) / variance
        return gradient

    def _curvature_at(self, sums: TiedSums) -> np.ndarray:
        with np.errstate(all="ignore"):
            return information(self.rows, sums)

    def _lower(self, at: np.ndarray, variance: float) -> tuple[np.ndarray, bool]:
        """Return the factor of the curvature with the penalty of ``variance``, as ``cho_solve`` takes it."""
        try:
            return linalg.cho_factor(self._penalty_added(self.curvature, at, variance), lower=True)
        except (linalg.LinAlgError, ValueError) as reason:  # not positive, or not a number
            raise _no_maximum(variance) from reason

    def _penalty_added(self, curvature: np.ndarray, at: np.ndarray, variance: float) -> np.ndarray:
        own = np.concatenate([np.zeros(self.k), np.exp(at[self.k :]) / variance])
        return curvature + np.diag(own)


def _no_maximum(variance: float) -> NotEstimableError:
    return NotEstimableError(f"no maximum of the likelihood with frailty of variance {variance:g} was found")
