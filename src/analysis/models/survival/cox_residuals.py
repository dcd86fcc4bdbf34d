"""Residuals of Cox's regression, a number a row: events expected, and what a row adds to the slope.

Those of tied events are Efron's, as the fit is: with Breslow's beside an Efron fit, robust errors come out too small.
References: Barlow and Prentice (1988) Biometrika 75:65-74; Therneau, Grambsch and Fleming (1990) Biometrika 77:147-160.
Held to R's ``residuals.coxph`` in ``tests/models/survival``.
"""

import numpy as np

from analysis.models.survival.cox import CoxFit
from analysis.models.survival.cox_scores import expected, score_rows


def expected_events(fit: CoxFit) -> np.ndarray:
    """Return the events expected of each row (n,): its cumulative hazard from entry to exit, weights left out.

    Event less this is the martingale residual.
    """
    return expected(fit.rows, fit.sums).events / fit.rows.weights


def score_residuals(fit: CoxFit) -> np.ndarray:
    """Return what each row adds to the slope of the likelihood at its maximum (n, k), its weight in it."""
    return score_rows(fit.rows, fit.sums)
