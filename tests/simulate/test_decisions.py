"""The decision to place a child: log odds add up as parameters say, and children in care are not placed again."""

import numpy as np
import pandas as pd
import pytest
from scipy import special

from analysis.simulate import decisions, parameters

BASE = {
    "id_poor": "no", "school_distance_km": 1.0, "school_cost_usd": 65.0, "migration": False, "mother_alive": True,
    "father_alive": True, "violence_in_home": False, "n_children": 1, "commune_effect": 0.0,
}  # fmt: skip


@pytest.fixture(scope="module")
def survey():
    return parameters.load().survey


def log_odds(survey, **changed):
    return decisions.household_log_odds(pd.DataFrame([BASE | changed]), survey)[0]


@pytest.mark.parametrize(
    ("changed", "coefficient", "times"),
    [
        ({"id_poor": "level_1"}, "poor_level_1", 1),
        ({"id_poor": "level_2"}, "poor_level_2", 1),
        ({"id_poor": "at_risk"}, "at_risk", 1),
        ({"school_distance_km": np.e}, "log_school_km", 1),
        ({"school_cost_usd": 65 * np.e**2}, "log_school_cost", 2),
        ({"migration": True}, "migration", 1),
        ({"mother_alive": False}, "one_parent_dead", 1),
        ({"father_alive": False}, "one_parent_dead", 1),
        ({"mother_alive": False, "father_alive": False}, "both_parents_dead", 1),
        ({"violence_in_home": True}, "violence", 1),
        ({"n_children": 4}, "per_child", 3),
    ],
)
def test_a_driver_adds_its_coefficient(survey, changed, coefficient, times):
    added = log_odds(survey, **changed) - log_odds(survey)
    assert added == pytest.approx(times * survey.placement[coefficient])


def test_without_any_driver_the_log_odds_are_the_intercept(survey):
    assert log_odds(survey) == pytest.approx(survey.placement.intercept)


def test_the_effect_of_the_commune_is_added_as_it_is(survey):
    assert log_odds(survey, commune_effect=0.7) - log_odds(survey) == pytest.approx(0.7)


def many_children(n, age, disability=False):
    return pd.DataFrame({"age_years": np.full(n, age), "disability": np.full(n, disability)})


def decided(survey, shared, age=15, disability=False, n=60_000, **changed):
    placement = survey.placement
    for name, value in changed.items():
        placement = placement.changed(name, value)
    return decisions.decided(many_children(n, age, disability), np.full(n, shared), placement, np.random.default_rng(1))


@pytest.mark.parametrize(
    ("age", "disability", "added"),
    [(2, False, ()), (8, False, ("age_4_12",)), (16, False, ("age_13_17",)), (2, True, ("child_disability",))],
)
def test_the_chance_of_a_child_without_an_earlier_placement_is_that_of_its_log_odds(survey, age, disability, added):
    found = decided(survey, -4.0, age, disability, earlier_ratio=0.0)
    expected = special.expit(-4.0 + sum(survey.placement[name] for name in added))
    assert found["chance"].to_numpy() == pytest.approx(expected)
    assert found["placed_12m"].mean() == pytest.approx(expected, rel=0.1)


def test_a_child_in_care_at_the_start_is_not_placed_and_still_in_care(survey):
    found = decided(survey, -2.0, still_in_care=1.0)
    earlier = found["chance"] == 0
    assert earlier.any()
    assert not found.loc[earlier, "placed_12m"].any()
    assert found.loc[earlier, ["ever_in_rcf", "is_in_care", "placed_before_12m"]].all().all()


def test_an_earlier_placement_multiplies_the_odds_of_another(survey):
    found = decided(survey, -4.0, still_in_care=0.0)
    odds = special.logit(found["chance"].drop_duplicates().sort_values().to_numpy())
    assert np.diff(odds) == pytest.approx([survey.placement.earlier_placement])


def test_who_was_placed_has_been_in_care_and_most_are_there_still(survey):
    found = decided(survey, -2.0)
    placed = found[found["placed_12m"]]
    assert placed["ever_in_rcf"].all()
    assert placed["is_in_care"].mean() == pytest.approx(1 - survey.placement.back_within_12m, abs=0.02)
    assert not (found["calls_it_boarding"] & ~found["is_in_care"]).any()


def test_the_chance_of_a_household_is_that_of_at_least_one_child():
    found = decisions.any_child(pd.Series([0.1, 0.2, 0.0, 0.5]), pd.Series([0, 0, 1, 2]))
    assert found.tolist() == pytest.approx([0.28, 0.0, 0.5])
