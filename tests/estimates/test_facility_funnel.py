"""A facility is at a step with yes, no or unknown; a no stays a no, and unknown is neither."""

import pandas as pd
import pytest

from analysis.estimates import facility_funnel

REGULATION = pd.DataFrame(
    {
        "outcome": ["registered_share", "agreement_share", "inspected_share", "agreement_share"],
        "term": ["mapping", "mapping", "mapping", "study"],
        "estimate": [0.88, 0.79, 0.62, 0.68],
        "n": pd.array([406, 406, 406, None], "Int64"),
    }
)


def facility(registration="mosvy", mou="valid", inspected=True, authorised=True, kind="rci", round_id="2015"):
    return {
        "facility_type": kind,
        "round_id": round_id,
        "registration_status": registration,
        "mou_status": mou,
        "inspected": inspected,
        "authorised": authorised,
    }


def built(*facilities: dict) -> pd.DataFrame:
    panel = pd.DataFrame(facilities).astype({"inspected": "boolean", "authorised": "boolean"})
    made = facility_funnel.build(panel, REGULATION)
    table = facility_funnel.TABLE.validated(made, "facility_funnel")
    return table.set_index(["level", "outcome", "term", "round_id", "answer"])["n_hits"]


def in_turn(counts: pd.Series, step: str, term: str = "rci") -> list[int]:
    return counts[[("in turn", step, term, "2015", answer) for answer in ("yes", "no", "unknown")]].tolist()


def by_itself(counts: pd.Series, step: str, term: str = "rci") -> list[int]:
    return counts[[("by itself", step, term, "2015", answer) for answer in ("yes", "no", "unknown")]].tolist()


def test_unknown_is_counted_apart_at_its_step_and_stays_unknown_after_it():
    counts = built(facility(mou="unknown"))
    assert in_turn(counts, "registered") == [1, 0, 0]
    assert [in_turn(counts, step) for step in ("agreement", "inspected", "authorised")] == [[0, 0, 1]] * 3
    assert by_itself(counts, "inspected") == [1, 0, 0]


def test_a_known_no_after_an_unknown_is_a_no():
    counts = built(facility(registration="unknown", inspected=False))
    assert in_turn(counts, "agreement") == [0, 0, 1]
    assert in_turn(counts, "inspected") == [0, 1, 0]
    assert in_turn(counts, "authorised") == [0, 1, 0]


def test_a_no_is_never_made_good_by_a_later_yes():
    counts = built(facility(registration="none"))
    assert in_turn(counts, "authorised") == [0, 1, 0]
    assert by_itself(counts, "authorised") == [1, 0, 0]


@pytest.mark.parametrize(
    ("status", "expected"), [("mosvy", [1, 0, 0]), ("other_government", [0, 1, 0]), ("unknown", [0, 0, 1])]
)
def test_the_first_step_is_registration_with_the_ministry(status, expected):
    assert by_itself(built(facility(registration=status)), "registered") == expected


def test_an_expired_agreement_is_none():
    assert by_itself(built(facility(mou="expired")), "agreement") == [0, 1, 0]


def test_a_missing_answer_is_unknown():
    assert by_itself(built(facility(inspected=None)), "inspected") == [0, 0, 1]


def test_types_other_than_institutions_share_a_group_and_both_add_up():
    counts = built(facility(), facility(kind="pagoda_faith"), facility(kind="unknown", registration="none"))
    assert by_itself(counts, "registered", "rci") == [1, 0, 0]
    assert by_itself(counts, "registered", "other or unknown type") == [1, 1, 0]
    assert by_itself(counts, "registered", "all") == [2, 1, 0]


def test_answers_add_up_to_the_facilities_listed_in_every_round():
    rows = [facility(round_id="2014"), facility(mou="unknown"), facility(inspected=False), facility(authorised=None)]
    counts = built(*rows)
    sums = counts.groupby(level=["level", "outcome", "term", "round_id"]).sum()
    assert set(sums.xs(("all", "2014"), level=["term", "round_id"])) == {1}
    assert set(sums.xs(("all", "2015"), level=["term", "round_id"])) == {3}
    assert set(sums.xs(("other or unknown type", "2015"), level=["term", "round_id"])) == {0}


def test_what_is_printed_stands_beside_institutions_by_themselves_only():
    made = facility_funnel.build(pd.DataFrame([facility()]), REGULATION)
    printed = made.dropna(subset="printed")
    assert set(printed["term"]) == {"rci"}
    assert set(printed["level"]) == {"by itself"}
    assert set(printed["answer"]) == {"yes"}
    assert printed.set_index("outcome")["printed"].to_dict() == {
        "registered": "88% of 406 registered with any branch of government",
        "agreement": "79% of 406 with a memorandum of understanding",
        "inspected": "62% of 406 ever inspected",
    }
