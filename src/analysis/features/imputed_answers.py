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
from dataclasses import dataclass
from functools import partial

import numpy as np
import pandas as pd

from analysis.contract import Column, Table
from analysis.features.surveyed_children import TABLE as CHILDREN
from analysis.models.imputation import number, pooling
from analysis.models.imputation.chained import Completed, imputations
from analysis.models.imputation.items import Item, item
from analysis.models.imputation.levels import levels
from analysis.models.survey.design import Design, survey_design
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
Fitted = tuple[np.ndarray, np.ndarray]  # coefficients (k,) and their covariance (k, k)

TABLE = Table(
    one_row_is="a child of whom an answer is missing, in one imputation",
    key=KEY,
    columns={
        "imputation": Column("Int64", "number of the imputation", ge=1),
        "member_id": CHILDREN.columns["member_id"],
        **{name: CHILDREN.columns[name] for name in (*OF_HOUSEHOLD, *OF_CHILD)},
    },
)


def build(surveyed_children: pd.DataFrame, study: Study, rng: np.random.Generator) -> Iterator[pd.DataFrame]:
    """Yield the answers of one imputation after the other, as many as ``study.imputation`` asks for.

    None where no survey is or no answer is missing. One completed survey is held at a time.
    """
    own, children = study.imputation, surveyed_children.reset_index(drop=True)
    items = [name for name in (*OF_HOUSEHOLD, *OF_CHILD) if name not in own.left_out]
    is_incomplete = children[items].isna().any(axis=1).to_numpy()
    _check_answered(children, items)
    if not is_incomplete.any():
        return
    kept, model = [name for name in TABLE.columns if name != "imputation"], _model_of_placements(children, study)
    fits: list[Fitted | None] = []
    n_drawn, n_wanted = 0, own.most
    for completed in _data_sets(children, items, study, rng):
        n_drawn += 1  # noqa: SIM113 - enumerate would hold the one before until the next is made
        yield completed[kept][is_incomplete].assign(imputation=n_drawn)
        if n_drawn <= own.n_pilot:
            fits.append(_fit(completed, model))
        if n_drawn == own.n_pilot:
            n_wanted = _n_wanted(fits, model, study)
        if n_drawn >= n_wanted:
            return
        del completed  # before the next is begun


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
    """Return the children with all ``items`` answered, as often as there may be imputations."""
    upper = [name for name in items if name in OF_HOUSEHOLD]
    lower = [name for name in items if name in OF_CHILD]
    told = [name for name in OUTCOMES if children[name].notna().any()]
    households = children[~children["household_key"].duplicated()].reset_index(drop=True)
    parent = pd.Index(households["household_key"]).get_indexer(children["household_key"])
    rows = levels(households[upper], children[[*lower, *told]], KINDS, parent, _design(households))
    drawn = imputations(rows, study.imputation.most, study.imputation.n_sweeps, rng)
    return map(partial(_completed, children=children, parent=parent, items=items), drawn)  # which keeps none of them


def _completed(one: Completed, children: pd.DataFrame, parent: np.ndarray, items: list[str]) -> pd.DataFrame:
    answers = {name: one.upper[name].iloc[parent] if name in OF_HOUSEHOLD else one.lower[name] for name in items}
    return children.assign(**{name: drawn.set_axis(children.index) for name, drawn in answers.items()})


def _design(rows: pd.DataFrame) -> tuple[pd.Series, pd.Series, pd.Series]:
    stratum = rows["survey_stratum"].fillna("")
    return stratum, stratum + " " + rows["survey_cluster"].fillna(rows["household_key"]), rows["survey_weight"]


@dataclass(frozen=True, eq=False)
class _Model:
    """The model of placements that tells how many imputations are wanted: its rows (n,), their design, its items."""

    outcome: np.ndarray
    domain: np.ndarray
    design: Design
    items: list[Item]


def _model_of_placements(children: pd.DataFrame, study: Study) -> _Model | None:
    """Return the model, or nothing where nobody or everybody was placed."""
    own = study.imputation
    stratum, cluster, weights = _design(children)
    design = survey_design(weights.to_numpy("float64"), stratum, cluster, lonely=study.placement_risk.lonely)
    outcome = children["was_placed_12m"].to_numpy("float64", na_value=np.nan)
    domain = children["is_at_risk_of_placement"].fillna(False).to_numpy(bool) & ~np.isnan(outcome)
    asked = [item(children[name], KINDS[name]) for name in own.judged_by if name not in own.left_out]
    varied = [one for one in asked if len(one.levels) > 1]
    return _Model(outcome, domain, design, varied) if 0 < outcome[domain].sum() < domain.sum() else None


def _fit(completed: pd.DataFrame, model: _Model | None) -> Fitted | None:
    """Return what the model says of one completed data set, nothing where it cannot be fitted."""
    if model is None:
        return None
    try:
        fit = logistic(model.outcome, _terms(completed, model.items), model.design, model.domain)
    except NotEstimableError:
        return None
    return fit.coefficients, fit.covariance


def _n_wanted(fits: list[Fitted | None], model: _Model | None, study: Study) -> int:
    """Return how many imputations the log odds ratios of a placement need, judged by the ``fits`` of the pilot.

    The most there may be where too few children were placed for such a model.
    """
    own, told = study.imputation, [fit for fit in fits if fit is not None]
    if model is None or len(told) < len(fits):
        return own.most
    coefficients, covariances = zip(*told, strict=True)
    found = pooling.pooled(coefficients, covariances, model.design.degrees_of_freedom)
    upper = number.upper_fraction(found.fraction_missing, len(told), own.confidence)
    return min(own.most, number.n_imputations(own.wanted_cv, upper))


def _terms(children: pd.DataFrame, items: list[Item]) -> np.ndarray:
    coded = [one.columns(one.codes(children[one.name])) for one in items]
    return np.column_stack([np.ones(len(children)), *coded])
