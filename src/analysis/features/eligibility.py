"""Eligibility: one row a case under one set of rules: eligible, refused with the reasons, or not known.

Rules are data (``data/raw/rulings/eligibility_rules_ruled.csv``). A rule asks for one fact of the case on the day of
its referral; a fact that is not recorded leaves the rule open, and a case with an open rule is never called eligible.
The table says what the rules say, not what anybody decided: what the agency recorded stands beside it.
"""

from typing import Any

import pandas as pd

from analysis.contract import Column, Table
from analysis.features._eligibility_facts import FACTS, facts_of
from analysis.imported.cases import TABLE as CASES
from analysis.study import Study

ELIGIBLE, REFUSED, NOT_KNOWN = "eligible", "refused", "not known"
RECORDED = ("accepted", "rejected", "undecided")
MET = {"accepts": True, "refuses": False}

TABLE = Table(
    one_row_is="a case under one set of rules",
    key=("case_id", "rule_set"),
    columns={
        "case_id": CASES.columns["case_id"],
        "child_key": CASES.columns["child_key"],
        "org_code": CASES.columns["org_code"],
        "rule_set": Column("str", "the set of rules"),
        **{name: Column("str", text, isin=values) for name, (text, values) in FACTS.items()},
        "verdict": Column("str", "what the rules say", isin=(ELIGIBLE, REFUSED, NOT_KNOWN)),
        "refused_by": Column("str", "rules that the case does not meet, joined by |", nullable=True),
        "left_open_by": Column("str", "rules whose fact is not recorded, joined by |", nullable=True),
        "recorded": Column("str", "what the agency recorded of the referral", isin=RECORDED),
    },
)


class RuleError(ValueError):
    """A rule that asks for what no case has, or lists an answer twice or one that cannot be."""


def build(
    cases: pd.DataFrame,
    children: pd.DataFrame,
    placements: pd.DataFrame,
    eligibility_rules: pd.DataFrame,
    study: Study,
) -> pd.DataFrame:
    """Return every case under every set of rules; raise ``RuleError`` for a rule that cannot be asked."""
    _check(eligibility_rules)
    known = facts_of(cases, children, placements, study)
    known = known.assign(recorded=_recorded(known))
    judged = [_under(name, rules, known) for name, rules in eligibility_rules.groupby("rule_set")]
    return pd.concat(judged).sort_values(["case_id", "rule_set"], ignore_index=True)[list(TABLE.columns)]


def _under(rule_set: str, rules: pd.DataFrame, known: pd.DataFrame) -> pd.DataFrame:
    """Return the verdict on every case under one set of rules."""
    met = pd.DataFrame({rule.rule: known[rule.asks].map(_meets(rule)) for rule in rules.itertuples()}, dtype="boolean")
    is_refused, is_open = met.eq(False).fillna(False), met.isna()
    verdict = pd.Series(ELIGIBLE, known.index, dtype="str").mask(is_open.any(axis=1), NOT_KNOWN)
    return known.assign(
        rule_set=rule_set,
        verdict=verdict.mask(is_refused.any(axis=1), REFUSED),
        refused_by=_joined(is_refused),
        left_open_by=_joined(is_open),
    )


def _meets(rule: Any) -> dict[str, bool]:
    """Return by answer whether it meets the rule; an answer in neither list leaves it open."""
    return {answer: met for column, met in MET.items() for answer in getattr(rule, column).split("|")}


def _joined(flags: pd.DataFrame) -> pd.Series:
    """Return the names of the columns that are true, joined by |; missing where none is."""
    names = pd.Series("", flags.index, dtype="str")
    for name, is_true in flags.items():
        names = names.mask(is_true, names + "|" + str(name))
    return names.str.removeprefix("|").replace("", None)


def _check(rules: pd.DataFrame) -> None:
    """Raise ``RuleError`` that names the rules that cannot be asked, and what could be."""
    faults = []
    for rule in rules.itertuples():
        name, listed = f"{rule.rule_set}/{rule.rule}", f"{rule.accepts}|{rule.refuses}".split("|")
        if rule.asks not in FACTS:
            faults.append(f"{name} asks for {rule.asks}; a case has {', '.join(FACTS)}")
            continue
        foreign = sorted(set(listed) - set(FACTS[rule.asks][1]))
        if foreign or len(set(listed)) < len(listed):
            what = f"lists {', '.join(foreign)}" if foreign else "lists an answer twice"
            faults.append(f"{name} {what}; {rule.asks} is one of {', '.join(FACTS[rule.asks][1])}")
    if faults:
        raise RuleError("eligibility_rules_ruled.csv: " + "; ".join(faults))


def _recorded(cases: pd.DataFrame) -> pd.Series:
    """Return what the agency recorded: a rejected referral, an accepted one, or neither."""
    is_accepted = cases["accepted_on"].notna() | cases["status"].isin(["accepted", "active"])
    recorded = pd.Series("undecided", cases.index, dtype="str").mask(is_accepted, "accepted")
    return recorded.mask(cases["closure_circumstance"].eq("rejected").fillna(False), "rejected")
