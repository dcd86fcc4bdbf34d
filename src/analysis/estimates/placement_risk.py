"""Placement risk: how the odds that a child is placed, or lives in care, go with its family and itself.

Estimand: the coefficients of the logistic regression that would be fitted if every child of a household of the
country had been asked everything (see ``_placement_model``), as odds ratios; of placements also by how many per 1,000
children the mean risk moves with each term, and which share of placements the model expects to go with each root
cause. Weighted; the variance is that of the design, linearised, pooled over the imputations of missing answers by
Rubin's rules with the degrees of freedom of Barnard and Rubin. Beside it the same from complete answers alone.

Marginal effects and fractions are of a model without the earlier placement, which follows from the same causes and
would take up part of theirs. Interactions are those named in study.toml, each tested, p-values after Holm.

ASSUME: answers are missing at random given what the imputation knows; log odds add up. A survey that asked once
cannot tell a cause from what goes with it: no number here is the effect of a support.
"""

from collections.abc import Callable
from itertools import chain

import numpy as np
import pandas as pd
from scipy import stats

from analysis import engine
from analysis.contract import Column, estimate_table
from analysis.estimates import _placement_effects as effects
from analysis.estimates import _placement_fits as fits
from analysis.estimates import _placement_model as placement
from analysis.estimates._placement_fits import Told
from analysis.models.imputation.pooling import Pooled
from analysis.models.several_tests import after_holm
from analysis.models.survey.design import Design
from analysis.models.survey.linearised import Estimated
from analysis.study import Study

IMPUTED, COMPLETE, WITHOUT_EARLIER = "imputed", "complete answers", "without earlier placement"
ODDS_RATIO, EFFECT, FRACTION, INTERACTION = "odds ratio", "marginal effect", "fraction", "interaction"
SCALES = {
    ODDS_RATIO: "odds ratio",
    EFFECT: "per 1,000 children",
    FRACTION: "share of placements",
    INTERACTION: "ratio of odds ratios",
}
# The unit of the scale, from the scale on which intervals are symmetric; each rises or falls throughout.
FROM_MODEL: dict[str, Callable] = {
    ODDS_RATIO: np.exp,
    EFFECT: lambda probability: 1000 * probability,
    FRACTION: lambda log_left: 1 - np.exp(log_left),
    INTERACTION: np.exp,
}
ROOT_CAUSE, CORRELATE = "root cause", "correlate"

TABLE = estimate_table(
    one_row_is="a term of the placement model, an outcome, which answers it rests on and what is told of it",
    key=("outcome", "term", "level", "measure"),
    extra={
        "measure": Column("str", "what is told", isin=tuple(SCALES)),
        "label": Column("str", "the term in words"),
        "position": Column("str", "place of the term among those told alike, in two digits"),
        "sort": Column("str", "root cause, correlate, or interaction", isin=(ROOT_CAUSE, CORRELATE, INTERACTION)),
        "df_residual": Column("Int64", "degrees of freedom that the design leaves to the model", nullable=True),
        "fraction_missing": Column(
            "Float64", "information lost with missing answers; missing without imputation", ge=0, le=1, nullable=True
        ),
        "p_value": Column("Float64", "of interactions, after Holm", ge=0, le=1, nullable=True),
    },
)
ALL_TERMS, PRODUCTS = "all terms", "with interactions"
MODELS = (  # outcome, columns
    (placement.PLACED, ALL_TERMS),
    (placement.PLACED, WITHOUT_EARLIER),
    (placement.PLACED, PRODUCTS),
    (placement.LIVES_IN_CARE, WITHOUT_EARLIER),
)
Key = tuple[str, str, str]  # outcome, level, measure
Names = dict[tuple[str, str], list[str]]  # columns by outcome and kind of model


def build(surveyed_children: pd.DataFrame, imputed_answers: placement.Imputed, study: Study) -> pd.DataFrame:
    """Return all terms of all outcomes; none where no survey was imported or too few children were placed."""
    models = [model for model in MODELS if placement.is_enough(surveyed_children, model[0], study)]
    if not models:
        return pd.DataFrame(columns=list(TABLE.columns))
    design = placement.design_of(surveyed_children, study)
    answered = placement.covariates(surveyed_children, study)
    names = {
        (outcome, kind): placement.estimable(_columns(answered, kind, study), surveyed_children, outcome)
        for outcome, kind in models
    }
    imputations = placement.each_imputation(imputed_answers)
    given = {"surveyed_children": surveyed_children, "design": design, "names": names, "study": study}
    found: dict[Key, list[Told]] = {}
    for key, told in chain.from_iterable(engine.map(_told, imputations or [None], shared=given)):
        found.setdefault(key, []).append(told)
    told = {key: fits.pooled_over(each) if imputations else each[0] for key, each in found.items()}
    told |= _told_by_complete_answers(answered, surveyed_children, design, study)
    rows = [_rows(key, of_key, study) for key, of_key in told.items()]
    return _worded(pd.concat(rows, ignore_index=True), len(imputations))[list(TABLE.columns)]


def _columns(columns: pd.DataFrame, kind: str, study: Study) -> pd.DataFrame:
    """Return the columns of one kind of model, of all terms."""
    if kind == PRODUCTS:
        return placement.with_interactions(columns, study)
    return columns.drop(columns=placement.ONLY_OF_PLACED) if kind == WITHOUT_EARLIER else columns


def _told(
    answers: pd.DataFrame | None, surveyed_children: pd.DataFrame, design: Design, names: Names, study: Study
) -> list[tuple[Key, Told]]:
    """Return what one imputation's ``answers`` (none: nothing was missing) tell of ``names``, by outcome and model."""
    children = surveyed_children if answers is None else placement.completed(surveyed_children, answers)
    columns, found = placement.covariates(children, study), []
    for (outcome, kind), terms in names.items():
        fit = fits.fitted(_columns(columns, kind, study)[terms], children, outcome, design)
        level = WITHOUT_EARLIER if (outcome, kind) == (placement.PLACED, WITHOUT_EARLIER) else IMPUTED
        found.append(((outcome, level, INTERACTION if kind == PRODUCTS else ODDS_RATIO), fits.coefficients(fit)))
        if level == WITHOUT_EARLIER:
            found.append(((outcome, level, EFFECT), fits.marginal_effects(fit)))
            found.append(((outcome, level, FRACTION), fits.logs_of_what_is_left(fit, study)))
    return found


def _told_by_complete_answers(
    answered: pd.DataFrame, children: pd.DataFrame, design: Design, study: Study
) -> dict[Key, Told]:
    """Return what the children without any missing answer tell, where enough of them have the outcome."""
    told = {}
    is_complete = answered.notna().all(axis=1)
    for outcome, kind in ((placement.PLACED, ALL_TERMS), (placement.LIVES_IN_CARE, WITHOUT_EARLIER)):
        if placement.is_enough(children[is_complete], outcome, study):
            columns = _columns(answered, kind, study)
            names = placement.estimable(columns[is_complete], children[is_complete], outcome)
            fit = fits.fitted(columns[names].where(is_complete), children, outcome, design)
            told[outcome, COMPLETE, ODDS_RATIO] = fits.coefficients(fit)
    return told


def _rows(key: Key, told: Told, study: Study) -> pd.DataFrame:
    """Return one row a term that belongs to ``key``, missing where it could not be estimated."""
    outcome, level, measure = key
    found, in_unit = told.found, FROM_MODEL[measure]
    ends = np.sort(in_unit(np.stack(found.interval(study.intervals.confidence))), axis=0)
    numbers = pd.DataFrame(
        {
            "estimate": in_unit(found.estimate),
            "ci_low": ends[0],
            "ci_high": ends[1],
            "n": told.n,
            "df_residual": found.complete_df if isinstance(found, Pooled) else found.degrees_of_freedom,
            "fraction_missing": getattr(found, "fraction_missing", np.nan),
            "p_value": _p_values(found) if measure == INTERACTION else np.nan,
        },
        index=pd.Index(told.terms, name="term"),
    )
    named = _named(outcome, level, measure, study)
    rows = named.merge(numbers.reset_index(), on="term", how="left", validate="1:1")
    rows = rows.assign(position=[f"{place:02d}" for place in rows.index])
    return rows.assign(outcome=outcome, level=level, measure=measure, p_value=after_holm(rows["p_value"]))


def _named(outcome: str, level: str, measure: str, study: Study) -> pd.DataFrame:
    """Return ``term``, ``label`` and ``sort`` of what is told of a model."""
    terms = placement.terms(study, placement.LIVES_IN_CARE if level == WITHOUT_EARLIER else outcome)
    if measure == FRACTION:
        return pd.DataFrame({"term": effects.FRACTIONS.keys(), "label": effects.FRACTIONS.values(), "sort": ROOT_CAUSE})
    if measure == INTERACTION:
        labels = terms.set_index("term")["label"].to_dict() | {placement.POOR: "Identified poor"}
        pairs = study.placement_risk.interactions
        return pd.DataFrame(
            {
                "term": [placement.BETWEEN.join(pair) for pair in pairs],
                "label": [" x ".join(labels[one] for one in pair) for pair in pairs],
                "sort": INTERACTION,
            }
        )
    return terms[["term", "label"]].assign(sort=np.where(terms["is_root_cause"], ROOT_CAUSE, CORRELATE))


def _p_values(found: Estimated | Pooled) -> np.ndarray:
    return 2 * stats.t.sf(np.abs(found.estimate) / found.standard_error, found.degrees_of_freedom)


def _worded(rows: pd.DataFrame, n_imputations: int) -> pd.DataFrame:
    imputed = f"missing answers imputed {n_imputations} times" if n_imputations else "no answer was missing"
    how = {
        IMPUTED: imputed,
        WITHOUT_EARLIER: f"{imputed}; earlier placement is no term",
        COMPLETE: "children with every answer only",
    }
    note = "n: children; interval of the survey's design; " + rows["level"].map(how)
    left_out = "; left out: all are alike in it, or none of those it holds for has the outcome"
    return rows.assign(
        scale=rows["measure"].map(SCALES),
        note=note.mask(rows["estimate"].isna(), note + left_out),
    )
