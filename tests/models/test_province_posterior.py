"""Province posterior: closed forms, totals that hold in every draw, what a new row moves, and refusals."""

from dataclasses import replace

import numpy as np
import pytest
from scipy import stats

from analysis.models.expected_totals import Known
from analysis.models.nested_totals import SetTotal, disjoint_blocks
from analysis.models.province_intensities import Priors, Totals, Units, gamma_log_density
from analysis.models.province_posterior import (
    TooFewDrawsError,
    _normalised,
    concentrated,
    held_by_largest,
    posterior,
    prior,
    weighted_quantiles,
    weighted_sd,
)

PRIORS = Priors(1e-4, 1.5, 0.5, 0.7, 30, 0.5, 0.3, 1.0)
CODES = tuple("abcde")
UNITS = Units(CODES, np.array([2e5, 4e5, 1e5, 3e5, 2e5]), np.array([[1.5], [0.2], [-0.4], [-1.2], [-0.1]]))
FACILITIES = [("abcde", 100), ("abc", 70), ("a", 40)]
CHILDREN = [("abcde", 3600), ("abc", 2800)]
SHARES = (0.025, 0.25, 0.5, 0.75, 0.975)


def totals(printed, codes=CODES):
    sets = [SetTotal(units, frozenset(units), total) for units, total in printed]
    return Totals(tuple(disjoint_blocks(sets)), codes)


def known_of(facilities=FACILITIES, children=CHILDREN, priors=PRIORS):
    return Known(UNITS, totals(facilities), totals(children), priors)


def draws_of(known, seed=1, n_effective=3000, **more):
    return posterior(known, np.random.default_rng(seed), n_effective, n_cells_a_side=10, **more)


@pytest.fixture(scope="module")
def draws():
    return draws_of(known_of())


def median(values, weight):
    return weighted_quantiles(values, weight, [0.5])[0]


def test_one_unit_under_flat_priors_has_the_closed_form_posterior():
    flat = replace(PRIORS, sd_log_rate=100, sd_log_size=100, sd_unit=1e-9, sd_unit_size=1e-9, size_variation=0.8)
    one = Units(("a",), np.array([5e5]), np.empty((1, 0)))
    known = Known(one, totals([("a", 25)], ("a",)), totals([("a", 900)], ("a",)), flat)
    found = draws_of(known, n_effective=40_000)
    rate = weighted_quantiles(found.rate, found.weight, SHARES)[:, 0]
    np.testing.assert_allclose(rate, stats.gamma.ppf(SHARES, 25) / 5e5, rtol=0.01)
    size = weighted_quantiles(found.child_rate / found.rate, found.weight, SHARES)[:, 0]
    np.testing.assert_allclose(size, stats.invgamma.ppf(SHARES, 25 / 0.64) * 900 / 0.64, rtol=0.01)


def test_units_alike_share_facilities_as_a_binomial_and_children_as_a_beta():
    alike = replace(PRIORS, sd_slope=1e-9, sd_unit=1e-9, sd_unit_size=1e-9, size_variation=0.8)
    two = Units(("a", "b"), np.array([1e5, 3e5]), np.zeros((2, 1)))
    known = Known(two, totals([("ab", 40)], ("a", "b")), totals([("ab", 1200)], ("a", "b")), alike)
    found = draws_of(known, n_effective=40_000)
    of_a = found.n_facilities[:, 0]
    for count in (5, 10, 15):
        expected = stats.binom.cdf(count, 40, 0.25)
        assert found.weight @ (of_a <= count) == pytest.approx(expected, abs=0.01)
    given = of_a == 10
    children = found.n_children[given, 0][:, None]
    quartiles = weighted_quantiles(children, found.weight[given] / found.weight[given].sum(), (0.25, 0.5, 0.75))
    np.testing.assert_allclose(
        quartiles[:, 0] / 1200, stats.beta.ppf((0.25, 0.5, 0.75), 10 / 0.64, 30 / 0.64), rtol=0.03
    )


def test_the_prior_has_the_spreads_it_is_given():
    """Variances of logs: level, slope times covariate, and the mean square of a half-normal spread."""
    found = prior(known_of(), np.random.default_rng(5), 100_000)
    x = UNITS.covariates[:, 0]
    log_rate, log_size = np.log(found.rate), np.log(found.child_rate / found.rate)
    np.testing.assert_allclose(log_rate.mean(axis=0), np.log(1e-4), atol=0.03)
    np.testing.assert_allclose(log_rate.var(axis=0), 1.5**2 + 0.5**2 * x**2 + 0.7**2, rtol=0.03)
    np.testing.assert_allclose(log_size.mean(axis=0), np.log(30), atol=0.02)
    np.testing.assert_allclose(log_size.var(axis=0), 0.5**2 + 0.3**2, rtol=0.03)
    slopes = [np.polyfit(found.levels["beta_1"], logs, 1)[0] for logs in log_rate.T]
    np.testing.assert_allclose(slopes, x, atol=0.05)
    assert found.weight.tolist() == [1 / 100_000] * 100_000


def test_counts_of_the_prior_vary_as_poisson_facilities_of_gamma_sizes():
    known = known_of(priors=replace(PRIORS, size_variation=0.8))
    found = prior(known, np.random.default_rng(6), 100_000)
    expected = found.rate * UNITS.n_at_risk
    assert ((found.n_facilities - expected) ** 2).sum() / expected.sum() == pytest.approx(1, abs=0.03)
    size = found.child_rate / found.rate
    has_some = found.n_facilities > 0
    assert (found.n_children[~has_some] == 0).all()
    mean = (found.n_facilities * size)[has_some]
    scale = (0.8**2 * np.exp(found.levels["log_size"])[:, None] * np.ones(5))[has_some]
    standard = (found.n_children[has_some] - mean) / np.sqrt(mean * scale)
    assert standard.mean() == pytest.approx(0, abs=0.01)
    assert standard.var() == pytest.approx(1, abs=0.03)


def test_counts_add_up_to_the_printed_totals_in_every_draw(draws):
    known = known_of()
    for counts, printed in [(draws.n_facilities, known.facilities), (draws.n_children, known.children)]:
        np.testing.assert_allclose(counts @ printed.membership.T, np.tile(printed.sizes, (len(counts), 1)))
    assert (draws.n_facilities[:, 0] == 40).all()
    assert (draws.n_facilities % 1 == 0).all()
    assert draws.weight.sum() == pytest.approx(1)


def test_the_same_seed_gives_the_same_draws_and_another_does_not(draws):
    again, other = draws_of(known_of()), draws_of(known_of(), seed=2)
    assert np.array_equal(draws.rate, again.rate)
    assert np.array_equal(draws.weight, again.weight)
    assert not np.array_equal(draws.rate[:100], other.rate[:100])


def test_a_new_printed_unit_is_exact_and_moves_its_neighbours(draws):
    after = draws_of(known_of(facilities=[*FACILITIES, ("b", 10)]))
    assert (after.n_facilities[:, 1] == 10).all()
    assert (after.n_facilities[:, 2] == 20).all()
    before_rates, rates = median(draws.rate, draws.weight), median(after.rate, after.weight)
    assert rates[1] < 0.6 * before_rates[1]
    assert rates[2] > 1.5 * before_rates[2]
    assert rates[0] == pytest.approx(before_rates[0], rel=0.1)
    tight, loose = (weighted_sd(np.log(found.rate), found.weight) for found in (after, draws))
    assert tight[2] < 0.8 * loose[2]


def test_a_new_child_total_inside_a_facility_block_is_kept():
    after = draws_of(known_of(children=[*CHILDREN, ("b", 300)]))
    np.testing.assert_allclose(after.n_children[:, 1], 300)
    np.testing.assert_allclose(after.n_children[:, [0, 2]].sum(axis=1), 2500)


def test_a_total_that_follows_from_the_others_changes_no_draw(draws):
    again = draws_of(known_of(facilities=[*FACILITIES, ("de", 30)]))
    assert np.array_equal(draws.rate, again.rate)


def test_a_printed_zero_is_a_zero():
    found = draws_of(known_of(facilities=[*FACILITIES, ("e", 0)]))
    assert (found.n_facilities[:, 4] == 0).all()
    assert (found.n_children[:, 4] == 0).all()


def test_every_unit_printed_leaves_only_the_rates_open():
    facilities = [("abcde", 100), *zip("abcde", (40, 28, 2, 18, 12), strict=True)]
    children = [("abcde", 3600), *zip("abcde", (1700, 1000, 100, 500, 300), strict=True)]
    found = draws_of(known_of(facilities, children))
    observed = np.array([40, 28, 2, 18, 12]) / UNITS.n_at_risk
    rates = median(found.rate, found.weight)
    np.testing.assert_allclose(rates[[0, 1, 3, 4]], observed[[0, 1, 3, 4]], rtol=0.2)
    assert 1 < rates[2] / observed[2] < 3  # two facilities say little: shrunk towards the others


def test_a_condition_keeps_only_the_draws_that_satisfy_it():
    found = draws_of(known_of(), condition=lambda facilities, children: facilities[:, 1] >= 20)
    assert found.n_facilities[:, 1].min() >= 20
    assert found.n_proposed > len(found.weight)


def test_an_impossible_condition_is_refused():
    with pytest.raises(TooFewDrawsError, match="0 kept"):
        draws_of(known_of(), condition=lambda facilities, children: facilities[:, 1] > 30, n_proposed_at_most=20_000)


def test_children_without_facilities_and_the_reverse_are_refused():
    with pytest.raises(ValueError, match="e has 10 children, but no facility"):
        known_of(facilities=[*FACILITIES, ("e", 0)], children=[*CHILDREN, ("e", 10)])
    with pytest.raises(ValueError, match="e has no children: enter its facilities"):
        known_of(children=[*CHILDREN, ("e", 0)])


def test_a_unit_outside_every_printed_total_is_refused():
    with pytest.raises(ValueError, match="differ in e"):
        totals([("abcd", 100)])


def test_gamma_log_density_is_that_of_scipy_and_a_point_mass_at_shape_zero():
    shape, scale = np.array([0.5, 3.0]), np.array([10.0, 20.0])
    np.testing.assert_allclose(gamma_log_density(25.0, shape, scale), stats.gamma.logpdf(25, shape, scale=scale))
    assert gamma_log_density(np.array([0.0, 5.0, 0.0]), np.array([0, 0, 2]), np.ones(3)).tolist() == [
        0,
        -np.inf,
        -np.inf,
    ]


def test_the_largest_units_hold_their_shares():
    facilities, children = held_by_largest(np.array([[5, 1, 5, 9]]), np.array([[10, 70, 15, 5]]), 2)
    assert facilities.tolist() == [14 / 20]
    assert children.tolist() == [20 / 100]


def test_a_concentration_is_that_of_facilities_and_of_children_each_within_rounding():
    holds = concentrated(2, of_facilities=0.7, of_children=0.2, rounding=0.05)
    facilities = np.array([[5, 1, 5, 9], [5, 1, 5, 9], [1, 1, 9, 9]])
    children = np.array([[10, 70, 15, 5], [10, 20, 65, 5], [40, 40, 10, 10]])
    assert holds(facilities, children).tolist() == [True, False, False]


def test_draws_of_which_one_carries_too_much_are_refused(draws):
    with pytest.raises(TooFewDrawsError, match=r"the greatest weight is 0\.\d%"):
        draws_of(known_of(), greatest_share=draws.weight.max() / 2, n_proposed_at_most=draws.n_proposed)


def test_weighted_quantiles_and_spread_of_equal_weights_are_the_plain_ones():
    values = np.random.default_rng(3).normal(size=(2000, 2))
    weight = np.full(2000, 1 / 2000)
    np.testing.assert_allclose(
        weighted_quantiles(values, weight, SHARES), np.quantile(values, SHARES, axis=0, method="inverted_cdf")
    )
    np.testing.assert_allclose(weighted_sd(values, weight), values.std(axis=0))
    assert weighted_quantiles(np.array([[1], [2]]), np.array([0.9, 0.1]), [0.5, 0.95])[:, 0].tolist() == [1, 2]


@pytest.mark.parametrize("level", [-2000.0, 0.0, 2000.0])
def test_weights_are_the_same_however_small_all_chances_are(level):
    """As a long list of totals makes them: exp(-2000) is 0 to a processor."""
    assert _normalised(level + np.log([1.0, 3.0])) == pytest.approx([0.25, 0.75])
