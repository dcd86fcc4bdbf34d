"""Coverage of the interval of a slope from four group totals, in simulated countries with uneven provinces.

The model says that a block's variance is a multiple of its mean; in these countries every province has a rate of its
own (log-normal, sd 0.7 on the log scale), so a group of twenty provinces is steadier than one. The interval is not
exact there; ``study.toml`` states the range of its coverage and this test holds it.
"""

import re

import numpy as np
import pytest
from scipy import stats

from analysis import study
from analysis.models.aggregated_poisson import Blocks, NotEstimableError, fit, profile_deviance

GROUPS = (["12"], ["17"], ["02", "08", "18"])  # Phnom Penh, Siem Reap, the trio; all others are the fourth
N_RCIS = 406
SD_OF_PROVINCES = 0.7
N_COUNTRIES = 250
SLOPES = (0.0, np.log(1.6))
DRIVERS = study.load().driver_gradients.drivers


@pytest.fixture(scope="module")
def provinces(built):
    children = built("province_children")[["province_code", "n_children_2011"]]
    return children.merge(built("province_conditions"), on="province_code", validate="1:1")


def membership_of(provinces):
    named = np.array([provinces["province_code"].isin(group).to_numpy(bool) for group in GROUPS])
    return np.vstack([named, ~named.any(axis=0)])


def standardised(provinces, driver):
    values = provinces[driver].astype("float64").to_numpy()
    if set(values) <= {0.0, 1.0}:
        return values
    weights = provinces["n_children_2011"].to_numpy("float64")
    mean = np.average(values, weights=weights)
    return (values - mean) / np.sqrt(np.average((values - mean) ** 2, weights=weights))


def covers(totals, membership, population, covariate, slope):
    """Whether the slope lies in the 95 % profile set (the interval holds the set, so it covers at least as often)."""
    try:
        blocks = Blocks(totals, membership, population, covariate[:, None])
        best = fit(blocks, np.log(1000))
    except NotEstimableError:
        return True  # no interval is given, so none is wrong
    allowed = best.deviance + max(best.dispersion, 1.0) * stats.f.ppf(0.95, 1, blocks.df_residual)
    return profile_deviance(blocks, 0, slope) <= allowed


def coverage(provinces, driver, slope, sd, n_countries, rng):
    population = provinces["n_children_2011"].to_numpy("float64")
    membership, covariate = membership_of(provinces), standardised(provinces, driver)
    expected = population * np.exp(slope * covariate)
    expected *= N_RCIS / expected.sum()
    effects = rng.lognormal(-(sd**2) / 2, sd, size=(n_countries, len(population)))
    countries = rng.poisson(expected * effects).astype(float)
    return np.mean([covers(membership @ counts, membership, population, covariate, slope) for counts in countries])


@pytest.mark.validation
@pytest.mark.parametrize("driver", DRIVERS)
def test_coverage_is_in_the_stated_range_where_provinces_differ(provinces, driver):
    low, high = map(int, re.findall(r"\d+", study.load().driver_gradients.coverage_in_simulation)[:2])
    rng = np.random.default_rng([20150228, DRIVERS.index(driver)])
    found = [coverage(provinces, driver, slope, SD_OF_PROVINCES, N_COUNTRIES, rng) for slope in SLOPES]
    three_errors = 300 * np.sqrt(0.05 * 0.95 / N_COUNTRIES)
    assert low - three_errors <= 100 * min(found)
    assert 100 * max(found) <= high + three_errors


@pytest.mark.validation
def test_coverage_is_high_where_provinces_differ_only_by_the_driver(provinces):
    """Counts of a few hundred are Poisson: the dispersion is held at 1 or more, so the interval errs wide."""
    rng = np.random.default_rng(20150228)
    assert coverage(provinces, "urban_share", np.log(1.6), 0.0, N_COUNTRIES, rng) >= 0.95
