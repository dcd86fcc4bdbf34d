"""Of simulated surveys with every answer: intervals of shares, odds ratios, effects and fractions hold the truth."""

import numpy as np
import pandas as pd
import pytest
from scipy import special

from analysis import study as choices
from analysis.estimates import _placement_effects as effects
from analysis.estimates import _placement_fits as fits
from analysis.estimates import _placement_model as placement
from analysis.estimates import risk_gradients
from analysis.simulate import communes, decisions, parameters, survey

STUDY = choices.load()
N_SURVEYS, SIZE = 80, 0.2
SIMULATOR = parameters.load().changed("survey.placement.intercept", -7.0)  # three times as many placements: more to see
OWN = SIMULATOR.survey.placement
PLANTED = {  # log odds ratio of a term
    "poor_level_1": OWN.poor_level_1,
    "poor_level_2": OWN.poor_level_2,
    "near_poor": OWN.at_risk,
    "school_km_doubled": OWN.log_school_km * np.log(2),
    "school_cost_doubled": OWN.log_school_cost * np.log(2),
    "migration": OWN.migration,
    "parents_dead": OWN.one_parent_dead,
    "disability": OWN.child_disability,
    "family_violence": OWN.violence,
    "boy": 0.0,
    "further_children": OWN.per_child,
}
WITHOUT = {  # the columns of a household or a child in which a root cause is not there
    "poverty": {"id_poor": "no"},
    "migration": {"migration": False},
    "parents_dead": {"mother_alive": True, "father_alive": True},
    "family_violence": {"violence_in_home": False},
}


def as_surveyed(households, members):
    """Return the children as ``surveyed_children`` has them, and the log odds of each before earlier placements."""
    children = members[members["relation"].eq("child")].drop(columns=["mother_alive", "father_alive"])
    told = children.merge(households.drop(columns=["level"]), on="household_id", validate="m:1")
    is_in_care = told["living_place"].isin(["residential_care", "boarding_school"])
    at_start = told["chance"] == 0
    log_odds = special.logit(told["chance"].where(~at_start)) - OWN.earlier_placement * told["placed_before_12m"]
    names = {"stratum": "survey_stratum", "cluster": "survey_cluster", "weight": "survey_weight"}
    return told.rename(columns=names).assign(
        household_key=told["household_id"].astype("str"),
        caregiver_relation=told["caregiver_relation"],
        was_placed_12m=told["placed_12m"],
        lives_in_residential_care=is_in_care.astype("boolean"),
        is_at_risk_of_placement=(~at_start).astype("boolean"),
        log_odds=log_odds.astype("float64"),
        **{name: told[name].astype("boolean") for name in ("mother_alive", "father_alive", "migration")},
        **{name: told[name].astype("boolean") for name in ("violence_in_home", "substance_use", "disability")},
        **{name: told[name].astype("boolean") for name in ("dependable_income", "illness_or_disability")},
    )


def mean_chance(log_odds):
    """Return the chance to be placed of a child at risk, whose earlier placement follows from the same log odds."""
    earlier = np.minimum(OWN.earlier_ratio * special.expit(log_odds), 0.9)
    back = earlier * (1 - OWN.still_in_care)
    chance = (1 - earlier) * special.expit(log_odds) + back * special.expit(log_odds + OWN.earlier_placement)
    return chance / (1 - earlier + back)


def sums_without(children):
    """Return the weighted sums of the chances of those at risk, as they are and without each root cause."""
    rows = children[children["is_at_risk_of_placement"].to_numpy(bool)]
    weights, now = rows["survey_weight"], decisions.household_log_odds(plain(rows), SIMULATOR.survey)
    sums = {"": (weights * mean_chance(rows["log_odds"])).sum()}
    for name, answers in WITHOUT.items():
        moved = decisions.household_log_odds(plain(rows).assign(**answers), SIMULATOR.survey) - now
        sums[name] = (weights * mean_chance(rows["log_odds"] + moved)).sum()
    return sums


def plain(rows):
    """Return ``rows`` with the types that the simulator has."""
    return rows.astype(dict.fromkeys(("mother_alive", "father_alive", "migration", "violence_in_home"), bool))


def one_survey(places, number):
    """Return what one survey tells, and what its children have to say about the truth."""
    rng = np.random.default_rng([11, number])
    children = as_surveyed(*survey.complete(places, SIMULATOR, rng, SIZE))
    design = placement.design_of(children, STUDY)
    columns = placement.covariates(children, STUDY)
    full = fits.coefficients(fits.fitted(columns, children, placement.PLACED, design))
    own = fits.fitted(columns.drop(columns=placement.ONLY_OF_PLACED), children, placement.PLACED, design)
    left = fits.logs_of_what_is_left(own, STUDY)
    return {
        "shares": risk_gradients.build(children, STUDY).set_index(["outcome", "term", "level"]),
        "odds": interval_frame(full),
        "left": interval_frame(left),
        "sums": sums_without(children),
    }


def interval_frame(told):
    low, high = told.found.interval(STUDY.intervals.confidence)
    return pd.DataFrame({"estimate": told.found.estimate, "ci_low": low, "ci_high": high}, index=list(told.terms))


@pytest.fixture(scope="module")
def surveys():
    places = communes.build(SIMULATOR, 1.0)
    return [one_survey(places, number) for number in range(N_SURVEYS)]


def coverage(frames, truth):
    """Return how often intervals hold the truth, by row."""
    held = pd.concat([((frame["ci_low"] <= truth) & (truth <= frame["ci_high"])) for frame in frames], axis=1)
    return held.mean(axis=1)


def mean_error(frames, truth):
    """Return the mean of estimates less the truth, in standard deviations of one survey's estimate."""
    each = pd.concat([frame["estimate"] for frame in frames], axis=1)
    return (each.mean(axis=1) - truth) / each.std(axis=1)


@pytest.mark.validation
def test_intervals_of_odds_ratios_hold_what_was_planted(surveys):
    truth = pd.Series(PLANTED)
    frames = [one["odds"].loc[truth.index] for one in surveys]
    found = coverage(frames, truth)
    assert 0.93 <= found.mean() <= 0.97, found
    # Seen at -0.43 in 120 surveys, before these ends were set; likely as an earlier placement follows from the causes.
    assert mean_error(frames, truth).between(-0.6, 0.25).all()


@pytest.mark.validation
def test_intervals_of_fractions_hold_the_share_of_placements_that_there_would_not_be(surveys):
    sums = pd.DataFrame([one["sums"] for one in surveys]).sum()
    truth = np.log((sums / sums[""]).drop(""))
    frames = [one["left"].loc[truth.index] for one in surveys]
    found = coverage(frames, truth)
    assert 0.92 <= found.mean() <= 0.98, found
    assert mean_error(frames, truth).abs().max() < 0.35


@pytest.mark.validation
def test_intervals_of_shares_hold_the_share_of_all_surveys_together(surveys):
    told = pd.concat([one["shares"] for one in surveys], keys=range(N_SURVEYS)).dropna(subset="estimate")
    n = told.groupby(level=[1, 2, 3])["n_hits"].mean()
    truth = told.groupby(level=[1, 2, 3])["estimate"].mean()
    often = truth.index[n >= 5]
    frames = [one["shares"].loc[often] for one in surveys]
    found = coverage(frames, truth.loc[often])
    assert 0.93 <= found.mean() <= 0.97, found


def test_states_without_are_those_of_the_figure():
    assert set(WITHOUT) < set(effects.FRACTIONS)
