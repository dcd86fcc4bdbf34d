"""Eligibility verdicts: what rules of eligibility say of the children in the records, and why they refuse.

Estimand: shares of the children in the records, each by the case referred last; no sample is behind them, so they have
no interval. Rows: the verdict under each set of rules; the children that a rule refuses (a child may be refused for
several reasons); and, of those whose referral was answered, the share that the agency accepted, by verdict.
ASSUME: the facts of a case are as on the day of its referral.
"""

from collections.abc import Iterator

import pandas as pd

from analysis.contract import Column, estimate_table
from analysis.features.eligibility import ELIGIBLE, NOT_KNOWN, REFUSED

VERDICT, REASON, ACCEPTED = "verdict", "refused by the rule", "accepted by the agency"
VERDICTS = (ELIGIBLE, NOT_KNOWN, REFUSED)
OF_ALL, OF_SOME = "share of children", "share"
NOTES = {
    VERDICT: "share of the children in the records, by their last referral; no sample, so no interval",
    REASON: "share of the children in the records whom the rule refuses; a child may be refused by several rules",
    ACCEPTED: "of the children with this verdict whose referral was accepted or rejected, the share accepted",
}

TABLE = estimate_table(
    one_row_is="a verdict, a reason for refusal or a share accepted, under one set of rules",
    extra={
        "label": Column("str", "the level in words"),
        "n_hits": Column("Int64", "children of whom it holds", unit="children", ge=0),
    },
)


def build(eligibility: pd.DataFrame, eligibility_rules: pd.DataFrame, cases: pd.DataFrame) -> pd.DataFrame:
    """Return the shares under every set of rules; no row without a case."""
    if eligibility.empty:
        return pd.DataFrame(columns=list(TABLE.columns))
    days = cases[["case_id", "referred_on"]]
    last = (
        eligibility.merge(days, on="case_id", validate="m:1")
        .sort_values(["referred_on", "case_id"], na_position="first")
        .drop_duplicates(["child_key", "rule_set"], keep="last")
    )
    rows = [
        row | {"term": name}
        for name, rules in eligibility_rules.groupby("rule_set")
        for row in _under(last[last["rule_set"] == name], rules)
    ]
    return pd.DataFrame(rows).reindex(columns=list(TABLE.columns))


def _under(judged: pd.DataFrame, rules: pd.DataFrame) -> Iterator[dict]:
    """Yield the rows of one set of rules."""
    for verdict in VERDICTS:
        yield _share(VERDICT, OF_ALL, verdict, judged["verdict"].eq(verdict))
    for rule in rules.itertuples():
        refused = judged["refused_by"].str.split("|").explode().eq(rule.rule).groupby(level=0).any()
        yield _share(REASON, OF_SOME, rule.rule, refused) | {"label": rule.reason}
    answered = judged[judged["recorded"] != "undecided"]
    for verdict in VERDICTS:
        of_verdict = answered[answered["verdict"] == verdict]
        yield _share(ACCEPTED, OF_SOME, verdict, of_verdict["recorded"].eq("accepted"))


def _share(outcome: str, scale: str, level: str, holds: pd.Series) -> dict:
    n, n_hits = len(holds), int(holds.sum())
    return {"outcome": outcome, "scale": scale, "level": level, "label": level, "note": NOTES[outcome]} | {
        **{"n": n, "n_hits": n_hits, "estimate": n_hits / n if n else None},
    }
