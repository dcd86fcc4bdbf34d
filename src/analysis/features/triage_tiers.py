"""Triage tiers: one row a finished assessment that has a tier rule, with the tier worked out from its scores.

The tier stands beside the worker's, never in its place. The worker's tier is the one the case was exported with: the
systems' exports give it no date, so that its history cannot be told; that of the recomputed tier can.

Drafts are left out, and so are instruments without a rule in ``study.toml``. ASSUME: an assessment of which nobody
said whether it was finished was. Protection concerns and urgent concerns would raise a tier too; the exports that are
read date neither, so the rule here is that of the scores alone.
"""

import pandas as pd

from analysis.contract import Column, Table
from analysis.imported import allowed
from analysis.imported.assessments import TABLE as ASSESSMENTS
from analysis.imported.cases import TABLE as CASES
from analysis.study import Study

TIERS = ("high", "medium", "low", "unknown")
UNKNOWN = "unknown"
OF_CASE = ("case_id", "child_key", "org_code", "risk_level")

TABLE = Table(
    one_row_is="a finished assessment of an instrument with a tier rule",
    key=("assessment_id", "instrument"),
    columns={
        "assessment_id": ASSESSMENTS.columns["assessment_id"],
        "instrument": Column("str", "which set of domains", isin=allowed.INSTRUMENT),
        "case_id": ASSESSMENTS.columns["case_id"],
        "child_key": CASES.columns["child_key"],
        "source_system": ASSESSMENTS.columns["source_system"],
        "agency": Column("str", "the agency as a code, or unknown"),
        "assessed_on": Column("datetime64[us]", "day of the assessment", nullable=True),
        "assessment_no": Column(
            "Int64", "place among the dated assessments of the case with a tier, 1 the first", ge=1, nullable=True
        ),
        "is_last": Column("boolean", "the last of these; missing without a date or a tier", nullable=True),
        "n_scored": Column("Int64", "domains with a score", unit="domains", ge=0),
        "n_lowest": Column("Int64", "domains scored 1", unit="domains", ge=0),
        "n_red_low": Column("Int64", "red domains scored 2", unit="domains", ge=0),
        "n_other_low": Column("Int64", "other domains scored 2", unit="domains", ge=0),
        "n_red_middling": Column("Int64", "red domains scored 3", unit="domains", ge=0),
        "tier": Column("str", "tier from the scores; unknown with too few of them", isin=TIERS),
        "worker_tier": Column("str", "the worker's tier of the case, undated", isin=allowed.RISK_LEVEL),
    },
)


def build(assessments: pd.DataFrame, cases: pd.DataFrame, study: Study) -> pd.DataFrame:
    """Return finished assessments with their recomputed tier, numbered within the case, beside the worker's."""
    rules = study.triage
    return (
        assessments.pipe(_keep_finished, rules)
        .pipe(_counted, rules)
        .pipe(_attach_tier, rules)
        .pipe(_attach_case, cases)
        .pipe(_numbered)[list(TABLE.columns)]
    )


def _keep_finished(assessments: pd.DataFrame, rules: Study) -> pd.DataFrame:
    is_ruled = assessments["instrument"].isin(list(rules.red_domains))
    return assessments[is_ruled & assessments["completed"].fillna(True)]


def _counted(domains: pd.DataFrame, rules: Study) -> pd.DataFrame:
    """Return one row an assessment with the numbers of domains that the rule asks for."""
    red = pd.MultiIndex.from_tuples([(name, domain) for name, found in rules.red_domains.items() for domain in found])
    is_red = pd.MultiIndex.from_frame(domains[["instrument", "domain_code"]]).isin(red)
    score = domains["score"]
    marked = domains.assign(
        n_scored=score.notna(),
        n_lowest=(score == 1).fillna(False),
        n_red_low=(score == 2).fillna(False) & is_red,
        n_other_low=(score == 2).fillna(False) & ~is_red,
        n_red_middling=(score == 3).fillna(False) & is_red,
    )
    counts = ["n_scored", "n_lowest", "n_red_low", "n_other_low", "n_red_middling"]
    by = ["assessment_id", "instrument", "case_id", "source_system"]
    first = marked.groupby(by, as_index=False)["assessed_on"].min()
    return first.merge(marked.groupby(by, as_index=False)[counts].sum(), on=by, validate="1:1")


def _attach_tier(counted: pd.DataFrame, rules: Study) -> pd.DataFrame:
    """Add the tier: high before medium before low, so that one score of 1 decides."""
    is_high = (counted["n_lowest"] > 0) | (counted["n_red_low"] > 0)
    is_medium = (counted["n_other_low"] > 0) | (counted["n_red_middling"] >= rules.red_middling_for_medium)
    tier = pd.Series("low", counted.index, dtype="str").mask(is_medium, "medium").mask(is_high, "high")
    return counted.assign(tier=tier.mask(counted["n_scored"] < rules.least_domains, UNKNOWN))


def _attach_case(tiers: pd.DataFrame, cases: pd.DataFrame) -> pd.DataFrame:
    """Add whose case it is, and the worker's tier."""
    of_case = cases[list(OF_CASE)].rename(columns={"org_code": "agency", "risk_level": "worker_tier"})
    return tiers.merge(of_case.fillna({"agency": UNKNOWN}), on="case_id", how="inner", validate="m:1")


def _numbered(tiers: pd.DataFrame) -> pd.DataFrame:
    """Add the place of an assessment among those of its case and instrument that have a day and a tier."""
    in_order = tiers.sort_values(["case_id", "instrument", "assessed_on", "assessment_id"], ignore_index=True)
    is_placed = in_order["assessed_on"].notna() & (in_order["tier"] != UNKNOWN)
    placed = in_order[is_placed].groupby(["case_id", "instrument"])
    number, n_of_case = placed.cumcount() + 1, placed["tier"].transform("size")
    is_last = (number == n_of_case).astype("boolean")
    return in_order.assign(
        assessment_no=number.astype("Int64").reindex(in_order.index), is_last=is_last.reindex(in_order.index)
    )
