"""Patterns of clustering: uncorrelated, ordered, beside the design; the filter takes planted clustering up."""

import numpy as np
import pytest
import spdep_reference as r

from analysis.models import spatial


def test_patterns_are_uncorrelated_with_mean_0_and_their_morans_i_is_that_of_the_definition():
    found = spatial.moran_eigenvectors(r.MEANS)
    assert found.vectors.T @ found.vectors == pytest.approx(np.eye(found.vectors.shape[1]), abs=1e-12)
    assert found.vectors.sum(axis=0) == pytest.approx(0, abs=1e-12)
    direct = [spatial.morans_i(v, r.MEANS, 1, np.random.default_rng(0)).statistic for v in found.vectors.T]
    assert found.morans_i == pytest.approx(direct, abs=1e-12)
    assert np.all(np.diff(found.morans_i) <= 0)
    assert found.morans_i.min() >= 0.25 * found.morans_i[0]


def test_the_first_pattern_is_the_most_clustered_of_all_values_there_can_be():
    """The largest I of any values is the first eigenvalue (de Jong, Sprenger and van Veen 1984)."""
    rng = np.random.default_rng(4)
    first = spatial.moran_eigenvectors(r.MEANS)
    others = [spatial.morans_i(rng.normal(size=25), r.MEANS, 1, rng).statistic for _ in range(300)]
    near = first.vectors[:, 0] + 0.05 * rng.normal(size=25)
    assert max(others) < first.morans_i[0]
    assert spatial.morans_i(near, r.MEANS, 1, rng).statistic < first.morans_i[0]


def test_patterns_beside_a_design_are_uncorrelated_with_it():
    design = np.random.default_rng(8).normal(size=(25, 2))
    found = spatial.moran_eigenvectors(r.MEANS, design)
    assert design.T @ found.vectors == pytest.approx(0, abs=1e-10)


def test_a_pattern_and_its_mirror_are_one():
    found = spatial.moran_eigenvectors(r.MEANS)
    largest = np.abs(found.vectors).argmax(axis=0)
    assert (found.vectors[largest, np.arange(found.vectors.shape[1])] > 0).all()


def test_weights_without_any_pattern_of_positive_clustering_are_refused():
    complete = spatial.block_weights(["p"] * 6)
    with pytest.raises(ValueError, match="no pattern"):
        spatial.moran_eigenvectors(complete)


def residuals_of_means(values):
    """Return a refit of a mean, by least squares, with the chosen patterns beside it."""

    def residuals_with(vectors):
        design = np.hstack([np.ones((len(values), 1)), vectors])
        return values - design @ np.linalg.lstsq(design, values, rcond=None)[0]

    return residuals_with


def test_the_filter_takes_planted_clustering_up_and_leaves_none():
    rng = np.random.default_rng(9)
    patterns = spatial.moran_eigenvectors(r.MEANS)
    values = 6 * patterns.vectors[:, 0] - 4 * patterns.vectors[:, 2] + 0.3 * rng.normal(size=25)
    found = spatial.spatial_filter(residuals_of_means(values), patterns.vectors, r.MEANS, 999, 0.1, rng)
    assert {0, 2} <= set(found.chosen)
    assert found.tests[0].p <= 0.002
    assert found.tests[-1].p > 0.1
    assert len(found.tests) == len(found.chosen) + 1


def test_without_clustering_nothing_is_chosen_and_a_bound_is_kept():
    rng = np.random.default_rng(10)
    patterns = spatial.moran_eigenvectors(r.MEANS)
    noise = residuals_of_means(rng.normal(size=25))
    assert spatial.spatial_filter(noise, patterns.vectors, r.MEANS, 999, 0.05, rng).chosen == ()
    clustered = residuals_of_means(patterns.vectors @ np.arange(1, patterns.vectors.shape[1] + 1))
    assert len(spatial.spatial_filter(clustered, patterns.vectors, r.MEANS, 99, 0.9, rng, most=1).chosen) == 1
