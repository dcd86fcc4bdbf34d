"""Eligibility: a verdict from facts and rules, with reasons; what is not recorded leaves it open."""

import pandas as pd
import pytest

from analysis import sources, study
from analysis.clean import eligibility_rules
from analysis.features import eligibility
from analysis.features.eligibility import ELIGIBLE, NOT_KNOWN, REFUSED

STUDY = study.load()
RULES = eligibility_rules.TABLE.validated(sources.read("eligibility_rules_ruled"), "eligibility_rules")
KEYS = [f"{number:016x}" for number in range(1, 20)]


def case(**facts) -> dict:
    return {
        "org_code": "A01", "programme": "unknown", "referred_on": "2021-05-01", "accepted_on": None, "status": "active",
        "risk_level": "unknown", "age_at_referral_years": 10, "closure_circumstance": None,
        "orphan_status": "double_orphan", "stays": (),
    } | facts  # fmt: skip


def judged(*recorded: dict, rules: pd.DataFrame = RULES, choices: study.Study = STUDY) -> pd.DataFrame:
    """Return the verdicts on these cases, each of a child of its own."""
    rows = pd.DataFrame(recorded).assign(case_id=KEYS[: len(recorded)], child_key=KEYS[: len(recorded)])
    rows = rows.assign(
        referred_on=pd.to_datetime(rows["referred_on"]).astype("datetime64[us]"),
        accepted_on=pd.to_datetime(rows["accepted_on"]).astype("datetime64[us]"),
        age_at_referral_years=rows["age_at_referral_years"].astype("Int64"),
        closure_circumstance=rows["closure_circumstance"].astype("str"),
    )
    stays = pd.DataFrame(
        [(key, *stay) for key, own in zip(rows["child_key"], rows["stays"], strict=True) for stay in own],
        columns=["child_key", "care_type", "start_on", "end_on"],
    ).astype({"child_key": "str", "care_type": "str", "start_on": "datetime64[us]", "end_on": "datetime64[us]"})
    built = eligibility.build(
        rows.drop(columns=["orphan_status", "stays"]), rows[["child_key", "orphan_status"]], stays, rules, choices
    )
    return eligibility.TABLE.validated(built, "eligibility")


def verdict(rule_set: str, **facts) -> tuple[str, str | None, str | None]:
    row = judged(case(**facts)).set_index("rule_set").loc[rule_set]
    return tuple(None if pd.isna(row[name]) else row[name] for name in ("verdict", "refused_by", "left_open_by"))


CARE, ENDED, HOME = ("rci", "2019-01-01", None), ("rci", "2019-01-01", "2020-01-01"), ("kinship", "2019-01-01", None)


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({"stays": (CARE,)}, (ELIGIBLE, None, None)),
        ({"stays": (CARE,), "orphan_status": "both_alive"}, (REFUSED, "a_parent_is_missing", None)),
        ({"stays": (CARE,), "orphan_status": "unknown"}, (NOT_KNOWN, None, "a_parent_is_missing")),
        ({"stays": (ENDED,), "risk_level": "low"}, (REFUSED, "needs_it", None)),
        ({"stays": (HOME,), "risk_level": "medium"}, (ELIGIBLE, None, None)),
        ({"stays": (HOME,), "risk_level": "unknown"}, (NOT_KNOWN, None, "needs_it")),
        ({"risk_level": "high"}, (ELIGIBLE, None, None)),
        ({"risk_level": "low"}, (NOT_KNOWN, None, "needs_it")),
        ({"programme": "prevention"}, (ELIGIBLE, None, None)),
        ({"stays": (CARE,), "age_at_referral_years": 18}, (REFUSED, "is_a_child", None)),
        ({"stays": (CARE,), "age_at_referral_years": None}, (NOT_KNOWN, None, "is_a_child")),
        (
            {"orphan_status": "both_alive", "age_at_referral_years": 19},
            (REFUSED, "a_parent_is_missing|is_a_child", "needs_it"),
        ),
    ],
)
def test_a_verdict_has_its_reasons_and_unknown_is_never_eligible(facts, expected):
    assert verdict("support_of_orphans", **facts) == expected


def test_who_may_be_in_care_is_neither_eligible_nor_refused_as_in_care():
    assert verdict("reintegration", risk_level="high") == (NOT_KNOWN, None, "is_in_care")
    assert verdict("reintegration", stays=(CARE,)) == (ELIGIBLE, None, None)
    assert verdict("reintegration", stays=(ENDED,), risk_level="high") == (REFUSED, "is_in_care", None)


def test_what_the_agency_recorded_stands_beside_the_rules():
    recorded = judged(
        case(accepted_on="2021-05-03"), case(closure_circumstance="rejected", status="closed"), case(status="referred")
    )
    by_case = recorded.drop_duplicates("case_id").set_index("case_id")["recorded"]
    assert by_case.loc[KEYS[:3]].tolist() == ["accepted", "rejected", "undecided"]


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"asks": "income"}, "asks for income; a case has orphan_status, situation, age_group"),
        ({"accepts": "half_orphan"}, "lists half_orphan; orphan_status is one of both_alive"),
        ({"accepts": "both_alive"}, "lists an answer twice"),
    ],
)
def test_a_rule_that_cannot_be_asked_is_named(changed, said):
    wrong = RULES[RULES["rule"] == "a_parent_is_missing"].assign(**changed)
    with pytest.raises(eligibility.RuleError, match=f"support_of_orphans/a_parent_is_missing {said}"):
        judged(case(), rules=wrong)


def test_no_case_gives_no_row():
    cases = pd.DataFrame(columns=[*list(case())[:-2], "case_id", "child_key"]).astype(
        {"case_id": "str", "child_key": "str", "org_code": "str", "programme": "str", "risk_level": "str"}
        | {"referred_on": "datetime64[us]", "accepted_on": "datetime64[us]", "age_at_referral_years": "Int64"}
    )
    children = pd.DataFrame({"child_key": [], "orphan_status": []}, dtype="str")
    stays = pd.DataFrame({"child_key": [], "care_type": []}, dtype="str").assign(
        start_on=pd.Series([], dtype="datetime64[us]"), end_on=pd.Series([], dtype="datetime64[us]")
    )
    assert eligibility.build(cases, children, stays, RULES, STUDY).empty
