"""Imputed answers: children of whom an answer is missing, with all answers, once for each imputation.

Restricted: rows are children, and it never leaves. Rows of one imputation beside ``surveyed_children`` make one
completed data set; estimates of all are pooled (``models.imputation.pooling``), never those of one alone, and answers
are never averaged. Items of a household are drawn once a household. Outcomes help to draw the other answers, and are
not given out: a child whose outcome is unknown tells nothing about it.

ASSUME: whether an answer is missing depends on what was answered, not on the answer itself. Incomes are known to break
this in surveys; they are there to draw the others, and no estimate should rest on them. A household without a cluster
was drawn by itself; households without a stratum are of one stratum.
"""

from collections.abc import Iterator
from itertools import chain, islice

import numpy as np
import pandas as pd

from analysis.contract import Column, Table
from analysis.features.surveyed_children import TABLE as CHILDREN
from analysis.models.imputation import number, pooling
from analysis.models.imputation.chained import imputations
from analysis.models.imputation.items import Item, item
from analysis.models.imputation.levels import levels
from analysis.models.survey.design import survey_design
from analysis.models.survey.generalised_linear import NotEstimableError
from analysis.models.survey.regression import logistic
from analysis.study import Study

OF_HOUSEHOLD = {
    **dict.fromkeys(("id_poor", "caregiver_relation", "caregiver_sex", "caregiver_age_band"), "classes"),
    **dict.fromkeys(("dependable_income", "migration", "violence_in_home", "substance_use"), "yes_no"),
    "illness_or_disability": "yes_no",
    **dict.fromkeys(("school_distance_km", "school_cost_usd", "monthly_income_usd"), "amount"),
    **dict.fromkeys(("household_size", "n_children"), "amount"),
}
OF_CHILD = {
    "sex": "classes",
    "age_years": "amount",
    **dict.fromkeys(("disability", "mother_alive", "father_alive", "placed_before_12m"), "yes_no"),
}
OUTCOMES = ("was_placed_12m", "lives_in_residential_care")
KINDS = {**OF_HOUSEHOLD, **OF_CHILD, **dict.fromkeys(OUTCOMES, "yes_no")}
KEY = ("imputation", "member_id")

TABLE = Table(
    one_row_is="a child of whom an answer is missing, in one imputation",
    key=KEY,
    columns={
        "imputation": Column("Int64", "number of the imputation", ge=1),
        "member_id": CHILDREN.columns["member_id"],
        **{name: CHILDREN.columns[name] for name in (*OF_HOUSEHOLD, *OF_CHILD)},
    },
)


def build(surveyed_children: pd.DataFrame, study: Study, rng: np.random.Generator) -> pd.DataFrame:
    """Return the completed answers, as many times as ``study.imputation`` asks for; no row where no survey is."""
    children = surveyed_children.reset_index(drop=True)
    items = [name for name in (*OF_HOUSEHOLD, *OF_CHILD) if name not in study.imputation.left_out]
    is_incomplete = children[items].isna().any(axis=1)
    _check_answered(children, items)
    if not is_incomplete.any():
        return pd.DataFrame(columns=list(TABLE.columns))
    data_sets = _data_sets(children, items, study, rng)
    pilot = list(islice(data_sets, study.imputation.n_pilot))
    n_more = _n_wanted(pilot, children, study) - len(pilot)
    drawn = chain((pilot.pop(0) for _ in range(len(pilot))), islice(data_sets, max(0, n_more)))
    kept = list(TABLE.columns)  # of each only what the table holds: whole data sets are several times as large
    numbered = [one.loc[is_incomplete].assign(imputation=at)[kept] for at, one in enumerate(drawn, start=1)]
    return pd.concat(numbered, ignore_index=True)


def _check_answered(children: pd.DataFrame, items: list[str]) -> None:
    """Raise ``ValueError`` naming the items that nobody answered, if anybody was asked."""
    silent = [name for name in items if len(children) and children[name].isna().all()]
    if silent:
        raise ValueError(
            f"no child of the survey has an answer to {', '.join(silent)}: there is nothing to draw it from. If the "
            "question was not asked, name it in left_out of [imputation] in study.toml; else look at the import"
        )


def _data_sets(
    children: pd.DataFrame, items: list[str], study: Study, rng: np.random.Generator
) -> Iterator[pd.DataFrame]:
    """Yield the children with all ``items`` answered, as often as there may be imputations."""
    is_first = ~children["household_key"].duplicated()
    households = children[is_first].reset_index(drop=True)
    parent = pd.Index(households["household_key"]).get_indexer(children["household_key"])
    upper = [name for name in items if name in OF_HOUSEHOLD]
    lower = [name for name in items if name in OF_CHILD]
    told = [name for name in OUTCOMES if children[name].notna().any()]
    rows = levels(households[upper], children[[*lower, *told]], KINDS, parent, _design(households))
    for one in imputations(rows, study.imputation.most, study.imputation.n_sweeps, rng):
        answers = pd.concat([one.upper.iloc[parent].reset_index(drop=True), one.lower[lower]], axis=1)
        yield children.assign(**{name: answers[name] for name in items})


def _design(rows: pd.DataFrame) -> tuple[pd.Series, pd.Series, pd.Series]:
    stratum = rows["survey_stratum"].fillna("")
    return stratum, stratum + " " + rows["survey_cluster"].fillna(rows["household_key"]), rows["survey_weight"]


def _n_wanted(pilot: list[pd.DataFrame], children: pd.DataFrame, study: Study) -> int:
    """Return how many imputations the log odds ratios of a placement need, judged by those of the ``pilot``.

    The most there may be where too few children were placed for such a model.
    """
    own = study.imputation
    stratum, cluster, weights = _design(children)
    design = survey_design(weights.to_numpy("float64"), stratum, cluster, lonely=study.placement_risk.lonely)
    outcome = children["was_placed_12m"].to_numpy("float64", na_value=np.nan)
    domain = children["is_at_risk_of_placement"].fillna(False).to_numpy(bool) & ~np.isnan(outcome)
    asked = [item(children[name], KINDS[name]) for name in own.judged_by if name not in own.left_out]
    varied = [one for one in asked if len(one.levels) > 1]
    if not 0 < outcome[domain].sum() < domain.sum():
        return own.most
    try:
        fits = [logistic(outcome, _terms(one, varied), design, domain) for one in pilot]
    except NotEstimableError:
        return own.most
    found = pooling.pooled(
        [fit.coefficients for fit in fits], [fit.covariance for fit in fits], design.degrees_of_freedom
    )
    upper = number.upper_fraction(found.fraction_missing, len(pilot), own.confidence)
    return min(own.most, number.n_imputations(own.wanted_cv, upper))


def _terms(children: pd.DataFrame, items: list[Item]) -> np.ndarray:
    coded = [one.columns(one.codes(children[one.name])) for one in items]
    return np.column_stack([np.ones(len(children)), *coded])
