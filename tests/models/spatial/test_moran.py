"""Moran's I is spdep's to ten digits; its permutation test is exact, two-sided and never says 0."""

from itertools import pairwise, permutations

import numpy as np
import pytest
import spdep_reference as r
from scipy import stats

from analysis.models import spatial
from analysis.models.spatial.moran import clustering
from analysis.models.spatial.permutation import permutation_p

RELATIVE = 1e-10


@pytest.fixture
def rng():
    return np.random.default_rng(20150228)


@pytest.mark.parametrize(
    ("weights", "expected", "normality"),
    [(r.MEANS, r.TEST_MEANS, r.NORMALITY_MEANS), (r.BINARY, r.TEST_BINARY, r.NORMALITY_BINARY)],
)
def test_statistic_and_moments_are_those_of_spdep(weights, expected, normality, rng):
    test = spatial.morans_i(r.RATES, weights, 99, rng)
    found = (test.statistic, test.expected, test.variance, test.z, test.p_normal)
    assert found == pytest.approx(expected, rel=RELATIVE)
    assert test.variance_normality == pytest.approx(normality, rel=RELATIVE)


@pytest.mark.parametrize(("alternative", "expected"), [("greater", r.P_GREATER), ("less", r.P_LESS)])
def test_one_sided_p_values_on_the_normal_scale_are_those_of_spdep(alternative, expected, rng):
    test = spatial.morans_i(r.RATES, r.MEANS, 99, rng, alternative)
    assert test.p_normal == pytest.approx(expected, rel=RELATIVE)


def test_the_one_sided_p_value_by_permutation_is_that_of_spdep_within_chance(rng):
    test = spatial.morans_i(r.RATES, r.MEANS, 20_000, rng, "greater")
    assert test.p == pytest.approx(r.P_PERMUTED_GREATER, abs=4 * np.sqrt(0.026 / 20_000))


@pytest.mark.parametrize("alternative", ["two-sided", "greater", "less"])
def test_the_p_value_is_that_of_all_arrangements_where_these_can_be_listed(alternative, rng):
    """Of seven places on a line: 5,040 arrangements, -1 / (n - 1) their mean, and their variance the formula's."""
    values = np.array([1.0, 2, 4, 4, 7, 3, 9])
    codes = list("abcdefg")
    line = spatial.pair_weights(list(pairwise(codes)), codes)
    deviations = values - values.mean()
    every = [7 / 12 * 2 * np.dot(d[1:], d[:-1]) / (d @ d) for d in map(np.array, permutations(deviations))]
    test = spatial.morans_i(values, line, 40_000, rng, alternative)
    assert np.mean(every) == pytest.approx(test.expected, abs=1e-12)
    assert np.var(every) == pytest.approx(test.variance, rel=1e-9)
    far = {
        "two-sided": np.abs(every - np.mean(every)) >= abs(test.statistic - np.mean(every)) - 1e-12,
        "greater": np.array(every) >= test.statistic - 1e-12,
        "less": np.array(every) <= test.statistic + 1e-12,
    }
    assert test.p == pytest.approx(np.mean(far[alternative]), abs=0.012)


def test_a_p_value_is_never_0_and_a_draw_like_the_observed_counts():
    assert permutation_p(5.0, np.zeros(99), 0.0) == 1 / 100
    assert permutation_p(0.0, np.zeros(99), 0.0) == 1
    assert permutation_p(-5.0, np.zeros(99), 0.0, "greater") == 1
    assert permutation_p(1.0, np.array([1.0, -1.0, -1.0, 0.0]), 0.0) == 4 / 5  # both sides are as far


def test_another_alternative_is_refused(rng):
    with pytest.raises(ValueError, match="two-sided, greater, less"):
        spatial.morans_i(r.RATES, r.MEANS, 9, rng, "two.sided")


def test_an_island_is_left_out_of_mean_and_number(rng):
    codes = np.array(r.CODES)
    without = [(one, other) for one, other in r.PAIRS if codes[6] not in (one, other)]
    test = spatial.morans_i(r.RATES, spatial.row_standardised(spatial.pair_weights(without, r.CODES)), 99, rng)
    assert (test.statistic, test.variance) == pytest.approx(r.WITHOUT_SEVENTH, rel=RELATIVE)
    assert (test.n, test.n_islands) == (24, 1)


@pytest.mark.parametrize(
    ("events", "weights", "expected"),
    [(r.EVENTS, r.MEANS, r.EBI_MEANS), (r.EVENTS, r.BINARY, r.EBI_BINARY), (r.FEW, r.MEANS, r.EBI_FEW)],
)
def test_the_index_of_rates_is_the_empirical_bayes_index_of_spdep(events, weights, expected, rng):
    assert spatial.rate_morans_i(events, r.PEOPLE, weights, 99, rng).statistic == pytest.approx(expected, rel=RELATIVE)


def test_the_unit_of_population_and_of_values_does_not_matter(rng):
    per_person, per_thousand = (
        spatial.rate_morans_i(r.EVENTS, r.PEOPLE / unit, r.MEANS, 99, np.random.default_rng(1)) for unit in (1, 1000)
    )
    assert per_person.statistic == pytest.approx(per_thousand.statistic, rel=1e-12)
    assert per_person.p == per_thousand.p
    shifted = spatial.morans_i(1000 - 3 * r.RATES, r.MEANS, 99, rng).statistic
    assert shifted == pytest.approx(r.TEST_MEANS[0], rel=RELATIVE)


def test_many_permutations_are_dealt_in_batches(monkeypatch):
    whole = spatial.morans_i(r.RATES, r.MEANS, 1000, np.random.default_rng(3))
    monkeypatch.setattr("analysis.models.spatial.permutation.BATCH", 25 * 7)
    assert spatial.morans_i(r.RATES, r.MEANS, 1000, np.random.default_rng(3)) == whole


def test_residuals_are_centred_and_clustering_is_how_far_they_lie_from_chance(rng):
    test = spatial.residual_morans_i(r.RATES + 5, r.MEANS, 99, rng)
    assert test.statistic == pytest.approx(r.TEST_MEANS[0], rel=RELATIVE)
    assert clustering(r.RATES, r.MEANS) == pytest.approx(r.TEST_MEANS[0] + 1 / 24, rel=RELATIVE)


def test_simulated_residuals_give_expectation_variance_and_p(rng):
    null = rng.normal(size=(199, 25)) * 7 + 3
    test = spatial.simulated_residual_morans_i(r.RATES, null, r.MEANS)
    single = [spatial.morans_i(row, r.MEANS, 1, rng).statistic for row in null]
    assert test.expected == pytest.approx(np.mean(single), rel=1e-9)
    assert test.variance == pytest.approx(np.var(single, ddof=1), rel=1e-9)
    far = np.abs(single - np.mean(single)) >= abs(r.TEST_MEANS[0] - np.mean(single))
    assert test.p == (1 + far.sum()) / 200
    with pytest.raises(ValueError, match="do not fit 25 places"):
        spatial.simulated_residual_morans_i(r.RATES, null[:, :24], r.MEANS)


def test_no_permutations_are_refused(rng):
    with pytest.raises(ValueError, match="at least one permutation is needed, not 0"):
        spatial.morans_i(r.RATES, r.MEANS, 0, rng)


def test_neighbours_that_are_unlike_are_told_from_chance_too(rng):
    codes = list("abcdefghij")
    line = spatial.pair_weights(list(pairwise(codes)), codes)
    test = spatial.morans_i(np.tile([1.0, -1.0], 5), line, 99, rng)
    assert test.z < -2
    assert test.p_normal == pytest.approx(2 * stats.norm.sf(-test.z))
