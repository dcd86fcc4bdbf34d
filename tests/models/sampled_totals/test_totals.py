"""Totals from sampled clusters: R's survey and MASS, identities, intervals where clusters are few, refusals."""

import numpy as np
import pytest

from analysis.models import sampled_totals
from analysis.models.survey.design import SurveyDesignError

COUNTS = [88, 402, 117, 16, 65, 20, 62, 35, 53, 30, 662, 483, 1134, 23, 31, 18, 11, 135, 72, 220, 406, 90, 208, 13]
PEOPLE = [13670, 18123, 5382, 17577, 9547, 3942, 15912, 15555, 16646, 5812, 13080, 12709, 19221, 10245, 3189, 16638]
PEOPLE += [7056, 9587, 4712, 24508, 15655, 23933, 15686, 8793]
REPORTED = [2, 6, 1, 1, 3, 1, 2, 2, 1, 1, 11, 4, 24, 2, 1, 1, 1, 3, 1, 4, 4, 1, 4, 1]
WEIGHTS = [10.167, 2.633, 15.8, 20.333, 6.778, 20.333, 7.9, 7.9, 20.333, 20.25, 1.917, 5.062, 1.667, 10.125, 20.25]
WEIGHTS += [20.333, 20.333, 5.222, 15.667, 9.75, 3.917, 15.8, 5.083, 20.333]
STRATA = list("eppeeeppeccccccee") + list("ssss") + list("pee")
TARGET = 3_000_000
SAMPLE = sampled_totals.sampled_clusters(COUNTS, PEOPLE, WEIGHTS, STRATA)
HELP = {
    "none": (None, None),
    "ratio": (np.array([PEOPLE]).T, [TARGET]),
    "both": (np.column_stack([PEOPLE, REPORTED]), [TARGET, 488]),
}
# R: g <- svydesign(~id, strata = ~s, weights = ~w, data = d)
#    svytotal(~y, g); svyratio(~y, ~x, g) * 3e6
#    svytotal(~y, calibrate(g, ~ x + r - 1, population = c(x = 3e6, r = 488), variance = c(1, 0)))
R_SURVEY = {
    "none": (22792.3180000000, 3013.9847353883),
    "ratio": (20650.9200097816, 3980.8282490821),
    "both": (23014.4994489943, 2638.5909806121),
}


def rng(seed=1):
    return np.random.default_rng(seed)


def total(helped="none", n=2000, sample=SAMPLE, seed=1):
    return sampled_totals.resampled_total(sample, n, rng(seed), *HELP[helped])


@pytest.mark.parametrize("helped", HELP)
def test_estimates_and_linearised_errors_are_those_of_r(helped):
    found = total(helped, n=2)
    assert (found.estimate, found.standard_error) == pytest.approx(R_SURVEY[helped], rel=1e-12)


@pytest.mark.parametrize("helped", ["none", "ratio"])
def test_the_bootstrap_has_the_error_of_linearisation(helped):
    errors = [total(helped, seed=seed).bootstrap_error for seed in range(8)]
    assert np.mean(errors) == pytest.approx(R_SURVEY[helped][1], rel=0.01 if helped == "none" else 0.08)


def test_a_model_that_explains_all_leaves_no_error():
    exact = sampled_totals.sampled_clusters(np.multiply(REPORTED, 30), PEOPLE, WEIGHTS, STRATA)
    found = total("both", sample=exact)
    assert found.estimate == pytest.approx(30 * 488)
    assert found.bootstrap_error == pytest.approx(0, abs=1e-6)


def test_the_total_of_a_covariate_is_known():
    sample = sampled_totals.sampled_clusters(REPORTED, PEOPLE, WEIGHTS, STRATA)
    assert np.allclose(total("both", sample=sample).replicates, 488)


def test_the_short_way_gives_the_replicates_of_the_long_one():
    ratio = sampled_totals.bootstrap_total(SAMPLE, TARGET, 50, rng())
    weighted = sampled_totals.bootstrap_total(SAMPLE, None, 50, rng())
    assert ratio == pytest.approx(total("ratio", n=50).replicates, rel=1e-12)
    assert weighted == pytest.approx(total("none", n=50).replicates, rel=1e-12)


def test_errors_of_replicates_spread_around_that_of_the_sample():
    found = total(n=4000)
    assert np.sqrt((found.replicate_errors**2).mean()) == pytest.approx(found.standard_error, rel=0.03)


def test_intervals_hold_the_estimate_and_widen_with_confidence():
    found = total("ratio")
    for interval in (found.t_interval, found.percentile_interval, found.studentised_interval):
        (low, high), (inner_low, inner_high) = interval(0.95), interval(0.8)
        assert low < inner_low < found.estimate < inner_high < high
    assert found.t_interval(0.95)[1] > found.percentile_interval(0.95)[1], "few clusters make it wider"


def test_an_interval_never_ends_below_what_was_counted():
    nearly_all = sampled_totals.sampled_clusters(COUNTS, PEOPLE, np.ones(24), STRATA)
    found = sampled_totals.resampled_total(nearly_all, 200, rng())
    assert found.t_interval(0.95)[0] == found.percentile_interval(0.95)[0] == sum(COUNTS)


def test_replicates_without_any_spread_leave_the_upper_end_open():
    one_full = sampled_totals.sampled_clusters([500, 0, 0, 0], [1] * 4, [10] * 4, list("aaaa"))
    found = sampled_totals.resampled_total(one_full, 1000, rng())
    assert found.studentised_interval(0.95)[1] == np.inf


def test_one_rate_takes_children_for_independent():
    # R: predict(glm(y ~ 1 + offset(log(x)), poisson)) as a total; sqrt(vcov) * qnorm(.975) on the rate's own scale
    estimate, low, high = sampled_totals.one_rate(SAMPLE, TARGET, 0.95)
    assert estimate == pytest.approx(42913.229503895)
    assert (high - low) / 2 == pytest.approx(
        1.959963984540054 * 0.015085527441188 * estimate, rel=1e-4
    )  # its last but one step
    found = sampled_totals.resampled_total(SAMPLE.unweighted(), 2000, rng(), *HELP["ratio"])
    assert found.estimate == pytest.approx(estimate)
    assert found.bootstrap_error > 8 * 0.015 * estimate, "communes differ"


def test_negative_binomial_rate_is_that_of_r():
    # R: exp(coef(MASS::glm.nb(y ~ 1 + offset(log(x))))) * 3e6
    estimate, low, high = sampled_totals.negative_binomial(SAMPLE, TARGET, 0.95)
    assert estimate == pytest.approx(40359.588071512, rel=1e-7)
    assert estimate / low == pytest.approx(high / estimate)


def test_a_population_that_is_drawn_too_widens_the_interval():
    rate = sampled_totals.resampled_total(SAMPLE, 2000, rng(), np.array([PEOPLE]).T, [1.0])
    fixed = rate.times(TARGET, np.full(2000, TARGET))
    drawn = rate.times(TARGET, TARGET * rng(3).uniform(0.5, 1.5, 2000))
    assert fixed.estimate == drawn.estimate == pytest.approx(R_SURVEY["ratio"][0])
    assert fixed.standard_error == pytest.approx(R_SURVEY["ratio"][1])
    assert drawn.bootstrap_error > 1.3 * fixed.bootstrap_error


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"counts": [-1, *COUNTS[1:]]}, "negative or missing"),
        ({"populations": [0, *PEOPLE[1:]]}, "not above 0"),
        ({"counts": COUNTS[1:]}, "one count and one population"),
        ({"weights": WEIGHTS[1:], "strata": STRATA[1:]}, "23 weights and 24 counts"),
    ],
)
def test_clusters_that_cannot_be_a_sample_are_refused(changed, words):
    given = {"counts": COUNTS, "populations": PEOPLE, "weights": WEIGHTS, "strata": STRATA} | changed
    with pytest.raises(ValueError, match=words):
        sampled_totals.sampled_clusters(**given)


def test_a_stratum_of_one_and_weights_of_nothing_are_refused():
    with pytest.raises(SurveyDesignError, match="one unit alone"):
        sampled_totals.sampled_clusters(COUNTS, PEOPLE, WEIGHTS, ["x", *STRATA[1:]])
    with pytest.raises(SurveyDesignError, match="zero"):
        sampled_totals.sampled_clusters(COUNTS, PEOPLE, np.zeros(24), STRATA)


@pytest.mark.parametrize(
    ("covariates", "totals", "words"),
    [
        (np.array([PEOPLE]).T, None, "both or neither"),
        (np.array([PEOPLE]).T, [1, 2], "known totals"),
        (np.zeros((24, 1)), [1], "not above 0"),
        (np.ones((24, 13)), np.ones(13), "too few"),
    ],
)
def test_covariates_that_cannot_help_are_refused(covariates, totals, words):
    with pytest.raises(ValueError, match=words):
        sampled_totals.resampled_total(SAMPLE, 10, rng(), covariates, totals)


def test_nobody_counted_has_no_interval():
    empty = sampled_totals.sampled_clusters(np.zeros(24), PEOPLE, WEIGHTS, STRATA)
    with pytest.raises(ValueError, match="nobody was counted"):
        sampled_totals.one_rate(empty, TARGET, 0.95)
    with pytest.raises(ValueError, match="nobody was counted"):
        sampled_totals.resampled_total(empty, 10, rng()).t_interval(0.95)


def test_a_covariate_that_no_sampled_cluster_has_changes_nothing():
    with_nothing = np.column_stack([PEOPLE, np.zeros(24)])
    found = sampled_totals.resampled_total(SAMPLE, 50, rng(), with_nothing, [TARGET, 100])
    assert found.estimate == pytest.approx(R_SURVEY["ratio"][0])


def test_two_clusters_a_covariate_are_enough():
    twelve = np.column_stack([PEOPLE, *(np.arange(24) == at for at in range(11))])
    found = sampled_totals.resampled_total(SAMPLE, 3, rng(), twelve, [TARGET, *[20] * 11])
    assert np.isfinite(found.estimate)
    assert len(found.replicates) == 3


@pytest.mark.parametrize("scale", [1.0, 1e-5])
def test_a_total_told_in_thousands_or_in_shares_has_an_interval_too(scale):
    small = sampled_totals.sampled_clusters(scale * np.array(COUNTS), PEOPLE, WEIGHTS, STRATA)
    low, high = total(n=200, sample=small).t_interval(0.95)
    assert (low / scale, high / scale) == pytest.approx(total(n=200).t_interval(0.95))
