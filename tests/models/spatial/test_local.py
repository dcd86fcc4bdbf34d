"""Local Moran's I is spdep's to ten digits, adds up to the global one, and discoveries keep their level."""

import numpy as np
import pytest
import spdep_reference as r

from analysis.models import spatial
from analysis.models.spatial.false_discovery import adjusted_p

RELATIVE = 1e-10


@pytest.fixture(scope="module")
def local():
    return spatial.local_morans_i(r.RATES, r.MEANS, 4_999, np.random.default_rng(7))


def test_statistics_moments_and_quadrants_are_those_of_spdep(local):
    assert local.statistic == pytest.approx(r.LOCAL, rel=RELATIVE)
    assert local.expected == pytest.approx(r.LOCAL_EXPECTED, rel=RELATIVE)
    assert local.variance == pytest.approx(r.LOCAL_VARIANCE, rel=RELATIVE)
    assert " ".join(local.quadrant) == r.QUADRANTS


@pytest.mark.parametrize(("weights", "expected"), [(r.MEANS, r.TEST_MEANS), (r.BINARY, r.TEST_BINARY)])
def test_local_statistics_add_up_to_the_global_one_times_the_sum_of_weights(weights, expected):
    """n times I where rows sum to 1; with (n - 1) in place of n, as esda has it, they would fall short by 1 / n."""
    local = spatial.local_morans_i(r.RATES, weights, 9, np.random.default_rng(7))
    assert local.statistic.sum() == pytest.approx(weights.sum() * expected[0], rel=RELATIVE)


def test_deals_have_the_mean_and_the_variance_of_the_formulas():
    """The two-sided p-value of a place is how often a deal lies as far out: on the normal scale nearly that of z."""
    values = np.random.default_rng(5).normal(size=400)
    side = 20
    codes = [f"{i // side}-{i % side}" for i in range(400)]
    pairs = [(codes[i], codes[i + 1]) for i in range(399) if (i + 1) % side] + list(
        zip(codes, codes[side:], strict=False)
    )
    local = spatial.local_morans_i(
        values, spatial.row_standardised(spatial.pair_weights(pairs, codes)), 4_999, np.random.default_rng(6)
    )
    z = np.abs(local.statistic - local.expected) / np.sqrt(local.variance)
    assert 0.90 < np.mean(z[local.p > 0.05] < 1.96) <= 1
    assert np.all(local.p[z > 3.2] < 0.02)
    assert abs(np.mean(local.p <= 0.1) - 0.1) < 0.05


def test_p_values_are_those_of_all_deals_where_these_can_be_listed():
    """Four places on a line: the end has one neighbour, which is each of the three others equally often."""
    line = spatial.pair_weights([("a", "b"), ("b", "c"), ("c", "d")], list("abcd"))
    values = np.array([5.0, 4.0, 0.0, 3.0])
    local = spatial.local_morans_i(values, line, 30_000, np.random.default_rng(2))
    # of a: neighbour 4, 0 or 3, mean 7/3; 4 lies 5/3 off, 0 lies 7/3 off, 3 lies 2/3 off
    assert local.p[0] == pytest.approx(2 / 3, abs=0.02)
    # of c: neighbours {5, 4}, {5, 3} or {4, 3}, sums 9, 8, 7, mean 8; it has 4 + 3 = 7
    assert local.p[2] == pytest.approx(2 / 3, abs=0.02)


def test_an_island_has_no_statistic_and_is_no_test():
    without = [pair for pair in r.PAIRS if "11" not in pair]
    weights = spatial.row_standardised(spatial.pair_weights(without, r.CODES))
    local = spatial.local_morans_i(r.RATES, weights, 99, np.random.default_rng(1))
    at = r.CODES.index("11")
    assert np.isnan([local.statistic[at], local.p[at], local.p_adjusted[at]]).all()
    assert local.quadrant[at] == "island"
    assert not local.is_discovery[at]
    assert np.isfinite(np.delete(local.p_adjusted, at)).all()


def test_adjusted_p_values_are_those_of_r():
    assert adjusted_p(r.P_VALUES, "benjamini-hochberg") == pytest.approx(r.ADJUSTED_BH, rel=RELATIVE)
    by = adjusted_p(r.P_VALUES, "benjamini-yekutieli")
    assert by[:6] == pytest.approx(r.ADJUSTED_BY, rel=RELATIVE)
    assert (by[6:] == 1).all()
    shuffled = np.random.default_rng(0).permutation(25)
    assert adjusted_p(r.P_VALUES[shuffled], "benjamini-yekutieli") == pytest.approx(by[shuffled])


def test_missing_p_values_are_no_tests_and_another_method_is_refused():
    assert adjusted_p(np.array([0.01, np.nan, 0.5]), "benjamini-hochberg") == pytest.approx(
        [0.02, np.nan, 0.5], nan_ok=True
    )
    with pytest.raises(ValueError, match="benjamini"):
        adjusted_p(np.array([0.01]), "bonferroni")


def test_a_planted_cluster_is_found_and_chance_is_not():
    codes = [f"{i // 12:02d}{i % 12:02d}" for i in range(144)]
    pairs = [(codes[i], codes[i + 1]) for i in range(143) if (i + 1) % 12] + list(zip(codes, codes[12:], strict=False))
    weights = spatial.row_standardised(spatial.pair_weights(pairs, codes))
    noise = np.random.default_rng(11).normal(size=144)
    grid = noise.reshape(12, 12).copy()
    grid[2:6, 2:6] += 5
    planted = spatial.local_morans_i(grid.ravel(), weights, 9_999, np.random.default_rng(12))
    inside = np.zeros((12, 12), bool)
    inside[3:5, 3:5] = True
    assert planted.is_discovery[inside.ravel()].all()
    assert (planted.quadrant[inside.ravel()] == "high-high").all()
    chance = spatial.local_morans_i(noise, weights, 9_999, np.random.default_rng(12))
    assert chance.is_discovery.sum() == 0
