"""NB2 and Poisson counts with an offset and one normal random intercept a group, by maximum likelihood.

Estimand: coefficients b of log E(y | group) = offset + design b + s u, u ~ N(0, 1): log rate ratios of two units of
the same group (or of groups of equal effect); s, the standard deviation of log rates between groups; theta.
ASSUME: groups are exchangeable draws once the design is accounted for, and their effects are normal and independent
of the design; units are independent given their group; the offset is the log of a known population.
Uncertainty: observed information of all parameters together (b, log s, log theta). Intervals of b use t with the
degrees of freedom of the between-within rule: a column that is constant within every group has d = G - (number of such
columns), any other n - G - (number of those). Maximum likelihood takes s as if these columns had cost nothing, so
standard errors of the former are widened by sqrt(G / d); ``tests/validation/test_mixed_counts.py`` measures what either
is worth with 25 groups.
Held to R's ``glmmTMB`` (Laplace) and ``lme4::glmer`` (quadrature).
References: Pinheiro and Bates (1995) J Comput Graph Stat 4:12-35; Li and Redden (2015) Stat Med 34:2226-2239.
"""

from dataclasses import replace

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from analysis.models.mixed_counts.counts import Counts, between_within, checked
from analysis.models.mixed_counts.fit import OBSERVED, Fit
from analysis.models.mixed_counts.fixed import (
    POISSON_LIMIT,
    described_without_groups,
    nb2_parameters,
    poisson_coefficients,
)
from analysis.models.mixed_counts.marginal import GroupedCounts, find_modes, grouped, nodes_and_weights
from analysis.models.mixed_counts.search import Surface, climb, polish, pull_of_groups

NO_VARIATION = "no variation between groups beyond chance: their standard deviation is 0"
NEAR_POISSON = 0.05  # of alpha times the largest count: below it the Poisson limit is looked at
LIKELIER = 1e-6  # in log-likelihood: less than this does not tell a fit from one at the limit


def fit_poisson_mixed(
    y: ArrayLike,
    X: pd.DataFrame | ArrayLike,  # noqa: N803
    offset: ArrayLike,
    group: ArrayLike,
    n_nodes: int = 1,
) -> Fit:
    """Return the Poisson fit with group effects; arguments and errors as ``fit_nb2_mixed``."""
    return _fit(checked(y, X, offset), group, n_nodes, is_nb2=False)


def fit_nb2_mixed(
    y: ArrayLike,
    X: pd.DataFrame | ArrayLike,  # noqa: N803
    offset: ArrayLike,
    group: ArrayLike,
    n_nodes: int = 1,
) -> Fit:
    """Return the NB2 fit with group effects to counts ``y`` (n,), design ``X`` (n, p) with intercept and offset (n,).

    ``group`` (n,): the group of every unit. ``n_nodes``: 1 is Laplace's approximation, more are nodes of adaptive
    Gauss-Hermite quadrature. Where groups or counts vary no more than chance has it, the fit is the one without that
    parameter, and ``limits`` says so. Raises ``ValueError`` for input that cannot be modelled,
    ``NotEstimableError`` for a column that cannot be estimated, ``NoConvergenceError`` if no maximum is found.
    """
    return _fit(checked(y, X, offset), group, n_nodes, is_nb2=True)


def _fit(counts: Counts, group: ArrayLike, n_nodes: int, is_nb2: bool) -> Fit:
    data, rule = grouped(counts, group), nodes_and_weights(n_nodes)
    precision = _precision(data)
    b, alpha = nb2_parameters(data.counts) if is_nb2 else (poisson_coefficients(data.counts), 0.0)
    surface = Surface(data, rule, is_nb2)
    near = climb(surface, b, alpha)
    if pull_of_groups(data, b, alpha)[0] <= 0:
        without = described_without_groups(data.counts, b, alpha, is_nb2)
        if surface(near)[0] < without.log_likelihood + LIKELIER:
            return _without_variation(data, without, precision)
    limits: tuple[str, ...] = ()
    if is_nb2 and surface.parts(near)[2] * counts.y.max() < NEAR_POISSON:
        poisson = Surface(data, rule, False)
        at_limit = climb(poisson, poisson_coefficients(data.counts), 0.0)
        if poisson.slope_at_poisson(at_limit) <= 0:
            surface, near, limits = poisson, at_limit, (POISSON_LIMIT,)
    return _described(surface, *polish(surface, near), limits, precision)


def _described(
    surface: Surface, z: np.ndarray, hessian: np.ndarray, limits: tuple[str, ...], precision: dict[str, np.ndarray]
) -> Fit:
    data, covariance = surface.data, np.linalg.inv(-hessian)
    (b, s, alpha), counts = surface.parts(z), surface.data.counts
    eta = counts.offset + counts.design @ b
    modes = find_modes(data, eta, s, alpha, surface.modes)
    errors = np.append(np.sqrt(np.diag(covariance))[len(b) :], np.nan)
    return _in_order_given(
        data,
        Fit(
            names=counts.names,
            coefficients=b,
            covariance=covariance[: len(b), : len(b)],
            variance=OBSERVED,
            covariance_given_theta=None,
            log_likelihood=surface(z)[0],
            theta=1 / alpha if alpha > 0 else np.inf,
            log_theta_se=float(errors[1]),
            sd_group=s,
            log_sd_se=float(errors[0]),
            limits=limits,
            groups=data.groups,
            codes=data.codes,
            group_effects=s * modes.peak,
            group_sds=s / np.sqrt(modes.curvature),
            fitted=np.exp(eta + s * modes.peak[data.codes]),
            fitted_at_zero_effect=np.exp(eta),
            **precision,
        ),
    )


def _without_variation(data: GroupedCounts, without: Fit, precision: dict[str, np.ndarray]) -> Fit:
    zeros = np.zeros(len(data.groups))
    limits = (*without.limits, NO_VARIATION)
    fit = replace(
        without,
        groups=data.groups,
        codes=data.codes,
        group_effects=zeros,
        group_sds=zeros,
        limits=limits,
        covariance_given_theta=None,
        df=precision["df"],
        widening=precision["widening"],
    )
    return _in_order_given(data, fit)


def _in_order_given(data: GroupedCounts, fit: Fit) -> Fit:
    """Return the fit with its units in the order in which they came."""
    back = np.argsort(data.order, kind="stable")
    units = {name: getattr(fit, name)[back] for name in ("codes", "fitted", "fitted_at_zero_effect")}
    return replace(fit, **units)


def _precision(data: GroupedCounts) -> dict[str, np.ndarray]:
    """Return ``df`` and ``widening`` of the coefficients; raises ``NotEstimableError`` if groups are too few."""
    is_between, df = between_within(data.counts.design, data.codes, len(data.groups))
    return {"df": df, "widening": np.where(is_between, np.sqrt(len(data.groups) / df), 1.0)}
