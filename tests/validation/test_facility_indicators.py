"""Intervals of facility indicators hold what they say in made-up countries whose answer is known.

About a minute of one processor. Tolerances: three errors of the simulation around what is claimed.
"""

import numpy as np
import pandas as pd
import pytest

from analysis import store
from analysis.models import cluster_totals, concentration

pytestmark = pytest.mark.validation

CONFIDENCE = 0.95
N_COUNTRIES, N_DRAWS = 150, 250
SIZES = {"mean": 3.0, "sigma": 0.83}  # log-normal: a cv of 1, as in study.toml


def held(n_held: int, n: int) -> str:
    return f"{n_held / n:.3f} of {n}"


@pytest.fixture(scope="module")
def population() -> np.ndarray:
    return store.read("province_children")["n_children_2011"].to_numpy("float64")


@pytest.mark.parametrize(("n_facilities", "n_samples"), [(12, 4000), (24, 4000), (100, 2000), (500, 1000)])
def test_shares_of_children_clustered_in_facilities(n_facilities, n_samples):
    rng, found = np.random.default_rng([1, n_facilities]), 0
    for _ in range(n_samples):
        of = np.ceil(rng.lognormal(**SIZES, size=n_facilities))
        hits = rng.binomial(of.astype(int), rng.beta(1.2, 2.2, n_facilities))  # facilities differ in how they work
        low, high = cluster_totals.clustered_share_interval(hits, of, CONFIDENCE)
        found += low <= 1.2 / 3.4 <= high
    print(f"share, {n_facilities} facilities: held in {held(found, n_samples)}")  # noqa: T201
    least = 0.90 if n_facilities < 24 else 0.92 if n_facilities < 100 else 0.93
    assert least <= found / n_samples <= 0.98


@pytest.mark.parametrize("n_facilities", [30, 300])
def test_rates_of_children_who_come_in_facilities(n_facilities):
    rng, found, n_samples = np.random.default_rng([2, n_facilities]), 0, 4000
    true = n_facilities * np.exp(SIZES["mean"] + SIZES["sigma"] ** 2 / 2) / 1e6
    for _ in range(n_samples):
        sizes = rng.lognormal(**SIZES, size=rng.poisson(n_facilities))
        low, high = cluster_totals.clustered_rate_interval(sizes, 1e6, CONFIDENCE)
        found += low <= true <= high
    print(f"rate, about {n_facilities} facilities: held in {held(found, n_samples)}")  # noqa: T201
    assert 0.91 <= found / n_samples <= 0.98


def country(population: np.ndarray, n_facilities: float, rng: np.random.Generator):
    """Return expected totals of provinces, and the provinces and sizes of the facilities that chance put there."""
    rates = rng.lognormal(0, 1, len(population)) * population
    expected = n_facilities * rates / rates.sum()
    at = np.repeat(np.arange(len(population)), rng.poisson(expected))
    return expected, at, rng.lognormal(**SIZES, size=len(at))


@pytest.mark.parametrize("n_facilities", [120, 400])
def test_the_rates_behind_are_held_where_percentiles_of_resamples_fail(population, n_facilities):
    rng, found, naive = np.random.default_rng([3, n_facilities]), pd.Series(0, ["gini", "fullest"]), 0

    def gini(totals: np.ndarray) -> np.ndarray:
        return concentration.gini(totals, population)

    def fullest(totals: np.ndarray) -> np.ndarray:
        return concentration.share_of_fullest(totals, 9)

    for _ in range(N_COUNTRIES):
        expected, at, sizes = country(population, n_facilities, rng)
        for name, statistic in (("gini", gini), ("fullest", fullest)):
            true = float(statistic(expected[None])[0])
            _, low, high = concentration.behind(statistic, sizes, at, population, CONFIDENCE, N_DRAWS, rng)
            found[name] += low <= true <= high
        drawn = rng.integers(0, len(sizes), (N_DRAWS, len(sizes)))
        again = [np.bincount(at[one], sizes[one], len(population)) for one in drawn]
        low, high = np.quantile(gini(np.array(again)), [0.025, 0.975])
        naive += low <= float(gini(expected[None])[0]) <= high
    print(f"about {n_facilities}: {found.to_dict()}, percentiles {held(naive, N_COUNTRIES)}")  # noqa: T201
    assert (found >= 0.88 * N_COUNTRIES).all()
    assert naive < 0.85 * N_COUNTRIES
