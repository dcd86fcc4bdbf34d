"""The model of placement, which is estimated, judged and drawn elsewhere: its rows, its terms and its design.

Two outcomes. ``placed_12m``: the child moved into residential care within the 12 months before the interview; asked of
children who were not in care when they began. ``lives_in_care``: it sleeps in residential care at the interview, which
those who stay long are likelier to do; that it lived there before is then no term, for who lives in care mostly did.

Terms stand in study.toml: root causes, which support to families could change, apart from correlates, which say who
is concerned. A coefficient is an association with all other terms alike, of a survey that asked once: no effect.

ASSUME: a cluster number may start anew in each stratum. A household without a cluster was drawn by itself; households
without a stratum are of one stratum.
"""

from collections.abc import Collection
from typing import TypeAlias

import numpy as np
import pandas as pd

from analysis.models.survey.design import Design, survey_design
from analysis.study import Study

PLACED, LIVES_IN_CARE = "placed_12m", "lives_in_care"
OUTCOMES = (PLACED, LIVES_IN_CARE)
CONSTANT, POOR = "constant", "poor"
ONLY_OF_PLACED = "placed_before"
BETWEEN = ":"  # the two terms of an interaction
Imputed: TypeAlias = pd.DataFrame | Collection[pd.DataFrame]  # the table of imputed answers, or an imputation each


def terms(study: Study, outcome: str = PLACED) -> pd.DataFrame:
    """Return ``term``, ``label`` and ``is_root_cause`` of the columns of ``covariates`` but the constant, in order."""
    root_causes, correlates = study.placement_risk.root_causes, study.placement_risk.correlates
    named = pd.DataFrame(
        [(term, label, True) for term, label in root_causes.items()]
        + [(term, label, False) for term, label in correlates.items()],
        columns=["term", "label", "is_root_cause"],
    )
    return named if outcome == PLACED else named[named["term"] != ONLY_OF_PLACED]


def covariates(children: pd.DataFrame, study: Study, outcome: str = PLACED) -> pd.DataFrame:
    """Return the constant and the terms of the model as floats, on the index of ``children``; unknown stays missing.

    Distances and costs are in doublings, so that a coefficient is the log odds ratio of twice as far or as dear; below
    the least of study.toml they count as the least.
    """
    own = study.placement_risk
    n_alive = children["mother_alive"].astype("Int64") + children["father_alive"].astype("Int64")
    columns = {
        CONSTANT: pd.Series(1.0, children.index),
        **{f"poor_{level}": _is(children["id_poor"], level) for level in ("level_1", "level_2")},
        "near_poor": _is(children["id_poor"], "at_risk"),
        "school_km_doubled": _doublings(children["school_distance_km"], own.least_school_km),
        "school_cost_doubled": _doublings(children["school_cost_usd"], own.least_school_cost_usd),
        "migration": children["migration"],
        "parents_dead": 2 - n_alive,
        "disability": children["disability"],
        "family_violence": children["violence_in_home"],
        "boy": _is(children["sex"], "male"),
        "age_6_11": children["age_years"].between(6, 11).mask(children["age_years"].isna()),
        "age_12_17": (children["age_years"] >= 12),
        "further_children": children["n_children"] - 1,
        ONLY_OF_PLACED: children["placed_before_12m"],
    }
    wanted = [CONSTANT, *terms(study, outcome)["term"]]
    return pd.DataFrame({name: _as_float(columns[name]) for name in wanted})


def with_interactions(columns: pd.DataFrame, study: Study) -> pd.DataFrame:
    """Return ``columns`` of ``covariates`` and behind them the products that were named beforehand, as ``a:b``."""
    parts = columns.assign(**{POOR: columns["poor_level_1"] + columns["poor_level_2"]})
    products = {f"{one}{BETWEEN}{other}": parts[one] * parts[other] for one, other in study.placement_risk.interactions}
    return columns.assign(**products)


def each_imputation(imputed_answers: Imputed) -> Collection[pd.DataFrame]:
    """Return the answers of each imputation: parts as they are read, one at a time, or those of a frame of all."""
    if isinstance(imputed_answers, pd.DataFrame):
        return [own for _, own in imputed_answers.groupby("imputation")]
    return imputed_answers


def completed(surveyed_children: pd.DataFrame, answers: pd.DataFrame) -> pd.DataFrame:
    """Return ``surveyed_children`` with missing answers from those of one imputation; what was answered stands."""
    drawn = answers.set_index("member_id").reindex(surveyed_children["member_id"]).set_axis(surveyed_children.index)
    items = [item for item in drawn.columns if item in surveyed_children.columns]
    return surveyed_children.assign(**{item: surveyed_children[item].fillna(drawn[item]) for item in items})


def design_of(surveyed_children: pd.DataFrame, study: Study) -> Design:
    """Return the design of all rows: strata, villages, households' weights; there must be at least one row."""
    stratum = surveyed_children["survey_stratum"].fillna("")
    cluster = surveyed_children["survey_cluster"].fillna(surveyed_children["household_key"])
    weights = surveyed_children["survey_weight"].to_numpy("float64")
    return survey_design(weights, stratum, stratum + " " + cluster, lonely=study.placement_risk.lonely)


def outcome_of(surveyed_children: pd.DataFrame, outcome: str) -> np.ndarray:
    """Return the outcome (n,) as 0, 1 or missing (``nan``)."""
    column = {PLACED: "was_placed_12m", LIVES_IN_CARE: "lives_in_residential_care"}[outcome]
    return surveyed_children[column].to_numpy("float64", na_value=np.nan)


def domain_of(surveyed_children: pd.DataFrame, outcome: str) -> np.ndarray:
    """Return the rows (n,) that the question is about: of placements, children not in care when the time began."""
    is_known = ~np.isnan(outcome_of(surveyed_children, outcome))
    if outcome == PLACED:
        return is_known & surveyed_children["is_at_risk_of_placement"].fillna(False).to_numpy(bool)
    return is_known


def is_enough(surveyed_children: pd.DataFrame, outcome: str, study: Study) -> bool:
    """Return whether so many children have the outcome that the model can be fitted."""
    n_cases = np.nansum(outcome_of(surveyed_children, outcome)[domain_of(surveyed_children, outcome)])
    return bool(n_cases >= study.placement_risk.least_cases_per_term * len(terms(study, outcome)))


def estimable(columns: pd.DataFrame, children: pd.DataFrame, outcome: str) -> list[str]:
    """Return the constant and the columns that differ both among children with the outcome and among those without.

    Another column has no odds ratio, or an infinite one: nobody is in that class, or none of those who are was placed.
    Missing answers do not count. The children in question then stand among those without the property.
    """
    domain, has_it = domain_of(children, outcome), outcome_of(children, outcome) == 1
    differs = np.logical_and.reduce(
        [columns[domain & group].min() < columns[domain & group].max() for group in (has_it, ~has_it)]
    )
    return list(columns.columns[differs | (columns.columns == CONSTANT)])


def _is(words: pd.Series, word: str) -> pd.Series:
    return (words == word).astype("boolean").mask(words.isna())


def _doublings(amounts: pd.Series, least: float) -> pd.Series:
    return np.log2(amounts.astype("float64").clip(lower=least))


def _as_float(column: pd.Series) -> np.ndarray:
    return column.to_numpy("float64", na_value=np.nan)
