"""What leaving a cluster out does, as R's coxph without it; the cluster planted to turn a coefficient is found."""

import numpy as np
import pytest

from analysis.models.survival import cluster_influence as influence_module
from analysis.models.survival.cluster_influence import cluster_influence, fits_without_each
from analysis.models.survival.cox import cox_fit


def influence_of(exit_, event, covariates, clusters):
    fit = cox_fit(0, exit_, event, covariates, clusters=clusters)
    return cluster_influence(fit, fits_without_each(fit, 0, exit_, event, covariates)), fit


def test_coefficients_without_each_cluster_are_those_of_r(rows_of, r_says):
    lung = rows_of("lung")
    found, fit = influence_of(lung["days"], lung["died"], lung[["age", "sex"]], lung["inst"])
    expected = [r_says(f"lung without {label}", "coefficients") for label in found.labels]
    np.testing.assert_allclose(fit.coefficients + found.change, expected, rtol=1e-8)
    assert (found.lowest <= fit.coefficients).all()
    assert (found.highest >= fit.coefficients).all()


def test_first_order_influence_is_near(rows_of):
    lung = rows_of("lung")
    found, fit = influence_of(lung["days"], lung["died"], lung[["age", "sex"]], lung["inst"])
    far = np.abs(found.change + fit.cluster_influence).max(axis=0)
    assert (far < 0.3 * np.abs(found.change).max(axis=0)).all()


def test_a_cluster_that_turns_a_coefficient_is_found():
    rng = np.random.default_rng(1)
    cluster = np.repeat(np.arange(10), 40)
    x = rng.integers(0, 2, 400)
    days = rng.exponential(np.exp(-np.where(cluster == 3, 4.0, -0.1) * x))
    found, fit = influence_of(days, np.ones(400), x[:, None], cluster)
    assert found.labels[found.displacement.argmax()] == 3
    assert fit.coefficients[0] > 0 > found.lowest[0]
    assert found.turned(fit.coefficients)[0]


def test_of_many_clusters_those_are_left_out_that_move_a_coefficient_furthest(monkeypatch):
    rng = np.random.default_rng(2)
    cluster = rng.permutation(np.repeat(np.arange(30), 20))
    x = rng.normal(size=(600, 2))
    days = rng.exponential(np.exp(-x @ [0.4, 0.0] - rng.normal(size=(30, 2))[cluster][:, 0] * x[:, 1]))
    every, _ = influence_of(days, np.ones(600), x, cluster)
    monkeypatch.setattr(influence_module, "MOST_LEFT_OUT", 8)
    found, _ = influence_of(days, np.ones(600), x, cluster)
    is_told = np.isfinite(found.change).all(axis=1)
    assert is_told.sum() == 8
    np.testing.assert_array_equal(found.change[is_told], every.change[is_told])
    np.testing.assert_array_equal((found.lowest, found.highest), (every.lowest, every.highest))


def test_without_the_only_cluster_that_tells_a_column_there_is_no_fit():
    x = np.array([1.0, 0, 1, 0, 0, 0, 0, 0])
    found, _ = influence_of([1, 2, 4, 3, 5, 6, 7, 8], np.ones(8), x[:, None], [1, 1, 1, 1, 2, 2, 3, 3])
    assert np.isnan(found.change[0]).all()
    assert np.isfinite(found.change[1:]).all()
    assert np.isfinite(found.lowest).all()


def test_refusals(rows_of):
    lung = rows_of("lung")
    fit = cox_fit(0, lung["days"], lung["died"], lung[["age"]], clusters=lung["inst"])
    with pytest.raises(ValueError, match="give one without each"):
        cluster_influence(fit, [None])
