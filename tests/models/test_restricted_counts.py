"""Restricted maximum likelihood of grouped counts, held to R's glmmTMB, and to what must not change it."""

import numpy as np
import pandas as pd
import pytest

from analysis.models import mixed_counts
from analysis.models import restricted_counts as module
from analysis.models.restricted_counts import fit_nb2_restricted


def example(sd=0.6):
    """Return 120 counts in 15 groups with a covariate of units and one of groups."""
    rng = np.random.default_rng(11)
    group = np.repeat(np.arange(15), 8)
    x, z = rng.normal(size=120).round(3), np.repeat(rng.normal(size=15).round(3), 8)
    population = rng.integers(5_000, 50_000, 120)
    mean = population * np.exp(-9.0 + 0.3 * x + 0.4 * z + np.repeat(rng.normal(0, sd, 15), 8))
    y = rng.poisson(mean * rng.gamma(2.0, 0.5, 120))
    design = pd.DataFrame({"intercept": 1.0, "x": x, "z": z})
    return y, design, np.log(population), group


@pytest.fixture(scope="module")
def fitted():
    return fit_nb2_restricted(*example())


def test_it_is_that_of_glmmtmb(fitted):
    """R 4.2.2, glmmTMB 1.1.5, this example as d:

    m <- glmmTMB(y ~ x + z + offset(log(population)) + (1 | group), family = nbinom2, data = d, REML = TRUE,
                 control = glmmTMBControl(optCtrl = list(rel.tol = 1e-14, iter.max = 1000)))
    fixef(m)$cond; sqrt(diag(vcov(m)$cond)); logLik(m); sigma(m); attr(VarCorr(m)$cond$group, "stddev")
    """
    assert fitted.coefficients == pytest.approx([-8.937010045061, 0.257752219386, 0.367171827185], rel=1e-6)
    assert fitted.standard_errors == pytest.approx([0.1604551309933, 0.0874316188396, 0.1814128377473], rel=1e-5)
    assert fitted.log_likelihood == pytest.approx(-286.407616527, abs=1e-7)
    assert fitted.theta == pytest.approx(2.32295828179, rel=1e-5)
    assert fitted.sd_group == pytest.approx(0.528060127288, rel=1e-5)


@pytest.mark.parametrize("seed", range(6))
def test_no_other_spread_and_theta_are_likelier(seed):
    rng = np.random.default_rng(seed)
    group = np.repeat(np.arange(10), 8)
    x, effects = rng.normal(size=80), rng.normal(0, 0.7, 10)
    mean = np.exp(1 + 0.5 * x + effects[group])
    given = rng.poisson(mean * rng.gamma(5, 0.2, 80)), np.column_stack([np.ones(80), x]), np.zeros(80)
    fit, counts = fit_nb2_restricted(*given, group), module.checked(*given)
    joint = module._Joint(counts, group, 10, module.nb2_parameters(counts)[0])
    least = joint.descent(np.log([fit.sd_group, 1 / fit.theta]))[0]
    found = np.log([[sd, 1 / theta] for sd in (0.1, 0.3, 0.5, 0.7, 1, 1.4, 2) for theta in (1, 2, 4, 6, 10, 20, 60)])
    near = np.log([fit.sd_group, 1 / fit.theta]) + 0.05 * np.array([[1, 0], [-1, 0], [0, 1], [0, -1], [1, 1], [-1, 1]])
    assert min(joint.descent(z)[0] for z in [*found, *near]) > least


def test_groups_vary_more_than_maximum_likelihood_finds(fitted):
    assert fitted.sd_group > 1.05 * mixed_counts.fit_nb2_mixed(*example()).sd_group


def test_maximum_likelihood_may_find_no_variation_where_there_is_some():
    """10 groups and 4 columns constant within them: R 4.2.2, glmmTMB 1.1.5, this example as d, finds the same.

    f <- y ~ z0 + z1 + z2 + z3 + offset(log(population)) + (1 | group)
    logLik(glmmTMB(f, family = nbinom2, data = d))  # and a standard deviation of 0.00007 from starts at 0.05 and at 1
    m <- glmmTMB(f, family = nbinom2, data = d, REML = TRUE); logLik(m); attr(VarCorr(m)$cond$group, "stddev")
    """
    rng, group = np.random.default_rng(10), np.repeat(np.arange(10), 6)
    of_groups, population = rng.normal(size=(10, 4)).round(2)[group], rng.integers(5_000, 50_000, 60)
    mean = population * np.exp(-8.0 + 0.3 * of_groups[:, 0] + np.repeat(rng.normal(0, 0.5, 10), 6))
    y = rng.poisson(mean * rng.gamma(0.8, 1 / 0.8, 60))
    design = pd.DataFrame({"intercept": 1.0, **{f"z{at}": column for at, column in enumerate(of_groups.T)}})
    rows = (y, design, np.log(population), group)
    at_most, restricted = mixed_counts.fit_nb2_mixed(*rows), fit_nb2_restricted(*rows)
    assert at_most.sd_group == 0
    assert at_most.log_likelihood == pytest.approx(-187.171264445, abs=1e-6)
    assert restricted.log_likelihood == pytest.approx(-188.658627373, abs=1e-7)
    assert restricted.sd_group == pytest.approx(0.567298827, rel=1e-5)


def test_degrees_of_freedom_tell_columns_of_groups_from_columns_of_units(fitted):
    assert fitted.df.tolist() == [13, 104, 13]


def test_a_larger_population_moves_the_intercept_only(fitted):
    y, design, offset, group = example()
    larger = fit_nb2_restricted(y, design, offset + np.log(10), group)
    assert larger.coefficients - fitted.coefficients == pytest.approx([-np.log(10), 0, 0], abs=1e-5)


def test_the_order_of_units_does_not_matter(fitted):
    y, design, offset, group = example()
    order = np.random.default_rng(3).permutation(len(y))
    other = fit_nb2_restricted(y[order], design.iloc[order], offset[order], group[order])
    assert other.coefficients == pytest.approx(fitted.coefficients, rel=1e-5)
    assert other.fitted == pytest.approx(fitted.fitted[order], rel=1e-4)


def test_groups_that_do_not_vary_are_said_to():
    y, design, offset, group = example(sd=0.0)
    shuffled = np.random.default_rng(5).permutation(group)
    one = fit_nb2_restricted(y, design[["intercept", "x"]], offset, shuffled)
    assert one.sd_group == 0.0 or one.sd_group < 0.3
    assert bool(one.limits) == (one.sd_group == 0.0 or np.isinf(one.theta))


def test_too_few_groups_and_unusable_counts_are_refused():
    y, design, offset, group = example()
    with pytest.raises(mixed_counts.NotEstimableError, match="2 groups cannot carry 2 columns"):
        fit_nb2_restricted(y, design.assign(z=(group > 6).astype(float)), offset, group > 6)
    with pytest.raises(ValueError, match="missing"):
        fit_nb2_restricted(np.where(y == y.max(), np.nan, y), design, offset, group)
