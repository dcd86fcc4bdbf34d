"""Driver effects that were planted come back: over simulated countries on the real districts, and in the simulator's.

The first country is what the main model assumes: real drivers, children and provinces, planted coefficients, normal
province effects, negative binomial counts. In the simulator's country facilities are drawn commune by commune, so
that the model is an approximation: what that costs is measured, and printed by ``pytest -rP``.
"""

import numpy as np
import pandas as pd
import pytest

from analysis import study
from analysis.estimates._driver_rows import ratios_of
from analysis.estimates._driver_specifications import MAXIMUM_LIKELIHOOD, MIXED, NB2, POISSON, fit_family, units_of
from analysis.models import mixed_counts
from analysis.simulate import communes, facilities, parameters

N_COUNTRIES = 200  # the standard error of a coverage of 95% is then 1.5%
CONFIDENCE = 0.95
RATIOS = {
    "idpoor_share": 1.3,
    "is_town": 2.5,
    "net_migration_per_1k": 1.2,
    "migrants_abroad_share": 0.8,
    "province_mpi": 0.7,
    "province_school_distance_km": 1.0,
    "is_in_tourism_province": 2.0,
}
OF_PROVINCES = ["province_mpi", "province_school_distance_km", "is_in_tourism_province"]
RATE_PER_CHILD, SD_PROVINCE, THETA = 50e-6, 0.4, 2.5


@pytest.fixture(scope="module")
def units(built):
    return units_of(built("districts"), study.load())


def planted_counts(units, rng):
    """Return facilities by district of a country with the planted effects."""
    effects = dict(zip(np.unique(units.provinces), rng.normal(0, SD_PROVINCE, 25), strict=True))
    log_rate = np.log(RATE_PER_CHILD) + units.drivers[list(RATIOS)].to_numpy() @ np.log(list(RATIOS.values()))
    log_rate = log_rate + np.array([effects[province] for province in units.provinces])
    means = np.exp(log_rate + units.offset("children 2011"))
    return rng.poisson(means * rng.gamma(THETA, 1 / THETA, len(means))).astype(float)


def covered(units, family):
    """Return whether each interval of each country holds the planted ratio, all drivers together, and log ratios."""
    rng, rows, names = np.random.default_rng([2015, 7]), [], list(RATIOS)
    for _ in range(N_COUNTRIES):
        counts = planted_counts(units, rng)
        fitted = fit_family(family, counts, units.design(names), units.offset("children 2011"), units.provinces)
        rows += ratios_of(fitted, units, names, CONFIDENCE)
    together = pd.DataFrame(rows)
    true = together["term"].map(RATIOS)
    is_held = together["ci_low"].le(true) & together["ci_high"].ge(true)
    return together.assign(is_held=is_held, error=np.log(together["estimate"].astype(float) / true))


@pytest.mark.validation
def test_planted_effects_are_held_as_often_as_the_interval_says(units):
    found = covered(units, MIXED)
    coverage, bias = found.groupby("term")["is_held"].mean(), found.groupby("term")["error"].mean()
    print(pd.DataFrame({"coverage": coverage, "bias of the log ratio": bias}).round(3))  # noqa: T201
    assert found["estimate"].notna().all()
    assert 0.92 <= found["is_held"].mean() <= 0.98
    assert 0.92 <= coverage[OF_PROVINCES].mean() <= 0.98
    assert 0.92 <= coverage.drop(OF_PROVINCES).mean() <= 0.98
    assert coverage.min() >= 0.90
    error = found.groupby("term")["error"].sem()
    assert ((bias / error).abs() < 4).all()


@pytest.mark.validation
def test_what_other_families_cost(units):
    """Province effects by maximum likelihood vary too little; without them intervals of provinces are far too short."""
    held = {
        family: covered(units, family).groupby("term")["is_held"].mean()
        for family in (POISSON, NB2, MAXIMUM_LIKELIHOOD)
    }
    print(pd.DataFrame(held).round(3))  # noqa: T201
    of_provinces = {family: coverage[OF_PROVINCES].mean() for family, coverage in held.items()}
    assert of_provinces[POISSON] < of_provinces[NB2] < of_provinces[MAXIMUM_LIKELIHOOD] < 0.93
    assert of_provinces[POISSON] < 0.75
    assert held[POISSON].drop(OF_PROVINCES).mean() < 0.80


@pytest.fixture(scope="module")
def made_up_districts():
    """Return the simulator's communes with the log of how much more than a village's a district's rate should be."""
    choices = parameters.load()
    places = communes.build(choices, 1.0)
    odds = choices.facilities.places.town_odds
    weighted = places.assign(n_weighted=places["n_children"] * np.where(places["is_urban"], odds, 1.0))
    districts = weighted.groupby("district_code").agg(
        province_code=("province_code", "first"),
        n_children=("n_children", "sum"),
        n_weighted=("n_weighted", "sum"),
    )
    return choices, places, districts.assign(town=np.log(districts["n_weighted"] / districts["n_children"]))


@pytest.mark.validation
def test_the_town_effect_of_the_simulator_comes_back(made_up_districts):
    """A district's rate grows with the share of its children in town communes; on this scale its coefficient is 1."""
    choices, places, districts = made_up_districts
    rng, found = np.random.default_rng([2015, 8]), []
    for _ in range(N_COUNTRIES):
        listed = facilities.draw(places, choices, rng, 1.0)
        listed = listed[listed["facility_type"] == "rci"]
        counts = listed["district_code"].value_counts().reindex(districts.index, fill_value=0).to_numpy(float)
        design = districts[["town"]].assign(intercept=1.0)[["intercept", "town"]]
        offset, group = np.log(districts["n_children"].to_numpy(float)), districts["province_code"].to_numpy(str)
        fitted = fit_family(MIXED, counts, design, offset, group)
        low, high = mixed_counts.wald_interval(fitted, CONFIDENCE)
        found.append((fitted.coefficients[1], low[1] <= 1 <= high[1]))
    coefficients, is_held = map(np.array, zip(*found, strict=True))
    print(f"coefficient {coefficients.mean():.3f} (planted 1), intervals that hold it {is_held.mean():.3f}")  # noqa: T201
    assert abs(coefficients.mean() - 1) < 0.15
    assert is_held.mean() > 0.88
