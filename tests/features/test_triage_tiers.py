"""The recomputed tier: one low score decides, red domains weigh more, drafts stay out."""

import pandas as pd

from analysis import study
from analysis.features import triage_tiers
from analysis.imported.assessments import TABLE as ASSESSMENTS
from analysis.imported.cases import TABLE as CASES

CASE, CHILD = "c" * 16, "d" * 16
CSI = ("1A", "1B", "2A", "2B", "3A", "3B", "4A", "4B", "5A", "5B", "6A", "6B")
PRIMERO = (
    *("physical_health", "mental_health", "safety_and_security", "food_shelter_and_clothes", "education"),
    *("family_relations", "social_relations", "legal_documents"),
)


def assessment(number=1, on="2023-05-01", completed=True, instrument="csi12", domains=CSI, case=CASE, **scores):
    """Return the rows of an assessment in which every domain is scored 4 but for ``scores``."""
    named = {domain.replace("d", "", 1) if domain[0] == "d" else domain: score for domain, score in scores.items()}
    return [
        {
            "assessment_id": f"{number:016x}", "case_id": case, "source_system": "oscar", "instrument": instrument,
            "instrument_version": "12", "assessed_on": on, "completed": completed, "domain_code": domain,
            "score": named.get(domain, 4),
        }
        for domain in domains
    ]  # fmt: skip


def case(key=CASE, org="A01", tier="medium"):
    unknown = dict.fromkeys(("programme", "referral_source", "status", "separation_reason", "harm_history"), "unknown")
    told = {"case_id": key, "child_key": CHILD, "source_system": "oscar", "org_code": org, "risk_level": tier}
    return told | unknown | {"use_allowed": "yes"}


def table(contract, rows):
    """Return the rows typed as the contract says, unchecked: checking costs more than all of the rest."""
    frame = pd.DataFrame(rows).reindex(columns=list(contract.columns))
    return frame.astype({name: column.dtype for name, column in contract.columns.items()})


def built(*assessments, cases=None, **changed):
    choices = study.load()
    for path, value in changed.items():
        choices = choices.changed(f"triage.{path}", value)
    rows = [row for found in assessments for row in found]
    made = triage_tiers.build(table(ASSESSMENTS, rows), table(CASES, cases or [case()]), choices)
    return made.sort_values("assessment_id", ignore_index=True)


TIERS = [
    ({}, "low"),
    ({"d1B": 3, "d2A": 3, "d4B": 3}, "low"),  # middling outside the red domains
    ({"d1A": 3}, "low"),  # one red domain middling
    ({"d1A": 3, "d6B": 3}, "medium"),
    ({"d5A": 2}, "medium"),
    ({"d3B": 2}, "high"),  # red
    ({"d6B": 2}, "high"),
    ({"d5A": 1}, "high"),  # any score of 1
    ({"d5A": 2, "d1A": 2}, "high"),
]


def test_the_tier_follows_the_rule_and_the_table_its_contract():
    found = built(*(assessment(number, **scores) for number, (scores, _) in enumerate(TIERS)))
    told = triage_tiers.TABLE.validated(found, "triage_tiers")["tier"]
    assert told.tolist() == [tier for _, tier in TIERS]


def test_with_fewer_than_eight_domains_scored_the_tier_is_unknown_even_with_a_1():
    few = [dict(row, score=None) if place >= 7 else row for place, row in enumerate(assessment(d1A=1))]
    eight = [dict(row, score=None) if place >= 8 else row for place, row in enumerate(assessment(d1A=1))]
    assert built(few)[["tier", "n_scored"]].iloc[0].tolist() == ["unknown", 7]
    assert built(eight)["tier"].tolist() == ["high"]


def test_red_domains_of_primero_are_its_own():
    found = built(
        assessment(1, instrument="primero_kh_child", domains=PRIMERO, education=2),
        assessment(2, instrument="primero_kh_child", domains=PRIMERO, mental_health=2),
    )
    assert found["tier"].tolist() == ["high", "medium"]


def test_drafts_are_out_and_who_did_not_say_whether_it_was_finished_is_in():
    found = built(assessment(1, completed=False), assessment(2, completed=True), assessment(3, completed=None))
    assert found["assessment_id"].str[-1].tolist() == ["2", "3"]


def test_an_instrument_without_a_rule_has_no_tier():
    assert built(assessment(instrument="custom", domains=("a", "b")), assessment(2)).shape[0] == 1


def test_assessments_are_numbered_by_day_and_those_without_a_day_or_tier_have_no_place():
    few = [dict(row, score=None) for row in assessment(4, on="2022-01-01")]
    found = built(
        assessment(1, on="2023-09-01"), assessment(2, on="2023-01-01"), assessment(3, on=None), few
    ).set_index("assessment_id")
    assert found["assessment_no"].fillna(0).tolist() == [2, 1, 0, 0]
    assert found["is_last"].fillna(False).tolist() == [True, False, False, False]


def test_the_workers_tier_and_an_unknown_agency_stand_beside():
    found = built(assessment(), cases=[case(org=None, tier="no_action")]).iloc[0]
    assert (found["worker_tier"], found["agency"], found["child_key"]) == ("no_action", "unknown", CHILD)


def test_another_number_of_domains_changes_the_tier():
    few = [dict(row, score=None) if place >= 7 else row for place, row in enumerate(assessment(d1A=1))]
    assert built(few, least_domains=7)["tier"].tolist() == ["high"]


def test_no_assessment_gives_an_empty_table():
    assert built().empty
