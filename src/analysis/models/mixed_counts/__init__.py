"""Counts by unit with a population offset: Poisson, NB2, and either with one normal effect a group.

Coefficients are log rate ratios. ``fit_*`` return a ``Fit`` or raise a ``ValueError`` of one sentence: of kind
``NotEstimableError`` (names the column) or ``NoConvergenceError``; a fit that has not converged is never returned.
Everything is held to R (``glm``, ``MASS::glm.nb``, ``glmmTMB``, ``lme4::glmer``) in ``tests/models/mixed_counts``.
"""

from analysis.models.mixed_counts.checks import DispersionCheck, ZeroCheck, check_dispersion, check_zeros
from analysis.models.mixed_counts.counts import NoConvergenceError, NotEstimableError
from analysis.models.mixed_counts.fit import Fit, rate_ratios, wald_interval
from analysis.models.mixed_counts.fixed import fit_nb2, fit_poisson
from analysis.models.mixed_counts.left_out import without_each_group
from analysis.models.mixed_counts.mixed import fit_nb2_mixed, fit_poisson_mixed

__all__ = [
    "DispersionCheck",
    "Fit",
    "NoConvergenceError",
    "NotEstimableError",
    "ZeroCheck",
    "check_dispersion",
    "check_zeros",
    "fit_nb2",
    "fit_nb2_mixed",
    "fit_poisson",
    "fit_poisson_mixed",
    "rate_ratios",
    "wald_interval",
    "without_each_group",
]
