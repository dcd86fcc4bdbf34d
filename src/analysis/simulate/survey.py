"""The household survey: a stratified sample of villages, and what its households with children answer.

Surveyed are households that have a child of their own under 18, wherever it sleeps: children in residential care are
recorded by their households.
"""

import numpy as np
import pandas as pd

from analysis.simulate import decisions, non_response, survey_design, survey_families, survey_members
from analysis.simulate.sampling import drawn
from analysis.simulate.world import COLUMNS
from analysis.study import Study

CONSENT = np.array(["yes", "no", "unknown"])


def draw(
    communes: pd.DataFrame, parameters: Study, rng: np.random.Generator, size: float
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return survey_households and survey_members of ``world.COLUMNS``, with items left blank."""
    survey = parameters.survey
    households, members = complete(communes, parameters, rng, size)
    members = non_response.answered_by_members(members, households, survey.non_response, rng)
    households = non_response.answered(households, survey, rng)
    return households[list(COLUMNS["survey_households"])], members[list(COLUMNS["survey_members"])]


def complete(
    communes: pd.DataFrame, parameters: Study, rng: np.random.Generator, size: float
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return households and members as they truly are, before any item is left blank.

    From the same generator ``draw`` draws the same households. Besides the columns of ``world.COLUMNS`` there stand
    the true effect of each commune, and in members the ``chance`` of each child to be placed.
    """
    survey = parameters.survey
    clusters = survey_design.clusters(communes, parameters, rng, size)
    households = survey_families.families(clusters, survey.households, rng)
    members = survey_members.roster(households, survey.households, rng)
    households = survey_families.conditions(_with_carer(households, members), survey.households, rng)
    households = households.assign(consent=CONSENT[drawn(survey.consent, rng.random(len(households)))])
    return _with_placements(households, members, survey, rng)


def _with_carer(households: pd.DataFrame, members: pd.DataFrame) -> pd.DataFrame:
    carers = members[members["is_caregiver"]]
    n_adults = np.bincount(members.loc[members["is_alive"] & members["relation"].ne("child"), "position"])
    return households.assign(
        caregiver_relation=carers["relation"].to_numpy(),
        caregiver_sex=carers["sex"].to_numpy(),
        caregiver_age=carers["age_years"].to_numpy(),
        n_adults=n_adults,
        household_size=households["n_children"] + n_adults,
    )


def _with_placements(
    households: pd.DataFrame, members: pd.DataFrame, survey: Study, rng: np.random.Generator
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Let the households decide; add what they then tell of their children."""
    is_child = members["relation"].eq("child")
    position = members["position"].to_numpy()
    shared = decisions.household_log_odds(households, survey)[position]
    decided = decisions.decided(members[is_child], shared[is_child], survey.placement, rng)
    propensity = decisions.any_child(decided["chance"], members.loc[is_child, "position"])
    poor = survey_families.is_poor(households).iloc[position].set_axis(members.index)
    alive = {
        name: households[name].astype("boolean").iloc[position].set_axis(members.index).where(is_child)
        for name in ("mother_alive", "father_alive")
    }
    told = survey_members.with_care(members, is_child, decided, poor, survey.households, rng)
    told = told.assign(**alive, household_id=households["household_id"].to_numpy()[position], chance=decided["chance"])
    return households.assign(placement_propensity=propensity.to_numpy()), told
