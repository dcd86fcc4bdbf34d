"""Calibration: what is printed of facilities and households holds in the simulated country within sampling error.

Each printed number must lie within three standard deviations of one country around the mean of many countries, and
that mean within a few percent of it: chance is allowed, a bias is not.
"""

import numpy as np
import pandas as pd
import pytest

from analysis import sources
from analysis.simulate import communes, facilities, lists, parameters, survey

N_COUNTRIES = 30


@pytest.fixture(scope="module")
def choices():
    return parameters.load()


@pytest.fixture(scope="module")
def places(choices):
    return communes.build(choices, 1.0)


@pytest.fixture(scope="module")
def printed():
    claims = sources.read("claims_printed").set_index("claim_id")
    return pd.to_numeric(claims["value"]) / claims["unit"].map({"percent": 100}).fillna(1)


@pytest.fixture(scope="module")
def countries(choices, places):
    return pd.DataFrame([counted(seed, choices, places) for seed in range(N_COUNTRIES)])


def counted(seed, choices, places):
    """Return the numbers of one country under the names of the claims that print them."""
    rng = np.random.default_rng([20150228, seed])
    one = lists.with_flags(facilities.draw(places, choices, rng, 1.0), choices.lists, rng)
    children = one["residents_u18_f"] + one["residents_u18_m"]
    rci, priority = one["facility_type"].eq("rci"), one["area"].ne("elsewhere")
    known = one["on_inspection_2014"]
    return {
        "mapping-cambodia-rci-children": children[rci].sum(),
        "mapping-cambodia-other-children": children[~rci].sum(),
        "mapping-cambodia-young-people-18": one["residents_18plus"].sum(),
        "mapping-cambodia-children-and-young-people": (children + one["residents_18plus"]).sum(),
        "mapping-priority5-rci-facilities": (rci & priority).sum(),
        "mapping-priority5-rci-children": children[rci & priority].sum(),
        "mapping-priority5-other-children": children[~rci & priority].sum(),
        "mapping-phnom-penh-rci-facilities": (rci & one["area"].eq("phnom_penh")).sum(),
        "mapping-siem-reap-rci-facilities": (rci & one["area"].eq("siem_reap")).sum(),
        "mapping-battambang-kandal-preah-sihanouk-rci-facilities": (rci & one["area"].eq("priority_three")).sum(),
        "mapping-other20-rci-facilities": (rci & ~priority).sum(),
        "mapping-other20-rci-children": children[rci & ~priority].sum(),
        "mapping-priority5-rci-facilities-known": (rci & priority & known).sum(),
        "mapping-priority5-rci-children-known": children[rci & priority & known].sum(),
        "trend-2014-facilities": (rci & known).sum(),
        "mapping-cambodia-rci-female-share": one["residents_u18_f"][rci].sum() / children[rci].sum(),
        "mapping-cambodia-female-share": one["residents_u18_f"].sum() / children.sum(),
        "mapping-cambodia-rci-never-inspected-share": 1 - one["inspected_ever"][rci].mean(),
        "mapping-cambodia-rci-not-registered-share": one["registration_status"][rci].eq("none").mean(),
        "mapping-cambodia-rci-no-agreement-share": one["mou_status"][rci].eq("none").mean(),
        "mapping-nine-provinces-rci-facility-share": one[rci].groupby("province_code").size().nlargest(9).sum()
        / rci.sum(),
        "aged 13 to 17": one["residents_age_13_17"][rci].sum() / children[rci].sum(),
        "living parent": one["residents_parent_alive"][rci].sum() / children[rci].sum(),
    }


def test_printed_numbers_lie_within_the_sampling_error_of_a_country(countries, printed):
    claims = countries.columns.intersection(printed.index)
    z = (countries[claims].mean() - printed[claims]) / countries[claims].std()
    assert len(claims) == 21
    assert z.abs().max() < 1, z


def test_the_mean_of_many_countries_is_near_what_is_printed(countries, printed):
    claims = countries.columns.intersection(printed.index)
    ratio = countries[claims].mean() / printed[claims]
    assert ratio.between(0.93, 1.07).all(), ratio


def test_more_than_half_are_13_to_17_and_70_to_80_percent_have_a_living_parent(countries):
    assert (countries["aged 13 to 17"] > 0.5).all()
    assert countries["living parent"].between(0.70, 0.80).mean() > 0.95


def test_chance_enters_as_much_as_it_should(countries):
    """Area and size are drawn: totals vary as a compound of 406 log-normal sizes does."""
    cv_of_sizes = np.sqrt(np.exp(0.82**2) - 1)
    expected = 16579 * cv_of_sizes / np.sqrt(406)
    assert 0.6 * expected < countries["mapping-cambodia-rci-children"].std() < 1.5 * expected
    assert 6 < countries["mapping-priority5-rci-facilities"].std() < 14


@pytest.fixture(scope="module")
def children(choices, places):
    """Children of one whole survey with their household's columns and weight."""
    households, members = survey.complete(places, choices, np.random.default_rng(1), 1.0)
    of_household = households[["household_id", "weight", "mother_home", "father_home", "household_size"]]
    return members[members["relation"].eq("child")].merge(of_household, on="household_id")


def share(children, where):
    return np.average(where, weights=children["weight"])


def test_children_live_with_their_parents_and_have_lost_them_as_printed(children, printed):
    both, none = children["mother_home"] & children["father_home"], ~children["mother_home"] & ~children["father_home"]
    assert share(children, both) == pytest.approx(printed["national-both-parents"], abs=0.04)
    assert share(children, none) == pytest.approx(printed["national-neither-parent"], abs=0.02)
    assert share(children, ~both & ~none) == pytest.approx(printed["national-one-parent"], abs=0.04)
    orphans = printed["national-orphans"] / printed["national-population-under-18"]
    assert share(children, ~(children["mother_alive"] & children["father_alive"])) == pytest.approx(orphans, abs=0.015)


def test_households_are_as_large_as_printed(children, printed):
    one_a_household = children.drop_duplicates("household_id")
    mean = np.average(one_a_household["household_size"], weights=one_a_household["weight"])
    assert mean == pytest.approx(printed["national-household-size"], abs=0.2)


def test_as_many_children_live_in_care_as_in_the_facilities_and_most_are_13_to_17(children, printed, places):
    in_care = children["living_place"].isin(["residential_care", "boarding_school"])
    in_facilities = printed["mapping-cambodia-children"] / places["n_children"].sum()
    assert share(children, in_care) == pytest.approx(in_facilities, abs=0.001)
    assert (children.loc[in_care, "age_years"] >= 13).mean() > 0.5
    assert share(children, children["placed_12m"].astype(bool)) == pytest.approx(0.0027, abs=0.0006)
