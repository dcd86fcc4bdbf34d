"""The simulated country gives back what was put in: placement coefficients, and unbiased weights of both samples."""

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm

from analysis.simulate import communes, facilities, lists, parameters, sample, survey

N_SURVEYS = 6


@pytest.fixture(scope="module")
def choices():
    return parameters.load()


@pytest.fixture(scope="module")
def places(choices):
    return communes.build(choices, 1.0)


def drivers(children, choices):
    """Return the columns of the known model under the names of its coefficients, effect of the commune left out."""
    own, n_dead = (
        choices.survey.households,
        2 - children["mother_alive"].astype(int) - children["father_alive"].astype(int),
    )
    return pd.DataFrame(
        {
            "intercept": 1.0,
            "poor_level_1": children["id_poor"].eq("level_1"),
            "poor_level_2": children["id_poor"].eq("level_2"),
            "at_risk": children["id_poor"].eq("at_risk"),
            "log_school_km": np.log(children["school_distance_km"]),
            "log_school_cost": np.log(children["school_cost_usd"] / own.school_cost_median_usd),
            "migration": children["migration"],
            "one_parent_dead": n_dead.eq(1),
            "both_parents_dead": n_dead.eq(2),
            "violence": children["violence_in_home"],
            "child_disability": children["disability"],
            "per_child": children["n_children"] - 1,
            "age_4_12": children["age_years"].between(4, 12),
            "age_13_17": children["age_years"] >= 13,
        }
    ).astype(float)


def children_at_risk(places, choices, seed):
    households, members = survey.complete(places, choices, np.random.default_rng([7, seed]), 1.0)
    members = members[members["relation"].eq("child") & (members["chance"] > 0)]
    return members.drop(columns=["mother_alive", "father_alive"]).merge(households, on="household_id")


@pytest.mark.validation
def test_a_logistic_model_gives_back_the_coefficients_of_the_decision(places, choices):
    children = pd.concat([children_at_risk(places, choices, seed) for seed in range(N_SURVEYS)], ignore_index=True)
    design = drivers(children, choices)
    offset = known_offset(children, design, choices)
    fitted = sm.GLM(children["placed_12m"].astype(float), design, family=sm.families.Binomial(), offset=offset).fit()
    true = pd.Series({name: choices.survey.placement[name] for name in design.columns})
    z = (fitted.params - true) / fitted.bse
    assert z.abs().max() < 3.5, z
    assert (z**2).sum() < 36  # chi squared with 14 degrees of freedom: once in a thousand


def known_offset(children, design, choices):
    """Return what is known besides the design: the commune's effect, and an earlier placement from the true chance."""
    chance = children["chance"].to_numpy()
    true = pd.Series({name: choices.survey.placement[name] for name in design.columns})
    without = design.to_numpy() @ true.to_numpy() + children["commune_effect"].to_numpy()
    was_placed = np.log(chance / (1 - chance)) - without > choices.survey.placement.earlier_placement / 2
    return children["commune_effect"] + choices.survey.placement.earlier_placement * was_placed


@pytest.mark.validation
def test_weights_of_the_sample_of_communes_expand_without_bias(places, choices):
    rng = np.random.default_rng(5)
    one = lists.with_flags(facilities.draw(places, choices, rng, 1.0), choices.lists, rng)
    reported = one.loc[one["on_inspection_2014"] | one["on_informants_2015"], "commune_code"]
    in_frame = one[one["commune_code"].isin(reported)]
    nights = choices.sample.four_nights_share * (in_frame["residents_u18_f"] + in_frame["residents_u18_m"]).sum()
    found = []
    for _ in range(600):
        rows = sample.rows(one, choices.sample, rng)
        children = rows["residents_u18_f"] + rows["residents_u18_m"]
        found.append((rows["sample_weight"].sum(), float((children * rows["sample_weight"]).sum())))
    mean, standard_error = np.mean(found, axis=0), np.std(found, axis=0) / np.sqrt(len(found))
    assert (np.abs(mean - [len(in_frame), nights]) < 4 * standard_error).all()


@pytest.mark.validation
def test_weights_of_the_survey_expand_without_bias(places, choices):
    poor, n_households = [], []
    for seed in range(20):
        households, _ = survey.complete(places, choices, np.random.default_rng([9, seed]), 1.0)
        n_households.append(households["weight"].sum())
        poor.append(households["weight"][households["id_poor"].isin(["level_1", "level_2"])].sum())
    frame = places["n_households"] * choices.country.households_with_children_share
    truth = [frame.sum(), (frame * places["poverty_share"]).sum()]
    found = np.column_stack([n_households, poor])
    assert (np.abs(found.mean(axis=0) - truth) < 4 * found.std(axis=0) / np.sqrt(len(found))).all()
