"""Does the log hazard go straight with a covariate? Restricted cubic splines, a test of what they add, and the curve.

A spline is straight beyond its outer knots, where few rows are, and cubic between. The test is Wald's with the
covariance by cluster, as there is no likelihood of clustered rows to compare. Martingale residuals, a row's events
less those expected, show the same to the eye: smoothed against a covariate that is not in the model they take its form.

References: Harrell (2015) Regression Modeling Strategies, sections 2.4.5 and 20.7; Therneau, Grambsch and Fleming
(1990) Biometrika 77:147-160. Held to R's ``splines::ns`` and ``residuals.coxph`` in the tests.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats

from analysis.models.survey.generalised_linear import NotEstimableError
from analysis.models.survival.cox import CoxFit
from analysis.models.survival.cox_residuals import expected_events


@dataclass(frozen=True)
class FormTest:
    """``f`` statistic with ``df1`` and ``df2`` degrees of freedom, and its ``p_value``."""

    f: float
    df1: int
    df2: float
    p_value: float


def spline_columns(values: ArrayLike, knots: ArrayLike) -> np.ndarray:
    """Return ``values`` (n,) and their cubic pieces, scaled by the range of the knots: (n, n_knots - 1).

    Raises ``ValueError`` unless there are at least three ``knots``, each above the last.
    """
    at, value = np.asarray(knots, dtype="float64"), np.asarray(values, dtype="float64")
    if len(at) < 3 or not (np.diff(at) > 0).all():
        raise ValueError("a restricted spline needs at least three knots, each above the last: join equal ones")
    cubes = np.maximum(value[:, None] - at, 0) ** 3
    beyond = (at[-1] - at[:-2]) / (at[-1] - at[-2]), (at[-2] - at[:-2]) / (at[-1] - at[-2])
    pieces = cubes[:, :-2] - cubes[:, [-2]] * beyond[0] + cubes[:, [-1]] * beyond[1]
    return np.column_stack([value, pieces / (at[-1] - at[0]) ** 2])


def form_test(
    coefficients: ArrayLike, covariance: ArrayLike, which: Sequence[int], degrees_of_freedom: float
) -> FormTest:
    """Return Wald's test that the coefficients numbered ``which``, as those of cubic pieces, are all 0.

    ``covariance`` (k, k) by cluster, with its ``degrees_of_freedom``. Raises ``NotEstimableError`` where clusters are
    too few to tell them together.
    """
    tested = np.asarray(which)
    own = np.asarray(covariance, dtype="float64")[np.ix_(tested, tested)]
    scale = np.sqrt(np.diag(own))
    if not np.isfinite(own).all() or np.linalg.matrix_rank(own / np.outer(scale, scale), hermitian=True) < len(tested):
        raise NotEstimableError(f"too few clusters to test {len(tested)} coefficients at once: take fewer knots")
    moved = np.asarray(coefficients, dtype="float64")[tested]
    f = float(moved @ np.linalg.solve(own, moved)) / len(tested)
    return FormTest(f, len(tested), degrees_of_freedom, float(stats.f.sf(f, len(tested), degrees_of_freedom)))


def martingale_residuals(fit: CoxFit) -> np.ndarray:
    """Return each row's events less those the fit expects of it (n,)."""
    residuals = -expected_events(fit)
    residuals[fit.rows.sets.event_rows] += 1
    return residuals
