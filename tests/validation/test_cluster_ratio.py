"""How often the interval of a ratio over few unequal clusters holds the true one, beside the usual interval.

2,000 data sets a setting, 3 s of one processor: a coverage of 95 % is known within 1 point (two standard errors). Each
cluster has a lognormal size and a lognormal price (both of the standard deviations named), and gamma spending at it.
"""

import numpy as np
import pytest

from analysis.models.cluster_ratio import cluster_ratio
from analysis.models.survey import means
from analysis.models.survey.design import survey_design

pytestmark = pytest.mark.validation

N_SETS = 2000
MONTE_CARLO = 2 * np.sqrt(0.95 * 0.05 / N_SETS)
LEAST = 0.93  # what is promised where prices do not go with sizes: the log of few skewed prices is not quite normal
SETTINGS = {  # clusters, spread of sizes, spread of prices
    "six alike": (6, 0.3, 0.5),
    "six unequal": (6, 1.0, 0.5),
    "thirteen unequal, near prices": (13, 1.0, 0.25),
    "thirteen unequal": (13, 1.0, 0.5),
    "twenty-five unequal": (25, 1.0, 0.5),
}


def drawn(n_clusters, size_sd, price_sd, linked=0.0, seed=0):
    """Yield spending and months of clusters, whose true ratio is exp(linked x size_sd x price_sd)."""
    rng = np.random.default_rng([8, seed, n_clusters])
    for _ in range(N_SETS):
        size, price = rng.normal(size=(2, n_clusters))
        price = linked * size + np.sqrt(1 - linked**2) * price
        months = 40 * np.exp(size_sd * size)
        yield rng.gamma(months / 2, 2) * np.exp(price_sd * price - price_sd**2 / 2), months


def coverage(setting, linked=0.0, interval=lambda y, x: cluster_ratio(y, x).interval(0.95)):
    """Return the share of intervals that hold the true ratio, of data sets that have one, and how many these are."""
    truth = np.exp(linked * setting[1] * setting[2])
    ends = np.array([interval(y, x) for y, x in drawn(*setting, linked)])
    told = ends[~np.isnan(ends).any(axis=1)]
    return np.mean((told[:, 0] <= truth) & (truth <= told[:, 1])), len(told) / N_SETS


def usual(y, x):
    """Return the linearised t interval with a degree of freedom fewer than clusters."""
    found = means.ratio(y, x, survey_design(np.ones(len(y)), clusters=np.arange(len(y))))
    low, high = found.interval(0.95)
    return low[0], high[0]


@pytest.mark.parametrize("name", SETTINGS)
def test_the_interval_holds_the_true_ratio_as_often_as_promised(name):
    held, n_told = coverage(SETTINGS[name])
    print(f"{name}: {held:.3f} of {n_told:.3f}")  # noqa: T201
    assert n_told > 0.75
    assert held >= LEAST - MONTE_CARLO


def test_the_usual_interval_does_not_where_sizes_differ():
    held, _ = coverage(SETTINGS["six unequal"], interval=usual)
    print(f"usual, six unequal: {held:.3f}")  # noqa: T201
    assert held < 0.90


def test_where_prices_go_with_sizes_it_holds_too_rarely_as_its_module_says():
    held, _ = coverage(SETTINGS["thirteen unequal"], linked=0.5)
    print(f"linked, thirteen unequal: {held:.3f}")  # noqa: T201
    assert 0.85 < held < 0.95
