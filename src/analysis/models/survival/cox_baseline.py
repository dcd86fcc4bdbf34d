"""The hazard of a row whose covariates and offset are 0, at the event times of each stratum.

Reference: Efron (1977) JASA 72:557-565. Held to R's ``survival::basehaz(centered = FALSE)``.
"""

from dataclasses import dataclass

import numpy as np

from analysis.models.survival.cox import CoxFit


@dataclass(frozen=True, eq=False)
class Baseline:
    """``hazard`` (K,): step of the cumulative hazard at ``time`` (K,) of ``stratum`` (K,), codes in sorted order."""

    time: np.ndarray
    stratum: np.ndarray
    hazard: np.ndarray


def baseline(fit: CoxFit) -> Baseline:
    """Return the baseline hazard: that of a row with covariates x and offset o is exp(o + x' coefficients) times it."""
    centred = fit.sums.hazard * np.exp(-fit.sums.shift)
    return Baseline(fit.rows.sets.time, fit.rows.sets.stratum, centred * np.exp(-fit.rows.centre @ fit.coefficients))
