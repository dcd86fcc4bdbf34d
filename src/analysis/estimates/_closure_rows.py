"""Rows of ``wellbeing_change`` about the criteria of follow-up forms, and about how ready cases are to be closed."""

from collections.abc import Iterator
from typing import Any

import pandas as pd

from analysis.estimates import _wellbeing_rows as rows_of
from analysis.study import Study

VIOLENCE, ALL_FIVE = "crit_violence", "five_criteria"  # violence is told only together with the others
CONDITIONS = {
    "is_rule_met": "Points of the form's rule reached",
    "has_no_weak_item": "No weak item",
    "is_long_home": "Long enough at home",
    "is_ready": "All three conditions",
}
CLOSED, OPEN = "closed with goals met", "open"
MET, MAY_BE_MET, LAST = "met", "met or left open", "last"
Row = dict[str, Any]


def last_answers(follow_ups: pd.DataFrame, cases: pd.DataFrame, spells: pd.DataFrame, rules: Study) -> pd.DataFrame:
    """Return the last contact after a child's first return at which any criterion was answered, one row a child."""
    home = spells.sort_values("return_no").drop_duplicates("child_key")[["child_key", "returned_on"]]
    of_case = cases[["case_id", "child_key"]].assign(agency=cases["org_code"].fillna("unknown"))
    is_answered = follow_ups[[*rules.criteria, VIOLENCE]].notna().any(axis=1) & follow_ups["done_on"].notna()
    told = (
        follow_ups[is_answered].merge(of_case, on="case_id", validate="m:1").merge(home, on="child_key", validate="m:1")
    )
    later = told[told["done_on"] > told["returned_on"]].sort_values(["done_on", "followup_id"])
    last = later.drop_duplicates("child_key", keep="last")
    return last.assign(**{ALL_FIVE: _all_hold(last[[*rules.criteria, VIOLENCE]])})


def _all_hold(answers: pd.DataFrame) -> pd.Series:
    """Return whether all hold, missing where any is: one no would be known sooner than five yes."""
    return answers.fillna(False).all(axis=1).astype("boolean").mask(answers.isna().any(axis=1))


def of_criteria(answers: pd.DataFrame, rules: Study, confidence: float) -> Iterator[Row]:
    """Yield the share of children with each criterion met at the last contact, of those with an answer."""
    for term, label in {**rules.criteria, ALL_FIVE: "All five, violence among them"}.items():
        numbers = rows_of.share(answers[answers[term].notna()], term, confidence)
        yield {"term": term, "label": label, "wave": LAST, "measure": MET, **numbers}


def of_readiness(readiness: pd.DataFrame, rules: Study, confidence: float) -> Iterator[Row]:
    """Yield the shares of cases, closed with goals met and open, in which each condition held, and may have held.

    The two shares are of all cases: the first takes what is left open for no, the second for yes.
    """
    for form in rules.forms:
        rated = readiness[readiness["form"] == form]
        groups = {CLOSED: rated["was_closed_with_goals_met"], OPEN: ~rated["is_closed"]}
        for level, is_in in groups.items():
            cases = rated[is_in.astype("bool")]
            for term, label in CONDITIONS.items():
                common = {"outcome": form, "term": term, "level": level, "label": label, "wave": LAST}
                for measure, if_open in ((MET, False), (MAY_BE_MET, True)):
                    told = cases.assign(hit=cases[term].fillna(if_open))
                    yield {**common, "measure": measure, **rows_of.share(told, "hit", confidence)}
