"""The factors by which shares of surveyed children are told, and the levels of each: one column a factor.

Unknown is a level of every factor. Violence in the home is never told by itself, so it stands here with harmful use of
alcohol or drugs in the home, as any of the two; neither is a factor of its own, or one could be had by subtraction.
"""

import itertools
from collections.abc import Iterator

import numpy as np
import pandas as pd

from analysis.study import Study

UNKNOWN, YES, NO = "unknown", "yes", "no"
FACTORS = {
    "id_poor": "Identified poor",
    "dependable_income": "Household has a dependable income",
    "school_distance_km": "Distance to a lower secondary school",
    "school_cost_usd": "Cost of a child's school year",
    "migration": "A parent has migrated",
    "parents": "Parents",
    "disability": "The child has a disability",
    "any_harm": "Violence, or alcohol or drugs, in the home",
    "illness_or_disability": "A carer is ill or has a disability",
    "caregiver": "Who cares for the child",
    "n_children": "Children of the household",
    "age": "Age in years",
    "sex": "Sex",
    "placed_before": "Lived in care before the 12 months",
}
ID_POOR = {"level_1": "poor, level 1", "level_2": "poor, level 2", "at_risk": "at risk", "no": "not poor"}
CARERS = {
    **dict.fromkeys(("mother", "father"), "a parent"),
    "grandparent": "a grandparent",
    **dict.fromkeys(("aunt_uncle", "sibling", "step_parent", "other_relative"), "others, or nobody"),
    **dict.fromkeys(("non_relative", "child", "none"), "others, or nobody"),
}
SEXES = {"female": "girls", "male": "boys", "other": "other"}


def levels_of(children: pd.DataFrame, study: Study) -> pd.DataFrame:
    """Return the level of each child in each of ``FACTORS``: ordered categories, of which unknown is the last."""
    return pd.DataFrame({factor: _with_unknown(level) for factor, level in _known_levels(children, study)})


def _known_levels(children: pd.DataFrame, study: Study) -> Iterator[tuple[str, pd.Series]]:
    """Yield each factor with its levels, in order as categories; missing where unknown."""
    own = study.risk_gradients
    yield "id_poor", _named(children["id_poor"], ID_POOR)
    yield "dependable_income", _yes_or_no(children["dependable_income"])
    yield "school_distance_km", _banded(children["school_distance_km"], own.school_distance_km, "{} km")
    yield "school_cost_usd", _banded(children["school_cost_usd"], own.school_cost_usd, "{} USD")
    yield "migration", _yes_or_no(children["migration"])
    yield "parents", _parents(children)
    yield "disability", _yes_or_no(children["disability"])
    yield "any_harm", _yes_or_no(children["violence_in_home"] | children["substance_use"])
    yield "illness_or_disability", _yes_or_no(children["illness_or_disability"])
    yield "caregiver", _named(children["caregiver_relation"], CARERS)
    yield "n_children", _numbered(children["n_children"], own.most_children)
    yield "age", _aged(children["age_years"], study.disclosure.age_bands)
    yield "sex", _named(children["sex"], SEXES)
    yield "placed_before", _yes_or_no(children["placed_before_12m"])


def _with_unknown(levels: pd.Series) -> pd.Series:
    return levels.cat.add_categories(UNKNOWN).fillna(UNKNOWN)


def _named(words: pd.Series, names: dict[int, str] | dict[str, str]) -> pd.Series:
    return words.map(names).astype(pd.CategoricalDtype(list(dict.fromkeys(names.values())), ordered=True))


def _yes_or_no(answers: pd.Series) -> pd.Series:
    words = pd.Series(np.where(answers.fillna(False), YES, NO), answers.index).mask(answers.isna())
    return words.astype(pd.CategoricalDtype([YES, NO], ordered=True))


def _banded(amounts: pd.Series, ends: tuple[float, ...], unit: str) -> pd.Series:
    """Return the bands between ``ends``; an amount that is an end belongs to the band above."""
    names = [
        unit.format(f"under {ends[0]:g}"),
        *(unit.format(f"{low:g} to {high:g}") for low, high in itertools.pairwise(ends)),
        unit.format(f"{ends[-1]:g}") + " or more",
    ]
    edges = [-np.inf, *ends, np.inf]
    return pd.cut(amounts.astype("float64"), edges, right=False, labels=names, ordered=True)


def _parents(children: pd.DataFrame) -> pd.Series:
    n_alive = children["mother_alive"].astype("Int64") + children["father_alive"].astype("Int64")
    return _named(n_alive, {2: "both alive", 1: "one or both dead", 0: "one or both dead"})


def _numbered(counts: pd.Series, most: int) -> pd.Series:
    names = {number: f"{number}" for number in range(1, most)} | {most: f"{most} or more"}
    return _named(counts.clip(lower=1, upper=most), names)


def _aged(years: pd.Series, bands: tuple[str, ...]) -> pd.Series:
    starts = [int(band.partition("-")[0]) for band in bands]
    return pd.cut(years.astype("float64"), [*starts, np.inf], right=False, labels=list(bands), ordered=True)
