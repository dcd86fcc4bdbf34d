"""Totals, means, ratios and shares of a population, or of a domain of it, from a survey.

Estimand: the figure a census of the population would give. A domain (children at risk, a province) is a mask over the
rows: rows outside it count as 0 and stay in the design, since how many rows a cluster has in the domain is chance too.
ASSUME: weights are the reciprocal of the chance to be in the survey and to have answered. Uncertainty: linearised,
Student's t with as many degrees of freedom as clusters less strata that have rows in the domain.
References: Cochran (1977) Sampling Techniques, ch. 6; Korn and Graubard (1999) Analysis of Health Surveys, ch. 5.
Held to R's ``svytotal``, ``svymean``, ``svyratio``, ``svyby`` and ``svyciprop``.
"""

from dataclasses import replace

import numpy as np
from numpy.typing import ArrayLike

from analysis.models.survey.design import Design, SurveyDesignError, as_numbers, require_design
from analysis.models.survey.linearised import (
    Estimated,
    as_columns,
    covariance_of_totals,
    covariance_of_unit_totals,
    exact_shares,
    sums_by,
)


def total(values: ArrayLike, design: Design, domain: ArrayLike | None = None) -> Estimated:
    """Return the population totals of ``values`` (n,) or (n, k) over the domain, in the unit of the values.

    Raises ``SurveyDesignError`` for a missing value in the domain or a domain without rows, as all of this module do.

    >>> from analysis.models.survey import survey_design
    >>> total([1, 0, 1, 1], survey_design(weights=[10, 10, 20, 20], clusters=["a", "a", "b", "b"])).estimate.tolist()
    [50.0]
    """
    is_in = domain_rows(domain, design)
    matrix = _in_domain(values, is_in, design)
    return _estimated(design.weights @ matrix, matrix, is_in, design)


def mean(values: ArrayLike, design: Design, domain: ArrayLike | None = None) -> Estimated:
    """Return the population means of ``values`` (n,) or (n, k) over the domain, in the unit of the values."""
    return ratio(values, np.ones(require_design(design).n), design, domain)


def ratio(numerators: ArrayLike, denominators: ArrayLike, design: Design, domain: ArrayLike | None = None) -> Estimated:
    """Return the ratios of two population totals, ``numerators`` (n,) or (n, k) over ``denominators`` (n,) or (n, k).

    ASSUME: the relative error of the denominator is small (below a tenth), else the ratio is biased and its interval
    off. Raises ``SurveyDesignError`` also for a denominator whose total is 0.
    """
    is_in = domain_rows(domain, design)
    above, below = _in_domain(numerators, is_in, design), _in_domain(denominators, is_in, design)
    totals = design.weights @ below
    if (totals == 0).any():
        raise SurveyDesignError("the denominators add up to 0: there is nothing to divide by")
    ratios = design.weights @ above / totals
    return _estimated(ratios, (above - ratios * below) / totals, is_in, design)


def proportion(is_hit: ArrayLike, design: Design, domain: ArrayLike | None = None) -> Estimated:
    """Return the share, 0 to 1, of the domain that is a hit; its interval is ``interval(confidence, "logit")``.

    That is R's ``svyciprop(method = "logit")``. ``is_hit`` (n,) or (n, k) is 0 or 1, or bool. Raises
    ``SurveyDesignError`` for another value: a missing answer is not a no.

    >>> from analysis.models.survey import survey_design
    >>> proportion([1, 0, 1, 0], survey_design(weights=[10, 10, 20, 20])).estimate.tolist()
    [0.5]
    """
    hits = _in_domain(is_hit, domain_rows(domain, design), design)
    if not np.isin(hits, (0.0, 1.0)).all():
        raise SurveyDesignError("a share needs values of 0 or 1: for amounts take the mean")
    found = mean(hits, design, domain)
    return replace(found, estimate=exact_shares(found.estimate))


def means_by(values: ArrayLike, codes: ArrayLike, n_groups: int, design: Design) -> Estimated:
    """Return the means of ``values`` (n,) in each of ``n_groups`` domains at once, with their joint covariance.

    ``codes`` (n,): group of each row from 0, negative for rows of no group, whose value may be missing. A group
    without rows has a missing mean. Degrees of freedom and clusters are given by group. Shares: values of 0 or 1.
    """
    is_in = _has_group(codes, n_groups, design)
    groups, weights = np.where(is_in, codes, 0), np.where(is_in, design.weights, 0.0)
    column = _in_domain(values, is_in, design)[:, 0]
    sizes = np.bincount(groups, weights, n_groups)
    with np.errstate(invalid="ignore"):
        means = np.bincount(groups, weights * column, n_groups) / sizes
        influences = weights * (column - means[groups]) / sizes[groups]
    units = design.stages[-1].rows
    covariance = covariance_of_unit_totals(
        _sums_of_cells(np.where(is_in, influences, 0.0), units, groups, n_groups), design
    )
    covariance[sizes == 0, :] = covariance[:, sizes == 0] = np.nan
    has_rows = _sums_of_cells(is_in, design.clusters[0], groups, n_groups) > 0
    n_clusters, n_strata = has_rows.sum(axis=0), (sums_by(design.cluster_strata, has_rows) > 0).sum(axis=0)
    return Estimated(means, covariance, n_clusters - n_strata, n_clusters)


def domain_rows(domain: ArrayLike | None, design: Design) -> np.ndarray:
    """Return the domain as bool (n,), all rows without one. Raises ``SurveyDesignError`` if it is no such mask."""
    n = require_design(design).n
    if domain is None:
        return np.ones(n, dtype=bool)
    is_in = np.asarray(domain)
    if is_in.dtype != bool or is_in.shape != (n,):
        raise SurveyDesignError(f"a domain must be true or false for each of the {n} rows, none missing")
    if not is_in.any():
        raise SurveyDesignError("the domain has no rows: there is nobody to estimate for")
    return is_in


def _in_domain(values: ArrayLike, is_in: np.ndarray, design: Design) -> np.ndarray:
    """Return ``values`` as columns (n, k), 0 outside the domain, where they may be missing."""
    matrix = as_numbers(values)
    if matrix.shape[:1] != is_in.shape:
        return as_columns(matrix, design)
    return as_columns(np.where(is_in if matrix.ndim == 1 else is_in[:, None], matrix, 0.0), design)


def _estimated(estimate: np.ndarray, influences: np.ndarray, is_in: np.ndarray, design: Design) -> Estimated:
    n_clusters, n_strata = design.clusters_and_strata_in(is_in)
    return Estimated(estimate, covariance_of_totals(influences, design), n_clusters - n_strata, n_clusters)


def _has_group(codes: ArrayLike, n_groups: int, design: Design) -> np.ndarray:
    groups = np.asarray(codes)
    if groups.shape != (require_design(design).n,) or not np.issubdtype(groups.dtype, np.integer):
        raise SurveyDesignError(f"codes must be a whole number for each of the {design.n} rows")
    if groups.max() >= n_groups:
        raise SurveyDesignError(f"the code {groups.max()} is not below the number of groups, {n_groups}")
    return groups >= 0


def _sums_of_cells(values: np.ndarray, units: np.ndarray, groups: np.ndarray, n_groups: int) -> np.ndarray:
    """Return the sums (G, n_groups) of ``values`` (n,) by unit and group."""
    n_units = int(units.max()) + 1
    return np.bincount(units * n_groups + groups, values, n_units * n_groups).reshape(n_units, n_groups)
