"""Errors of a Cox regression with few clusters: the long way, against a jackknife, and where none is known."""

import numpy as np
import pandas as pd
import pytest
from scipy import linalg

from analysis.models.survival.cluster_information import cluster_information
from analysis.models.survival.cox import cox_fit
from analysis.models.survival.few_clusters import corrected


def returned(n_agencies, rng, size=25):
    """Return quarters, event, covariates (of the agency, of the child, age) and agency of children in agencies."""
    agency = np.repeat(np.arange(n_agencies), rng.integers(size // 2, size * 2, n_agencies))
    of_agency = (rng.permutation(n_agencies) < 0.4 * n_agencies)[agency] * 1.0
    covariates = np.column_stack([of_agency, rng.random(len(agency)) < 0.5, rng.normal(size=len(agency))])
    hazard = 0.08 * np.exp(covariates @ [0.4, -0.3, 0.2] + rng.normal(0, 0.4, n_agencies)[agency])
    until, last = rng.exponential(1 / hazard), rng.uniform(1, 11, len(agency))
    names = ["of the agency", "of the child", "age"]
    quarters = np.ceil(np.minimum(until, last))
    return quarters, until <= last, pd.DataFrame(covariates, columns=names), agency


@pytest.fixture(scope="module")
def fit():
    """Return a fit with ties, late entries, strata and weights."""
    rng = np.random.default_rng(1)
    quarters, event, covariates, agency = returned(12, rng)
    entry, strata = rng.integers(0, 2, len(agency)) * (quarters > 1), rng.integers(0, 2, len(agency))
    return cox_fit(entry, quarters, event, covariates, agency, strata, rng.uniform(0.5, 2, len(agency)))


def test_the_clusters_parts_of_the_information_add_up_to_it(fit):
    parts = cluster_information(fit)
    np.testing.assert_allclose(parts.sum(axis=0), fit.information, rtol=1e-10)
    assert (np.linalg.eigvalsh(parts) > 0).all()


def test_covariance_and_degrees_of_freedom_are_those_worked_out_the_long_way(fit):
    parts, found, n = cluster_information(fit), corrected(fit), fit.n_clusters
    whole = fit.information
    factors = [np.linalg.inv(np.eye(3) - part @ np.linalg.inv(whole)) for part in parts]
    changes = [fit.covariance @ factor @ score for factor, score in zip(factors, fit.cluster_scores, strict=True)]
    np.testing.assert_allclose(found.covariance, sum(np.outer(c, c) for c in changes), rtol=1e-9)
    centred = np.eye(3 * n) - np.kron(np.ones((1, n)), np.vstack(parts @ np.linalg.inv(whole)))
    spread = centred @ linalg.block_diag(*parts) @ centred.T
    for j in range(3):
        taken = linalg.block_diag(*[(fit.covariance @ factor)[[j]] for factor in factors])
        each = taken @ spread @ taken.T
        np.testing.assert_allclose(found.degrees_of_freedom[j], np.trace(each) ** 2 / np.trace(each @ each), rtol=1e-8)


def test_errors_are_near_those_of_leaving_each_cluster_out():
    quarters, event, covariates, agency = returned(15, np.random.default_rng(2))
    found = corrected(cox_fit(0, quarters, event, covariates, agency))
    left_out = np.array(
        [
            cox_fit(0, quarters[kept], event[kept], covariates[kept], start=found.coefficients).coefficients
            for kept in (agency != left for left in range(15))
        ]
    )
    jackknife = np.sqrt(14 / 15 * ((left_out - found.coefficients) ** 2).sum(axis=0))
    np.testing.assert_allclose(found.standard_error, jackknife, rtol=0.15)


def test_fewer_clusters_widen_more_and_many_hardly(fit):
    few = corrected(fit)
    many = cox_fit(0, *returned(300, np.random.default_rng(3), 8))
    assert (few.standard_error > 1.03 * fit.standard_error).all()
    np.testing.assert_allclose(corrected(many).standard_error, many.standard_error, rtol=0.02)
    assert (corrected(many).degrees_of_freedom > 80).all()


def test_what_sets_two_clusters_apart_has_fewer_degrees_of_freedom_than_what_differs_within():
    quarters, event, covariates, agency = returned(12, np.random.default_rng(5))
    told = covariates.assign(**{"of the agency": (agency < 2) * 1.0})
    found = corrected(cox_fit(0, quarters, event, told, agency))
    assert found.degrees_of_freedom[0] < 4 < found.degrees_of_freedom[1:].min() < 12


def test_intervals_are_those_of_students_t_and_agree_with_the_p_values(fit):
    found = corrected(fit)
    low, high = found.interval(0.95).T
    assert ((high - low) / found.standard_error > 2 * 2.2).all()  # that of 11 degrees of freedom
    np.testing.assert_allclose((low + high) / 2, fit.coefficients)
    just = found.interval(1 - found.p_value()[1])[1]
    np.testing.assert_allclose(np.abs(just).min(), 0, atol=1e-9)


@pytest.mark.parametrize("strata", [None, "agency"])
def test_a_column_that_sets_one_cluster_apart_has_no_known_error_and_the_others_keep_theirs(strata):
    rng = np.random.default_rng(4)
    quarters, event, covariates, agency = returned(12, rng)
    own = (agency == 3) * 1.0 * (rng.random(len(agency)) < (0.5 if strata else 1))
    told = covariates.iloc[:, 1:].assign(own=own)
    found = corrected(cox_fit(0, quarters, event, told, agency, strata=agency if strata else None))
    assert np.isnan(found.standard_error).tolist() == [False, False, True]
    assert found.interval(0.95)[2].tolist() == [-np.inf, np.inf]
    assert (found.degrees_of_freedom[2], found.p_value()[2]) == (0, 1)
    assert np.isfinite(found.interval(0.95)[:2]).all()
