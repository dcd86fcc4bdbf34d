"""Jackknife and half samples equal R's; the bootstrap has the variance it must have."""

import numpy as np
import pytest

from analysis.models.survey import (
    SurveyDesignError,
    balanced_repeated,
    covariance_of_totals,
    jackknife,
    mean,
    rao_wu,
    ratio,
    replicate_covariance,
    survey_design,
)


def ratios(replicates, above, below):
    totals = replicates.totals(np.column_stack([above, below]))
    return totals[:, 0] / totals[:, 1]


def covariances(replicates, above, below):
    """Return the variance of a ratio around the mean of the replicates and around the ratio of the whole sample."""
    estimates, full = ratios(replicates, above, below), ratio(above, below, replicates.design).estimate
    around_mean = replicate_covariance(estimates, replicates, "mean")
    return around_mean, replicate_covariance(estimates, replicates, "estimate", full)


def test_the_jackknife_is_rs_for_strata_around_both_centres(rows_of, design_of, r):
    # svyratio(~placed, ~distance, as.svrepdesign(d, type = "JKn", mse = FALSE or TRUE))
    rows = rows_of("two_stage")
    around_mean, around_estimate = covariances(jackknife(design_of("two_stage")), rows["placed"], rows["distance"])
    np.testing.assert_allclose(around_mean, [r("two_stage", "JKn mse FALSE")], rtol=1e-6)
    np.testing.assert_allclose(around_estimate, [r("two_stage", "JKn mse TRUE")], rtol=1e-6)
    assert around_mean[0, 0] != pytest.approx(around_estimate[0, 0], rel=1e-6)


def test_the_jackknife_is_rs_for_one_stratum_with_a_population(rows_of, design_of, r):
    # svyratio(~api.stu, ~enroll, as.svrepdesign(dclus1, mse = FALSE or TRUE))  # JK1
    rows = rows_of("apiclus1")
    around_mean, around_estimate = covariances(jackknife(design_of("apiclus1")), rows["api.stu"], rows["enroll"])
    np.testing.assert_allclose(around_mean, [r("apiclus1", "JK1 mse FALSE")], rtol=1e-6)
    np.testing.assert_allclose(around_estimate, [r("apiclus1", "JK1 mse TRUE")], rtol=1e-6)


def test_the_jackknife_is_rs_for_strata_with_populations(rows_of, design_of, r):
    # vcov(svymean(~enroll + api00, as.svrepdesign(dstrat, type = "JKn")))
    rows, replicates = rows_of("apistrat"), jackknife(design_of("apistrat"))
    totals = replicates.totals(rows[["enroll", "api00"]].assign(one=1.0))
    found = replicate_covariance(totals[:, :2] / totals[:, 2:], replicates, "mean")
    np.testing.assert_allclose(found.ravel(), r("apistrat", "JKn mse FALSE"), rtol=1e-6)


@pytest.mark.parametrize("rule", ["remove", "certainty", "adjust", "average"])
def test_the_jackknife_takes_a_lonely_cluster_as_r_takes_it(rule, rows_of, r):
    # options(survey.lonely.psu = rule); SE(svymean(~api00, as.svrepdesign(d, type = "JKn")))
    schools = rows_of("apistrat")
    rows = schools[(schools["stype"] != "M") | ~schools.duplicated("stype")]
    replicates = jackknife(survey_design(rows["pw"], rows["stype"], populations=rows["fpc"], lonely=rule))
    found = replicate_covariance(ratios(replicates, rows["api00"], np.ones(len(rows))), replicates, "mean")
    np.testing.assert_allclose(np.sqrt(found), [r("lonely", f"JKn {rule}")], rtol=1e-6)


@pytest.mark.parametrize("fay", [0, 0.3])
def test_half_samples_are_rs_around_both_centres(fay, rows_of, design_of, r):
    # svyratio(~alive, ~arrests, as.svrepdesign(scd_design, type = "BRR" or "Fay", fay.rho = fay, mse = FALSE or TRUE))
    rows, replicates = rows_of("scd"), balanced_repeated(design_of("scd"), fay)
    around_mean, around_estimate = covariances(replicates, rows["alive"], rows["arrests"])
    np.testing.assert_allclose(around_mean[0, 0], r("scd", f"half samples {fay} FALSE")[1], rtol=1e-6)
    np.testing.assert_allclose(around_estimate[0, 0], r("scd", f"half samples {fay} TRUE")[1], rtol=1e-6)


def test_half_samples_are_balanced_however_many_strata_there_are():
    """The variance of a total is exactly the linearised one only if every two strata are orthogonal."""
    rng = np.random.default_rng(3)
    for n_strata in (1, 4, 7, 8, 13):
        design = survey_design(rng.uniform(1, 9, 2 * n_strata), np.repeat(np.arange(n_strata), 2))
        values = rng.normal(size=2 * n_strata)
        for fay in (0, 0.5):
            replicates = balanced_repeated(design, fay)
            found = replicate_covariance(replicates.totals(values), replicates, "mean")
            assert found == pytest.approx(covariance_of_totals(values, design), rel=1e-10)
        assert replicates.factors.mean(axis=0) == pytest.approx(np.ones(2 * n_strata))


def test_the_bootstrap_draws_one_less_than_there_are_and_keeps_the_strata_as_large(design_of):
    replicates = rao_wu(design_of("two_stage"), 40, np.random.default_rng(4))
    strata, factors = replicates.design.cluster_strata, replicates.factors
    n = np.bincount(strata)
    sums = np.column_stack([factors[:, strata == stratum].sum(axis=1) for stratum in range(len(n))])
    assert sums == pytest.approx(np.tile(n, (40, 1)))
    times = factors * ((n - 1) / n)[strata]
    assert times == pytest.approx(np.rint(times))
    assert times.max() > 1


@pytest.mark.parametrize("data", ["two_stage", "apistrat", "apiclus1"])
def test_the_bootstrap_has_the_linearised_variance_of_a_total(data, rows_of, design_of):
    """Without the rescaling it would be a fifth lower in strata of five; with populations it must shrink."""
    design = design_of(data)
    values = np.ones(design.n) if data == "apiclus1" else rows_of(data).iloc[:, -1].to_numpy()
    expected = np.sqrt(covariance_of_totals(values, design)[0, 0])
    rng, found = np.random.default_rng(5), []
    for _ in range(20):
        replicates = rao_wu(design, 500, rng)
        found.append(np.sqrt(replicate_covariance(replicates.totals(values), replicates, "mean")[0, 0]))
    assert np.mean(found) == pytest.approx(expected, rel=0.02)


def test_rows_drawn_one_by_one_would_miss_that_clusters_are_alike(rows_of, design_of):
    rows, design = rows_of("apiclus1"), design_of("apiclus1")
    alone = survey_design(rows["pw"], populations=rows["fpc"])
    errors = []
    for drawn in (design, alone):
        replicates = rao_wu(drawn, 300, np.random.default_rng(6))
        means = ratios(replicates, rows["api00"], np.ones(len(rows)))
        errors.append(np.sqrt(replicate_covariance(means, replicates, "mean")[0, 0]))
    assert errors[0] > 2 * errors[1]
    assert errors[0] == pytest.approx(mean(rows["api00"], design).standard_error[0], rel=0.1)


def test_weights_of_some_rows_are_their_clusters_factors(design_of):
    design = design_of("two_stage")
    replicates = jackknife(design)
    weights = replicates.weights_of(slice(10, 30))
    assert weights.shape == (design.n_clusters, 20)
    assert weights[3] == pytest.approx(replicates.factors[3, design.clusters[0][10:30]] * design.weights[10:30])
    is_given = (np.arange(design.n) >= 10) & (np.arange(design.n) < 30)
    assert weights.sum(axis=1) == pytest.approx(replicates.totals(is_given)[:, 0])


def test_the_same_generator_gives_the_same_replicates(design_of):
    one, other = (rao_wu(design_of("two_stage"), 30, np.random.default_rng(7)).factors for _ in range(2))
    assert (one == other).all()


def test_replicates_that_cannot_be_made_are_refused(design_of):
    rng = np.random.default_rng(8)
    for make in (jackknife, balanced_repeated, lambda design: rao_wu(design, 9, rng)):
        with pytest.raises(SurveyDesignError, match="later stages"):
            make(design_of("apiclus2"))
    for name in ("two_stage", "apistrat"):
        with pytest.raises(SurveyDesignError, match="two clusters in every stratum"):
            balanced_repeated(design_of(name))
    with pytest.raises(ValueError, match="fay"):
        balanced_repeated(design_of("scd"), 1)
    lonely = survey_design(np.ones(5), [1, 1, 1, 2, 2], [1, 2, 3, 4, 4], lonely="adjust")
    with pytest.raises(SurveyDesignError, match="bootstrap draws nothing from one cluster"):
        rao_wu(lonely, 9, rng)
    with pytest.raises(ValueError, match="two replicates"):
        rao_wu(design_of("scd"), 1, rng)
    with pytest.raises(SurveyDesignError, match="nothing to leave out"):
        jackknife(survey_design(np.ones(2), clusters=[1, 1], lonely="adjust"))


def test_a_replicate_without_an_estimate_is_not_dropped(design_of):
    replicates = jackknife(design_of("scd"))
    estimates = np.ones(replicates.n)
    with pytest.raises(ValueError, match="1 of 6 replicates have no estimate"):
        replicate_covariance(np.where(np.arange(6) == 2, np.nan, estimates), replicates, "mean")
    for centre, full in (("estimate", None), ("mean", [1.0]), ("median", None)):
        with pytest.raises(ValueError, match="centre"):
            replicate_covariance(estimates, replicates, centre, full)
