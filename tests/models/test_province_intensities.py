"""Intensities, term by term, and the densities and splits that follow from them, worked by hand."""

import numpy as np
import pytest
from scipy import stats
from scipy.special import gammaln

from analysis.models.nested_totals import Block
from analysis.models.province_intensities import (
    Intensities,
    Priors,
    Totals,
    Units,
    gamma_log_density,
    intensities,
    log_chance_of_facilities,
    log_density_of_children,
    log_intensities,
    split_children,
    split_facilities,
    spreads,
)

UNITS = Units(("a", "b", "c"), np.array([1000.0, 2000.0, 500.0]), np.array([[0.5, 1.0], [-1.0, 2.0], [3.0, 0.0]]))
PRIORS = Priors(0.01, 0.5, 0.3, 2.0, 30.0, 0.4, 0.6, 0.8)
FACILITIES = Totals((Block("ab", ("a", "b"), 12), Block("c", ("c",), 0)), UNITS.codes)
CHILDREN = Totals((Block("a", ("a",), 90), Block("bc", ("b", "c"), 200)), UNITS.codes)
STANDARD = np.array([[0.7, -0.2, 1.0, -2.0, 0.1, 0.2, 0.3, -0.4, -0.5, -0.6]])
TAU, SIGMA = np.array([1.5]), np.array([0.25])
AT = Intensities(np.array([[0.01, 0.002, 0.004]]), np.array([[20.0, 40.0, 10.0]]), np.array([16.0]), {})


def test_each_standard_normal_moves_what_it_stands_for():
    assert UNITS.n_standard == STANDARD.shape[1]
    alpha, log_s = np.log(0.01) + 0.5 * 0.7, np.log(30) - 0.4 * 0.2
    slopes = 0.3 * np.array([0.5 * 1 - 2 * 1.0, -1 * 1 - 2 * 2.0, 3 * 1])
    rates = alpha + slopes + 1.5 * np.array([0.1, 0.2, 0.3])
    sizes = log_s + 0.25 * np.array([-0.4, -0.5, -0.6])
    logs = log_intensities(STANDARD, TAU, SIGMA, UNITS, PRIORS)
    assert logs == pytest.approx(np.array([[*rates, *sizes, log_s]]))
    found = intensities(STANDARD, TAU, SIGMA, UNITS, PRIORS)
    assert found.rate[0] == pytest.approx(np.exp(rates))
    assert found.size[0] == pytest.approx(np.exp(sizes))
    assert found.size_scale == pytest.approx(0.64 * np.exp([log_s]))
    assert found.size_shape[0] == pytest.approx(np.exp(sizes - log_s) / 0.64)
    levels = {name: value[0] for name, value in found.levels.items()}
    expected = {"alpha": alpha, "tau": 1.5, "log_size": log_s, "sigma": 0.25, "beta_1": 0.3, "beta_2": -0.6}
    assert levels == pytest.approx(expected)


def test_spreads_are_quantiles_of_half_normals():
    tau, sigma = spreads(np.array([[0.5, 0.25], [0.95, 0.0]]), PRIORS)
    assert tau == pytest.approx(2 * stats.norm.ppf([0.75, 0.975]))
    assert sigma == pytest.approx(0.6 * stats.norm.ppf([0.625, 0.5]))


def test_the_chance_of_the_totals_is_poissons_but_for_what_the_totals_alone_tell():
    expected = np.array([1000 * 0.01 + 2000 * 0.002, 500 * 0.004])
    of_totals = -gammaln([13, 1]).sum()
    found = log_chance_of_facilities(AT, UNITS, FACILITIES)[0]
    assert found + of_totals == pytest.approx(stats.poisson.logpmf([12, 0], expected).sum())


def test_children_of_a_block_are_a_gamma_of_its_facilities():
    n_facilities = np.array([[4.0, 3.0, 2.0]])
    shapes = [4 * 20 / 16, (3 * 40 + 2 * 10) / 16]
    assert log_density_of_children(AT, n_facilities, CHILDREN)[0] == pytest.approx(
        stats.gamma.logpdf([90, 200], shapes, scale=16).sum()
    )


@pytest.mark.parametrize(
    ("value", "shape", "expected"),
    [(0.0, 0.0, 0.0), (5.0, 0.0, -np.inf), (0.0, 2.0, -np.inf), (5.0, 2.0, stats.gamma.logpdf(5, 2, scale=3))],
)
def test_no_facilities_have_no_children_and_some_have_some(value, shape, expected):
    assert gamma_log_density(np.array(value), np.array(shape), np.array(3.0)) == pytest.approx(expected)


def test_splits_add_up_to_their_blocks_and_fall_as_is_expected():
    many = Intensities(*(np.repeat(values, 4000, axis=0) for values in (AT.rate, AT.size, AT.size_scale)), {})
    rng = np.random.default_rng(2)
    n_facilities = split_facilities(many, UNITS, FACILITIES, rng)
    assert set(n_facilities[:, :2].sum(axis=1)) == {12}
    assert not n_facilities[:, 2].any()
    assert n_facilities[:, 0].mean() == pytest.approx(12 * 10 / 14, abs=0.1)
    children = split_children(many, np.tile([4.0, 3.0, 2.0], (4000, 1)), CHILDREN, rng)
    assert children[:, 0] == pytest.approx(90)
    assert children[:, 1:].sum(axis=1) == pytest.approx(200)
    assert children[:, 1].mean() == pytest.approx(200 * 120 / 140, abs=1.0)
    assert not split_children(many, np.zeros((4000, 3)), CHILDREN, rng).any()
