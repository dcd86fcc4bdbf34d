"""What the terms of the placement model are compared with: changes for marginal effects, states for fractions."""

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from analysis.models.survey.effects import Change, Setting
from analysis.study import Study

POVERTY, AGE = ("poor_level_1", "poor_level_2", "near_poor"), ("age_6_11", "age_12_17")
STEPS = ("school_km_doubled", "school_cost_doubled", "further_children")  # one more than observed, else 1 beside 0
EVERY = "all_root_causes"
FRACTIONS = {
    "poverty": "No child identified poor or at risk",
    "school_distance": "Every school within reach",
    "school_cost": "No school dearer than what most can pay",
    "migration": "No parent away",
    "parents_dead": "Both parents alive",
    "disability": "The risk of children without a disability",
    "family_violence": "No violence in the home",
    EVERY: "All of these at once",
}


def changes_of(columns: pd.DataFrame) -> dict[str, Change]:
    """Return for each term of ``columns`` what is compared: levels of one factor with its first, the rest as it is."""
    return {term: _change(term, columns) for term in columns.columns[1:]}


def states_of(columns: pd.DataFrame, study: Study) -> dict[str, Setting]:
    """Return for each of ``FRACTIONS`` the values that ``columns`` would have without the root cause."""
    own = study.placement_risk
    far, dear = np.log2(own.school_within_km), np.log2(own.school_cost_at_most_usd)
    wanted: dict[str, Setting] = {
        "poverty": dict.fromkeys(POVERTY, 0.0),
        "school_distance": {"school_km_doubled": columns["school_km_doubled"].clip(upper=far).to_numpy()},
        "school_cost": {"school_cost_doubled": columns["school_cost_doubled"].clip(upper=dear).to_numpy()},
        **{name: {name: 0.0} for name in ("migration", "parents_dead", "disability", "family_violence")},
    }
    states: dict[str, Setting] = {
        name: {term: value for term, value in state.items() if term in columns} for name, state in wanted.items()
    }
    every = {term: value for state in states.values() for term, value in state.items()}
    return {name: state for name, state in (states | {EVERY: every}).items() if state}


def _change(term: str, columns: pd.DataFrame) -> Change:
    if term in STEPS:
        return Change(before={}, after={term: columns[term].to_numpy() + 1})
    together = next((factor for factor in (POVERTY, AGE) if term in factor), (term,))
    before: dict[str | int, ArrayLike] = {name: 0.0 for name in together if name in columns}
    return Change(before=before, after={**before, term: 1.0})
