"""Coverage of the intervals of counts with group effects, and bias of theta and sd, in simulated countries.

25 groups of 8 units, populations that differ as those of districts do, one column within and one to three between
groups, theta 1.5, sd of groups 0.5; counts of about 45 (children) and of about 1 (facilities) a unit.
"""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from analysis.models.mixed_counts import fit_nb2_mixed, fit_poisson, wald_interval

N_COUNTRIES, N_GROUPS, SEED = 200, 25, 20150801
THETA, SD, SLOPE_WITHIN, SLOPE_BETWEEN = 1.5, 0.5, 0.3, 0.25
CHILDREN, FACILITIES = -6.5, -10.0
CONFIDENCE = 0.95


def simulated(level, n_between, rng):
    group = np.repeat(np.arange(N_GROUPS), 8)
    between = {f"z{at}": rng.normal(size=N_GROUPS)[group] for at in range(n_between)}
    design = pd.DataFrame({"one": 1.0, "x": rng.normal(size=len(group)), **between})
    planted = np.array([level, SLOPE_WITHIN, *[SLOPE_BETWEEN] * n_between])
    offset = np.log(rng.lognormal(10, 0.8, len(group)))
    mean = np.exp(offset + design.to_numpy() @ planted + SD * rng.normal(size=N_GROUPS)[group])
    return planted, (rng.negative_binomial(THETA, THETA / (THETA + mean)), design, offset, group)


@pytest.fixture(scope="module", params=[(CHILDREN, 1), (FACILITIES, 1), (CHILDREN, 3)], ids=str)
def fits(request):
    rng = np.random.default_rng(SEED)
    drawn = [simulated(*request.param, rng) for _ in range(N_COUNTRIES)]
    return drawn[0][0], [fit_nb2_mixed(*each) for _, each in drawn]


@pytest.mark.validation
def test_intervals_cover_the_planted_coefficients(fits):
    """Each within three errors of simulation of 95 %, and all together within two."""
    planted, found = fits
    ends = np.array([wald_interval(fit, CONFIDENCE) for fit in found])
    covered = ((ends[:, 0] <= planted) & (planted <= ends[:, 1])).mean(axis=0)
    normal = stats.norm.isf((1 - CONFIDENCE) / 2)
    plain = np.mean([np.abs(fit.coefficients - planted) <= normal * fit.standard_errors for fit in found], axis=0)
    print("covered", covered.round(3), "by normal intervals", plain.round(3))  # noqa: T201
    error = np.sqrt(0.95 * 0.05 / N_COUNTRIES)
    assert (np.abs(covered - 0.95) < 3 * error).all()
    assert abs(covered.mean() - 0.95) < 2 * error
    assert plain[[0, *range(2, len(planted))]].mean() < covered.mean(), "what only groups tell needs more than 1.96"


@pytest.mark.validation
def test_coefficients_are_unbiased_and_the_spread_of_groups_is_a_little_too_small(fits):
    planted, found = fits
    apart = np.array([fit.coefficients for fit in found]) - planted
    assert (np.abs(apart.mean(axis=0)) < 4 * apart.std(axis=0) / np.sqrt(N_COUNTRIES)).all()
    sd, theta = np.mean([fit.sd_group for fit in found]), np.median([fit.theta for fit in found])
    at_limit = np.mean([fit.limits != () for fit in found])
    print("mean sd", round(sd / SD, 3), "median theta", round(theta / THETA, 3), "at a limit", at_limit)  # noqa: T201
    assert 0.75 < sd / SD < 1
    assert 0.9 < theta / THETA < 1.15
    assert at_limit < 0.1


@pytest.mark.validation
def test_poisson_intervals_of_the_same_counts_hold_next_to_nothing():
    """What is gained: without overdispersion and groups, 95 % intervals hold the slopes in few countries."""
    rng = np.random.default_rng(SEED)
    covered = []
    for _ in range(N_COUNTRIES):
        planted, (y, design, offset, _) = simulated(CHILDREN, 1, rng)
        low, high = wald_interval(fit_poisson(y, design, offset), CONFIDENCE)
        covered.append((low <= planted) & (planted <= high))
    assert np.mean(covered) < 0.4
