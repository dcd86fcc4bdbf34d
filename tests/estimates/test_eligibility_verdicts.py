"""Eligibility verdicts: shares of children by their last referral; a child refused twice counts under both rules."""

import pandas as pd
import pytest

from analysis import sources
from analysis.clean import eligibility_rules
from analysis.estimates import eligibility_verdicts

RULES = eligibility_rules.TABLE.validated(sources.read("eligibility_rules_ruled"), "eligibility_rules")
RULES = RULES[RULES["rule_set"] == "support_of_orphans"]
ROWS = [  # child, referred, verdict, refused by, recorded
    (1, "2020-01-01", "refused", "needs_it", "accepted"),
    (1, "2021-01-01", "eligible", None, "accepted"),
    (2, "2021-01-01", "refused", "needs_it|is_a_child", "accepted"),
    (3, None, "refused", "needs_it", "rejected"),
    (4, "2021-01-01", "not known", None, "undecided"),
]


def estimated(rows: list[tuple]) -> pd.DataFrame:
    named = pd.DataFrame(rows, columns=["child", "referred_on", "verdict", "refused_by", "recorded"])
    keys = [f"{number:016x}" for number in range(len(named))]
    judged = named.assign(case_id=keys, child_key=named["child"].astype("str"), rule_set="support_of_orphans")
    judged = judged.assign(refused_by=named["refused_by"].astype("str"))
    cases = pd.DataFrame({"case_id": keys, "referred_on": pd.to_datetime(named["referred_on"])})
    table = eligibility_verdicts.build(judged.drop(columns="referred_on"), RULES, cases)
    return eligibility_verdicts.TABLE.validated(table, "eligibility_verdicts").set_index(["outcome", "level"])


def test_children_are_judged_by_their_last_referral():
    table = estimated(ROWS)
    assert table.loc["verdict"]["n_hits"].to_dict() == {"eligible": 1, "not known": 1, "refused": 2}
    assert set(table.loc["verdict"]["n"]) == {4}


def test_a_child_refused_by_two_rules_counts_under_both():
    refusing = estimated(ROWS).loc["refused by the rule"]
    assert refusing["n_hits"].to_dict() == {"a_parent_is_missing": 0, "needs_it": 2, "is_a_child": 1}
    assert refusing.loc["needs_it", "label"] == "neither in residential care nor at risk"


def test_the_share_accepted_is_of_those_who_were_answered():
    accepted = estimated(ROWS).loc["accepted by the agency"]
    assert accepted.loc["refused", ["n", "n_hits"]].tolist() == [2, 1]
    assert accepted.loc["refused", "estimate"] == pytest.approx(0.5)
    assert accepted.loc["not known", "n"] == 0


def test_without_a_case_there_is_no_row():
    assert estimated([]).empty
