"""National totals: a total of children in residential care, as printed or under a stated assumption of ours.

Printed totals stand side by side with their definitions and methods. The estimation study's total is expanded again
from its sample, with the interval of its own one-rate model and with those it has if communes differ.
"""

import pandas as pd

from analysis.columns import GRADE, SOURCE_ID
from analysis.contract import Column, estimate_table
from analysis.models.expansion import (
    between_cluster_interval,
    cv_from_facilities,
    expansion_factor,
    one_rate_interval,
    overdispersion,
)
from analysis.study import Study

PRINTED, DERIVED = "printed", "sum of printed numbers"
ONE_RATE, ALIKE = "one rate for all communes", "communes alike, facilities unequal"
CHILD_COUNTS = ("n_children", "n_children_under_18", "n_children_and_young_people")
ABOUT_CHILDREN = ("mapping", "care_trend", "estimation_study")
ABOUT_CLAIM = ["population", "definition", "method", "period", "grade", "source_id", "value_printed"]
COMMUNES, CHILDREN, INSTITUTIONS = "study-communes", "study-children", "study-institutions"  # of the sample
ALL_CHILDREN, ALL_INSTITUTIONS = "study-national-children", "study-national-institutions"

TABLE = estimate_table(
    one_row_is="a total under one claim and one way to its interval",
    extra={
        "is_printed": Column("boolean", "whether the estimate stands in print; if not it is ours"),
        "population": Column("str", "whom or what the number is about"),
        "definition": Column("str", "what is counted"),
        "method": Column("str", "how the printed number came about"),
        "period": Column("str", "when it held; missing if not stated", nullable=True),
        "grade": GRADE,
        "source_id": SOURCE_ID,
        "value_printed": Column("str", "as printed, its words kept"),
        "commune_cv": Column("Float64", "assumed coefficient of variation of communes' rates", ge=0, nullable=True),
        "overdispersion": Column("Float64", "variance of the sampled count over that of Poisson", ge=1, nullable=True),
    },
)


def build(claims: pd.DataFrame, study: Study) -> pd.DataFrame:
    """Return the printed totals of Cambodia and the world, and the estimation study expanded again."""
    totals = claims[claims["indicator"].isin(CHILD_COUNTS) & claims["value"].notna()]
    cambodia = totals[totals["topic"].isin(ABOUT_CHILDREN) & (totals["place"] == "cambodia")]
    world = totals[(totals["topic"] == "global") & (totals["place"] == "world")]
    institutions = claims[claims["claim_id"] == ALL_INSTITUTIONS]
    return pd.concat(
        [
            _printed_rows(cambodia, claims, "n_children_in_residential_care"),
            _printed_rows(world, claims, "n_children_in_residential_care_worldwide").pipe(_in_millions),
            _printed_rows(institutions, claims, "n_facilities"),
            _expanded_rows(claims, study),
        ]
    )


def _printed_rows(totals: pd.DataFrame, claims: pd.DataFrame, outcome: str) -> pd.DataFrame:
    """Return the ``totals`` as printed, with the ends of their intervals only where ``claims`` has these in print."""
    value_of = claims.set_index("claim_id")["value"]
    is_derived = totals["grade"] == "C"
    rows = pd.DataFrame(
        {
            "outcome": outcome,
            "term": totals["claim_id"],
            "level": is_derived.map({True: DERIVED, False: PRINTED}),
            "scale": totals["unit"],
            "estimate": totals["value"],
            "ci_low": (totals["claim_id"] + "-low").map(value_of),
            "ci_high": (totals["claim_id"] + "-high").map(value_of),
            "is_printed": ~is_derived,
            **{column: totals[column] for column in ABOUT_CLAIM},
        }
    )
    interval = (
        rows["ci_low"]
        .notna()
        .map({True: "The interval is printed.", False: "No interval is printed in the text seen."})
    )
    remark = (" In the ledger: " + totals["note"].astype("str") + ".").fillna("")
    return rows.assign(note=interval + remark)


def _in_millions(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the rows in millions, as they are printed."""
    numbers = {column: rows[column] / 1_000_000 for column in ("estimate", "ci_low", "ci_high")}
    return rows.assign(scale="millions", **numbers)


def _expanded_rows(claims: pd.DataFrame, study: Study) -> pd.DataFrame:
    """Return the study's expansion done again: the factor, both totals by one rate, and children if communes differ."""
    printed = claims.set_index("claim_id")
    n_communes, n_children, n_institutions = (
        int(printed.loc[claim, "value"]) for claim in (COMMUNES, CHILDREN, INSTITUTIONS)
    )
    factor = expansion_factor(printed.loc[ALL_CHILDREN, "value"], n_children)
    floor = cv_from_facilities(n_institutions, study.care_rates.facility_size_cv, n_communes)
    cvs = {ALIKE: floor} | {f"communes differ, cv {cv:g}": cv for cv in study.national_totals.commune_cvs}
    rows = [
        _one_rate_row(ALL_CHILDREN, "n_children_in_residential_care", "children", n_children, factor, study),
        _one_rate_row(ALL_INSTITUTIONS, "n_facilities", "facilities", n_institutions, factor, study),
        _factor_row(ALL_CHILDREN, printed, n_children),
        _factor_row(ALL_INSTITUTIONS, printed, n_institutions),
        *(_commune_row(level, cv, n_children, n_communes, factor, study) for level, cv in cvs.items()),
    ]
    about = printed[ABOUT_CLAIM].reset_index(names="term")
    return pd.DataFrame(rows).assign(is_printed=False).merge(about, on="term", validate="m:1")


def _one_rate_row(term: str, outcome: str, scale: str, count: int, factor: float, study: Study) -> dict:
    low, high = one_rate_interval(count, factor, study.intervals.confidence)
    return {
        "outcome": outcome,
        "term": term,
        "level": ONE_RATE,
        "scale": scale,
        "estimate": factor * count,
        "ci_low": low,
        "ci_high": high,
        "n": count,
        "commune_cv": 0.0,
        "overdispersion": 1.0,
        "note": f"Ours, not the study's: {count:,} counted, times the factor that gives the printed children. "
        "The interval is that of a Poisson count alone: every commune taken to have the same rate.",
    }


def _factor_row(term: str, printed: pd.DataFrame, count: int) -> dict:
    return {
        "outcome": "expansion_factor",
        "term": term,
        "level": "printed total over sampled count",
        "scale": "ratio",
        "estimate": expansion_factor(printed.loc[term, "value"], count),
        "n": count,
        "note": "Ours: a quotient of two printed numbers, so no interval. Children and institutions "
        "give nearly the same factor: one rate was expanded.",
    }


def _commune_row(level: str, cv: float, count: int, n_communes: int, factor: float, study: Study) -> dict:
    low, high = between_cluster_interval(count, factor, n_communes, cv, study.intervals.confidence)
    assumed = (
        f"one rate held in all {n_communes} communes and institutions of unequal size lay in them at random: their "
        f"counts of children then vary with a coefficient of variation of {cv:.2g}. A floor: communes differ besides"
        if level == ALIKE
        else f"rates of the {n_communes} communes vary with a coefficient of variation of {cv:.2g}; what it is we "
        "found nowhere in print"
    )
    return {
        "outcome": "n_children_in_residential_care",
        "term": ALL_CHILDREN,
        "level": level,
        "scale": "children",
        "estimate": factor * count,
        "ci_low": low,
        "ci_high": high,
        "n": count,
        "commune_cv": cv,
        "overdispersion": overdispersion(count, n_communes, cv),
        "note": f"Ours, not the study's: the interval if {assumed}. It covers the draw of communes, not the choice of "
        "districts, and is right only if the variation is.",
    }
