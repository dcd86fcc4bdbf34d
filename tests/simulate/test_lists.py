"""Lists miss facilities with the chances they should, dependently, and count what was there then."""

import numpy as np
import pandas as pd
import pytest

from analysis.simulate import communes, facilities, lists, parameters

COUNTS = ["residents_u18_f", "residents_u18_m", "residents_18plus"]


@pytest.fixture(scope="module")
def choices():
    return parameters.load()


@pytest.fixture(scope="module")
def many(choices):
    """The facilities of several countries, each with its own lists."""
    places = communes.build(choices, 1.0)
    rng = np.random.default_rng(8)
    countries = [facilities.draw(places, choices, rng, 1.0) for _ in range(12)]
    return pd.concat([lists.with_flags(one, choices.lists, rng) for one in countries], ignore_index=True)


@pytest.fixture(scope="module")
def rows(choices, many):
    return lists.rows(many.iloc[:639], choices.lists, np.random.default_rng(9))


@pytest.mark.parametrize("name", list(lists.FLAGS))
def test_facilities_stand_on_a_list_as_often_as_their_chance_says(name, many, choices):
    chance = lists.chances(many, choices.lists[name])
    by_chance = pd.qcut(chance, 6)
    expected = pd.Series(chance).groupby(by_chance, observed=True).mean()
    found = many[lists.FLAGS[name]].groupby(by_chance, observed=True).mean()
    standard_error = np.sqrt(expected * (1 - expected) / (len(many) / 6))
    assert ((found - expected).abs() < 4 * standard_error).all()


def test_two_lists_of_institutions_of_an_area_share_more_than_chance_would_have_it(many):
    institutions = many[many["facility_type"].eq("rci") & many["area"].ne("elsewhere")]
    on_both = (institutions["on_inspection_2014"] & institutions["on_informants_2015"]).mean()
    by_chance = institutions["on_inspection_2014"].mean() * institutions["on_informants_2015"].mean()
    assert on_both > by_chance + 0.02


def test_who_stands_on_the_list_of_inspections_was_inspected_on_the_day_it_gives(many, rows):
    assert many.loc[many["on_inspection_2014"], "inspected_ever"].all()
    assert (many["last_inspection_on"].notna() == many["inspected_ever"]).all()
    listed = rows[rows["list_id"].eq("inspection_2014")].merge(many.iloc[:639], on="facility_no")
    assert (listed["observed_on"] == listed["last_inspection_on"]).all()
    assert (listed["observed_on"].dt.year == 2014).all()


def test_a_list_has_a_row_for_each_facility_on_it_numbered_from_1(many, rows):
    for name, flag in lists.FLAGS.items():
        listed = rows[rows["list_id"].eq(name)]
        assert sorted(listed["facility_no"]) == many.iloc[:639].loc[lambda one: one[flag], "facility_no"].tolist()  # noqa: B023
        assert listed["list_row"].tolist() == list(range(1, len(listed) + 1))


def test_the_mapping_counts_the_truth_inspectors_see_fewer_and_informants_leave_numbers_out(many, rows):
    true = rows[["facility_no"]].merge(many.iloc[:639], on="facility_no")[COUNTS[:2]].sum(axis=1)
    counted = rows[COUNTS[:2]].sum(axis=1, skipna=False)
    by_list = pd.DataFrame({"list_id": rows["list_id"], "true": true, "counted": counted.astype("Float64")})
    mapping = by_list[by_list["list_id"].eq("mapping_2015")]
    assert (mapping["true"] == mapping["counted"]).all()
    inspection = by_list[by_list["list_id"].eq("inspection_2014")]
    assert inspection["counted"].sum() / inspection["true"].sum() == pytest.approx(0.96, abs=0.04)
    informants = by_list[by_list["list_id"].eq("informants_2015")]
    assert informants["counted"].isna().mean() == pytest.approx(0.3, abs=0.08)
    assert by_list.loc[~by_list["list_id"].eq("informants_2015"), "counted"].notna().all()


def test_only_a_sample_has_weights(rows):
    assert rows[["sample_stratum", "sample_weight"]].isna().all().all()
