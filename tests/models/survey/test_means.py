"""Totals, means, ratios and shares equal R's survey; what a domain, a group and a missing value do."""

import numpy as np
import pandas as pd
import pytest

from analysis.models.survey import (
    Estimated,
    SurveyDesignError,
    mean,
    means_by,
    proportion,
    ratio,
    survey_design,
    total,
)

SCHOOLS = ("apistrat", "apistrat_replaced", "apiclus1", "apiclus2", "apiclus2_replaced", "apisrs")
AMOUNTS = ["enroll", "api00"]


def equals_r(found, r, data, quantity):
    np.testing.assert_allclose(found.estimate, r(data, quantity), rtol=1e-8)
    np.testing.assert_allclose(found.covariance.ravel(), r(data, f"{quantity} covariance"), rtol=1e-6)


@pytest.mark.parametrize("data", SCHOOLS)
def test_totals_means_and_ratios_are_those_of_r(data, rows_of, design_of, r):
    # svytotal(~enroll + api00, d); svymean(~enroll + api00, d); svyratio(~api.stu, ~enroll, d)
    rows, design = rows_of(data), design_of(data)
    equals_r(total(rows[AMOUNTS], design), r, data, "total")
    equals_r(mean(rows[AMOUNTS], design), r, data, "mean")
    equals_r(ratio(rows["api.stu"], rows["enroll"], design), r, data, "ratio")


@pytest.mark.parametrize("data", SCHOOLS)
def test_a_domain_is_rs_subset(data, rows_of, design_of, r):
    # svymean(~enroll + api00, subset(d, stype == "H")); svytotal(~enroll, subset(d, stype == "H"))
    rows, design = rows_of(data), design_of(data)
    is_high = rows["stype"] == "H"
    equals_r(mean(rows[AMOUNTS], design, is_high), r, data, "domain_mean")
    equals_r(total(rows["enroll"], design, is_high), r, data, "domain_total")


@pytest.mark.parametrize("data", SCHOOLS)
def test_groups_at_once_are_rs_svyby_with_its_covariances(data, rows_of, design_of, r):
    # svyby(~api00, ~stype, d, svymean, covmat = TRUE)
    rows, design = rows_of(data), design_of(data)
    codes = rows["stype"].astype("category").cat.codes.to_numpy()
    found = means_by(rows["api00"], codes, 3, design)
    np.testing.assert_allclose(found.estimate, r(data, "by"), rtol=1e-8)
    np.testing.assert_allclose(found.covariance.ravel(), r(data, "by covariance"), rtol=1e-6, atol=1e-10)


@pytest.mark.parametrize("data", SCHOOLS)
def test_intervals_of_shares_and_means_are_those_of_r(data, rows_of, design_of, r):
    # svyciprop(~I(sch.wide == "Yes"), d, method = "logit"), or of subset(d, stype == "H"); confint(m, df = degf(d))
    rows, design = rows_of(data), design_of(data)
    for part, domain in (("all", None), ("H", rows["stype"] == "H")):
        found = proportion(rows["sch.wide"] == "Yes", design, domain)
        low, high = found.interval(0.95, "logit")
        share, error, r_low, r_high = r(data, f"share {part}")
        np.testing.assert_allclose([found.estimate[0], found.standard_error[0]], [share, error], rtol=1e-6)
        np.testing.assert_allclose([low[0], high[0]], [r_low, r_high], rtol=1e-6)
    both = np.ravel(mean(rows[AMOUNTS], design).interval(0.95))
    np.testing.assert_allclose(both, r(data, "mean interval"), rtol=1e-6)


def test_two_stages_without_replacement_are_rs(rows_of, design_of, r):
    # svydesign(id = ~id1 + id2, fpc = ~n1 + n2, data = mu284)
    design = design_of("mu284")
    np.testing.assert_allclose(design.weights, r("mu284", "weights"), rtol=1e-12)
    equals_r(total(rows_of("mu284")["y1"], design), r, "mu284", "total")


def test_a_stratified_sample_of_villages_is_rs(rows_of, design_of, r):
    design = design_of("two_stage")
    equals_r(mean(rows_of("two_stage")[["distance", "placed"]], design), r, "two_stage", "mean")
    assert design.degrees_of_freedom == r("two_stage", "degrees of freedom")[0]


def test_three_stages_without_replacement_are_rs(rows_of, r):
    # svydesign(id = ~village + household + child, strata = ~stratum, fpc = ~villages + households + children, ...):
    # 9 villages a stratum, 30 households a village, two children more than were asked where more than one was
    rows = rows_of("two_stage")
    asked = rows.groupby("household")["weight"].transform("size")
    sizes = (np.full(len(rows), 9), np.full(len(rows), 30), asked + 2 * (asked > 1))
    stages = (rows["village"], rows["household"], np.arange(len(rows)))
    design = survey_design(rows["weight"], rows["stratum"], stages, sizes)
    equals_r(mean(rows[["distance", "placed"]], design), r, "three_stages", "mean")


def test_groups_have_the_degrees_of_freedom_of_where_they_live(rows_of, design_of):
    rows, design = rows_of("two_stage"), design_of("two_stage")
    is_far = (rows["distance"] > 8).to_numpy()
    found, alone = means_by(rows["placed"], is_far.astype(int), 2, design), mean(rows["placed"], design, is_far)
    assert (found.degrees_of_freedom[1], found.n_clusters[1]) == (alone.degrees_of_freedom, alone.n_clusters)
    assert 0 < alone.degrees_of_freedom < design.degrees_of_freedom


def test_a_missing_value_is_refused_inside_the_domain_and_nothing_outside(rows_of, design_of):
    rows, design = rows_of("apiclus1"), design_of("apiclus1")
    is_high = (rows["stype"] == "H").to_numpy()
    unknown = rows["api00"].astype("Int64").mask(~is_high)
    assert mean(unknown, design, is_high).estimate == pytest.approx(mean(rows["api00"], design, is_high).estimate)
    for estimate in (mean, total, proportion):
        with pytest.raises(SurveyDesignError, match=r"missing value.*domain.*impute"):
            estimate(unknown, design)
    groups = np.where(is_high, 0, -1)
    assert means_by(unknown, groups, 1, design).estimate == pytest.approx(mean(unknown, design, is_high).estimate)
    with pytest.raises(SurveyDesignError, match="missing value"):
        means_by(unknown, groups + 1, 2, design)


def test_rows_outside_a_domain_stay_in_the_design(rows_of, design_of):
    """Dropping them takes away that the number of rows in the domain is chance."""
    rows, design = rows_of("apisrs"), design_of("apisrs")
    is_high = (rows["stype"] == "H").to_numpy()
    dropped = survey_design(rows["pw"][is_high], populations=rows["fpc"][is_high])
    by_domain, by_dropping = total(is_high, design, is_high), total(np.ones(is_high.sum()), dropped)
    assert by_domain.estimate == pytest.approx(by_dropping.estimate)
    assert by_dropping.standard_error[0] < 1e-6 < 100 < by_domain.standard_error[0]


def test_a_group_without_rows_has_a_missing_mean_and_no_interval(rows_of, design_of):
    rows, design = rows_of("two_stage"), design_of("two_stage")
    found = means_by(rows["placed"], rows["is_girl"].to_numpy() * 2, 3, design)
    assert np.isnan(found.estimate).tolist() == [False, True, False]
    assert np.isnan(found.covariance[1]).all()
    assert np.isnan(found.interval(0.95, "logit")).tolist() == [[False, True, False]] * 2
    assert found.n_clusters[1] == 0


def test_a_share_of_none_or_all_has_the_exact_interval_of_its_clusters(rows_of, design_of):
    design = design_of("two_stage")
    none, everybody = proportion(np.zeros(design.n), design), proportion(np.ones(design.n), design)
    # binom.test(0, 25)$conf.int
    assert np.ravel(none.interval(0.95, "logit")) == pytest.approx([0, 0.1371852], abs=1e-7)
    assert np.ravel(everybody.interval(0.95, "logit")) == pytest.approx([1 - 0.1371852, 1], abs=1e-7)


def test_all_hits_of_a_domain_are_a_share_of_1_whatever_the_weights():
    rng = np.random.default_rng(9)
    for n in range(20, 120):
        design = survey_design(rng.uniform(1, 900, n))
        domain = np.arange(n) > 5
        found = proportion(np.column_stack([domain, np.arange(n) > n, np.arange(n) % 2 == 0]), design, domain)
        assert found.estimate[:2].tolist() == [1, 0]
        high = mean(domain, design, domain).interval(0.95, "logit")[1]
        assert (high[0], found.interval(0.95, "logit")[1][0]) == (1, 1)


def test_without_degrees_of_freedom_nothing_is_known():
    found = Estimated(np.array([0.3]), np.array([[0.01]]), 0)
    assert np.ravel(found.interval(0.95, "logit")).tolist() == [0.0, 1.0]
    assert np.isnan(np.ravel(found.interval(0.95))).all()
    assert np.isnan(np.ravel(found.interval(0.95, "log"))).all()


def test_of_none_or_all_without_a_number_of_clusters_nothing_is_known_either():
    """As of a share that was pooled: the exact interval needs how many drew it."""
    found = Estimated(np.array([0.0, 1.0]), np.zeros((2, 2)), 10)
    assert np.array(found.interval(0.95, "logit")).tolist() == [[0, 0], [1, 1]]


def test_an_interval_that_knows_next_to_nothing_is_all_there_is():
    found = Estimated(np.array([0.001]), np.array([[0.01]]), 1)
    assert np.ravel(found.interval(0.9999, "logit")) == pytest.approx([0, 1])
    assert np.ravel(found.interval(0.9999, "log")).tolist() == [0, np.inf]


def test_log_scales_are_the_t_interval_of_the_logarithm():
    found = Estimated(np.array([0.4, 0.0]), np.diag([0.01, 0.0]), 20)
    low, high = found.interval(0.95, "log")
    # R: 0.4 * exp(c(-1, 1) * qt(0.975, 20) * 0.1 / 0.4)
    assert (low[0], high[0]) == pytest.approx((0.2374539, 0.6738149), abs=1e-7)
    assert low[1] == 0
    assert np.isnan(high[1])
    # R: 1 - 0.6 * exp(c(1, -1) * qt(0.975, 20) * 0.1 / 0.6)
    low, high = found.interval(0.95, "log_complement")
    assert (low[0], high[0]) == pytest.approx((0.1505490, 0.5761969), abs=1e-7)


@pytest.mark.parametrize(
    ("scale", "estimate", "confidence", "message"),
    [
        ("logit", 1.2, 0.95, "shares"),
        ("log", -1.0, 0.95, "not negative"),
        ("log_complement", 1.2, 0.95, "not above 1"),
        ("probit", 0.2, 0.95, "scale must be one of"),
        ("identity", 0.2, 95, "confidence"),
    ],
)
def test_an_interval_that_cannot_be_is_refused(scale, estimate, confidence, message):
    with pytest.raises(ValueError, match=message):
        Estimated(np.array([estimate]), np.array([[0.01]]), 10).interval(confidence, scale)


@pytest.mark.parametrize(
    ("estimate", "message"),
    [
        (lambda d: mean(np.ones(3), d), "one a row"),
        (lambda d: mean(np.ones(d.n), d, np.zeros(d.n, bool)), "no rows"),
        (lambda d: mean(np.ones(d.n), d, pd.Series([None] + [True] * (d.n - 1))), "none missing"),
        (lambda d: mean(np.ones(d.n), d, np.arange(d.n)), "true or false"),
        (lambda d: ratio(np.ones(d.n), np.zeros(d.n), d), "add up to 0"),
        (lambda d: proportion(np.full(d.n, 2), d), "0 or 1"),
        (lambda d: means_by(np.ones(d.n), np.full(d.n, 3), 3, d), "not below the number of groups"),
        (lambda d: means_by(np.ones(d.n), np.full(d.n, 0.5), 3, d), "whole number"),
    ],
)
def test_what_cannot_be_estimated_is_refused(estimate, message, design_of):
    with pytest.raises(SurveyDesignError, match=message):
        estimate(design_of("apisrs"))
