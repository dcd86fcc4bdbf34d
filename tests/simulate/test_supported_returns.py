"""Supported returns in memory: what is drawn has the shape of records, and the true risks are those of both courses."""

import numpy as np
import pytest

from analysis.simulate import block, country, parameters, spells, supported_returns

GRACE, HORIZON = 14, 365


@pytest.fixture(scope="module")
def returns():
    return list(supported_returns.drawn(parameters.load(), 1, 2, GRACE, HORIZON, np.random.default_rng(3)))


@pytest.fixture(scope="module")
def cohort():
    choices = parameters.load()
    places = country.build(choices, block.generators(1, 1), supported_returns.COUNTRY_SIZE)
    return supported_returns._accepted_returns(choices.case_management, np.random.default_rng(3), places)


def test_returns_are_under_observation_and_have_a_state(returns):
    for drawn in returns:
        assert (drawn.spells["days"] > drawn.spells["entry_days"]).all()
        assert drawn.spells["state"].isin(["residential", "other", "aged_out", "died", "moved", "lost"]).mean() > 0.3
        assert drawn.spells["state"].notna().all()
        assert drawn.spells["spell_id"].equals(drawn.support_episodes["spell_id"])
    assert not returns[0].spells["days"].equals(returns[1].spells["days"]), "drawn anew"


def test_the_package_goes_to_high_tiers_and_lowers_the_true_risk(returns):
    for drawn in returns:
        had = drawn.support_episodes["package_days"].notna().to_numpy()
        is_high = (drawn.spells["risk_level"] == "high").to_numpy()
        assert had[is_high].mean() > had[~is_high].mean() + 0.2
        without, with_it = drawn.risks
        assert 0.03 < with_it < without - 0.03 < 0.3


def test_without_an_effect_both_courses_are_the_same():
    choices = parameters.load()
    for cause in spells.ENDS:
        choices = choices.changed(f"case_management.effects.{cause}.package", 0.0)
    drawn = next(supported_returns.drawn(choices, 1, 1, GRACE, HORIZON, np.random.default_rng(2)))
    assert drawn.risks[0] == drawn.risks[1]


def test_the_course_that_was_is_one_of_both(cohort):
    choices, rng = parameters.load().case_management, np.random.default_rng(6)
    for had in (0.0, 1.0):
        going = cohort.assign(had_package=bool(had))
        fates = spells.exposures(choices, rng, going)
        days = spells.latent_days(choices, fates, going)[list(spells.ENDS)]
        zero = going["package_after"].to_numpy() + GRACE
        at_home = (days.min(axis=1) > zero).to_numpy()
        both = list(supported_returns._back_by(choices, fates, going, GRACE, HORIZON))
        first = np.ceil(np.minimum(days.min(axis=1), np.maximum(going["birthday"] - going["returned"], 1)))
        turns_18 = (days.min(axis=1) >= going["birthday"] - going["returned"]).to_numpy()
        was = ((days.idxmin(axis=1) == "residential") & ~turns_18 & (first <= zero + HORIZON)).to_numpy()
        assert (both[int(had)][at_home] == was[at_home]).all()


def test_a_course_without_the_package_begins_where_the_course_with_it_stood(cohort):
    choices, rng, grace = parameters.load().case_management, np.random.default_rng(6), 300
    going = cohort.assign(had_package=True)
    fates = spells.exposures(choices, rng, going)
    first = spells.latent_days(choices, fates, going)[list(spells.ENDS)].min(axis=1)
    at_home = (first > going["package_after"] + grace).to_numpy()
    without, _ = supported_returns._back_by(choices, fates, going, grace, 1)
    assert without[at_home].mean() < 0.01, "one day's risk: nobody went back before, who stayed with the package"


def test_workers_who_see_more_than_they_record_confound():
    confounded = supported_returns.confounded(parameters.load(), 0.5, 1.5)
    drawn = next(supported_returns.drawn(confounded, 1, 1, GRACE, HORIZON, np.random.default_rng(4)))
    plain = next(supported_returns.drawn(parameters.load(), 1, 1, GRACE, HORIZON, np.random.default_rng(4)))
    crude = [
        one.spells["state"].eq("residential")[one.support_episodes["package_days"].notna()].mean()
        for one in (drawn, plain)
    ]
    assert crude[0] > crude[1], "who has it is more in need than the records show"
