"""The household survey: design, rosters that agree with their households, blanks of the two kinds, truth unharmed."""

import numpy as np
import pandas as pd
import pytest

from analysis.imported import allowed
from analysis.simulate import communes, non_response, parameters, survey
from analysis.simulate.world import COLUMNS

SIZE = 0.3


@pytest.fixture(scope="module")
def choices():
    return parameters.load()


@pytest.fixture(scope="module")
def places(choices):
    return communes.build(choices, SIZE)


@pytest.fixture(scope="module")
def drawn(choices, places):
    return survey.draw(places, choices, np.random.default_rng(11), SIZE)


@pytest.fixture(scope="module")
def truth(choices, places):
    return survey.complete(places, choices, np.random.default_rng(11), SIZE)


def test_the_columns_are_those_of_the_world(drawn):
    assert tuple(drawn[0].columns) == COLUMNS["survey_households"]
    assert tuple(drawn[1].columns) == COLUMNS["survey_members"]


def test_every_stratum_has_two_clusters_or_more_and_villages_lie_in_their_commune(drawn):
    households, _ = drawn
    assert len(households) == 15_000
    by_stratum = households.drop_duplicates("cluster").groupby("stratum").size()
    assert by_stratum.min() >= 2
    assert by_stratum.index.str.fullmatch(r"\d\d-(urban|rural)").all()
    assert (households["cluster"].str[:6] == households["commune_code"]).all()
    assert households["cluster"].str.fullmatch(r"\d{8}").all()
    assert (households.groupby("cluster").size() == 25).all()


def test_a_small_survey_keeps_two_clusters_a_stratum_and_asks_fewer_households_in_each(choices, places):
    households, _ = survey.draw(places, choices, np.random.default_rng(2), 0.02)
    assert households.drop_duplicates("cluster").groupby("stratum").size().min() == 2
    assert len(households) == pytest.approx(1000, rel=0.1)


def test_weights_add_up_to_the_households_with_children_of_each_stratum(drawn, choices, places):
    households, _ = drawn
    expected = places["n_households"].sum() * choices.country.households_with_children_share
    assert households["weight"].sum() == pytest.approx(expected, rel=0.03)
    within = np.log(households["weight"]) - np.log(households["weight"]).groupby(households["stratum"]).transform(
        "mean"
    )
    assert within.std() == pytest.approx(choices.survey.sd_log_listing, abs=0.02)
    town = places["n_households"].where(places["is_urban"], 0).sum() / places["n_households"].sum()
    in_town = households["weight"].where(households["stratum"].str.endswith("urban"), 0).sum()
    assert in_town / households["weight"].sum() == pytest.approx(town, abs=0.01)


def test_the_roster_agrees_with_its_household(drawn):
    households, members = drawn
    there = members[members["is_alive"]]
    n_persons = there.groupby("household_id").size()
    n_children = there[there["relation"].eq("child")].groupby("household_id").size()
    carers = members[members["is_caregiver"]].set_index("household_id")
    by_id = households.set_index("household_id")
    assert (by_id["household_size"] == n_persons).all()
    assert (by_id["n_children"] == n_children).all()
    assert (by_id["n_children"] + by_id["n_adults"] == by_id["household_size"]).all()
    assert (by_id["n_adults"] >= 1).all()
    assert (by_id["caregiver_relation"] == carers["relation"]).all()
    assert (by_id["caregiver_sex"] == carers["sex"]).all()
    assert (by_id["caregiver_age"].dropna() == carers["age_years"].loc[by_id["caregiver_age"].dropna().index]).all()


def test_members_are_numbered_from_1_and_the_dead_care_for_nobody(drawn):
    _, members = drawn
    turn = members.groupby("household_id").cumcount() + 1
    assert (members["member_no"] == turn).all()
    assert members["is_caregiver"].groupby(members["household_id"]).sum().eq(1).all()
    dead = members[~members["is_alive"]]
    assert len(dead) > 100
    assert not dead["is_caregiver"].any()
    assert set(dead["relation"]) == {"mother", "father"}


def test_a_parent_is_old_enough_and_children_are_under_18(drawn):
    _, members = drawn
    is_child = members["relation"].eq("child")
    assert members.loc[is_child, "age_years"].between(0, 17).all()
    assert members.loc[~is_child, "age_years"].between(18, 120).all()
    eldest = members[is_child].groupby("household_id")["age_years"].max()
    mothers = members[members["relation"].eq("mother") & members["is_alive"]].set_index("household_id")["age_years"]
    assert (mothers - eldest.loc[mothers.index]).min() >= 16


def test_a_parent_who_is_listed_alive_is_alive_for_the_children(drawn):
    _, members = drawn
    child = members[members["relation"].eq("child")].groupby("household_id")[["mother_alive", "father_alive"]].first()
    for relation in ("mother", "father"):
        listed = members[members["relation"].eq(relation)].set_index("household_id")["is_alive"]
        assert (child.loc[listed.index, f"{relation}_alive"] == listed).all()


def test_a_step_parent_lives_with_one_parent_and_not_with_two(drawn):
    _, members = drawn
    at_home = members[members["is_alive"]]
    n_parents = at_home["relation"].isin(["mother", "father"]).groupby(at_home["household_id"]).sum()
    with_step_parent = members.loc[members["relation"].eq("step_parent"), "household_id"]
    assert len(with_step_parent) > 50
    assert (n_parents[with_step_parent] == 1).all()


def test_children_alone_are_asked_and_placements_agree_with_where_they_sleep(drawn):
    _, members = drawn
    is_child = members["relation"].eq("child")
    asked = ["mother_alive", "father_alive", "placed_12m", "ever_in_rcf", "placed_before_12m"]
    assert members.loc[~is_child, [*asked, "in_school"]].isna().all().all()
    assert members.loc[is_child, asked].notna().all().all()
    in_care = members["living_place"].isin(["residential_care", "boarding_school"])
    assert members.loc[in_care, "ever_in_rcf"].all()
    children = members[is_child]
    assert (children["ever_in_rcf"] == (children["placed_12m"] | children["placed_before_12m"])).all()
    assert (children["placed_before_12m"] & ~children["placed_12m"]).any()
    assert in_care.sum() > 20
    assert members.loc[is_child & (members["age_years"] < 6), "in_school"].isna().all()


def test_words_are_allowed_values(drawn):
    households, members = drawn
    assert set(households["consent"]) == {"yes", "no", "unknown"}
    assert set(households["id_poor"]) == set(allowed.ID_POOR)
    assert set(households["income_currency"]) == set(allowed.CURRENCY)
    assert set(households["caregiver_relation"]) <= set(allowed.CAREGIVER_RELATION)
    assert set(members["relation"]) <= set(allowed.CAREGIVER_RELATION)
    assert set(members["living_place"]) <= set(allowed.LIVING_PLACE) - {"unknown"}


def test_blanks_change_nothing_but_what_they_blank(drawn, truth, choices):
    households, _ = drawn
    for item in choices.survey.non_response.items_asked:
        answered = households[item].notna() & households[item].ne("unknown")
        assert (households.loc[answered, item] == truth[0].loc[answered, item]).all(), item
        assert 0.01 < 1 - answered.mean() < 0.2, item
    assert truth[0][list(COLUMNS["survey_households"])].notna().all().all()
    pd.testing.assert_series_equal(households["placement_propensity"], truth[0]["placement_propensity"])


def test_a_blank_depends_on_what_is_known_and_on_nothing_else(drawn, truth, choices):
    """Missing at random: within what is known, the blanks of migration do not go with migration."""
    blank = drawn[0]["migration"].isna()
    log_odds = non_response.log_odds_of_blank(truth[0], choices.survey.non_response)
    chance = pd.Series(1 / (1 + np.exp(-log_odds)))
    by_truth = (blank - chance).groupby(truth[0]["migration"]).mean()
    assert by_truth.abs().max() < 0.02
    high = chance > chance.median()
    assert blank[high].mean() > blank[~high].mean() + 0.01


def test_a_blank_income_depends_on_the_very_income(drawn, truth):
    """Not missing at random: higher incomes are hidden more often, in either currency."""
    blank, income = drawn[0]["monthly_income"].isna(), truth[0]["income_usd"]
    assert income[blank].median() > 1.2 * income[~blank].median()
    assert (drawn[0]["income_currency"].eq("unknown") == blank).all()


def test_sensitive_questions_are_left_blank_more_often(drawn):
    assert drawn[0]["violence_in_home"].isna().mean() > 1.5 * drawn[0]["migration"].isna().mean()


def test_riel_are_about_4000_a_dollar_and_rounded(truth):
    riel = truth[0][truth[0]["income_currency"].eq("KHR")]
    assert (riel["monthly_income"] % 10_000 == 0).all()
    assert (riel["monthly_income"] / riel["income_usd"]).median() == pytest.approx(4000, rel=0.02)


def test_the_propensity_of_a_household_is_at_least_that_of_any_of_its_children(truth):
    households, members = truth
    highest = members.groupby("household_id")["chance"].max()
    propensity = households.set_index("household_id")["placement_propensity"]
    assert (propensity >= highest - 1e-12).all()
    assert ((propensity == 0) | (propensity < 1)).all()
    any_placed = members["placed_12m"].fillna(False).groupby(members["household_id"]).any()
    assert any_placed.sum() == pytest.approx(propensity.sum(), abs=4 * np.sqrt(propensity.sum()))
