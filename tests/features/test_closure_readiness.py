"""Cases as they stand before closing: the rule as a share of what a form can have, and what blanks leave open."""

import pandas as pd
import pytest

from analysis import study
from analysis.contract import DAY
from analysis.features import closure_readiness
from analysis.features.spells import TABLE as SPELLS
from analysis.imported.assessments import TABLE as ASSESSMENTS
from analysis.imported.cases import TABLE as CASES

CHILD, CASE = "a" * 16, "c" * 16
ITEMS = {
    "primero_kh_child": [f"child_{number}" for number in range(8)],
    "primero_kh_family": [*(f"family_{number}" for number in range(10)), "assistance"],
}
ALL_BUT_ONE_OF_CHILD = ITEMS["primero_kh_child"][1:]


def rating(scores, day="2022-06-10", number=1, blank=()):
    """Return the rows of a child's and a family's form, with a score for each item or one for all."""
    rows = []
    for instrument, items in ITEMS.items():
        for item in items:
            score = None if item in blank else scores.get(item, scores["each"]) if isinstance(scores, dict) else scores
            rows.append(
                {
                    "assessment_id": f"{number:015x}{len(instrument) % 10}", "case_id": CASE,
                    "source_system": "primero",
                    "instrument": instrument, "assessed_on": day, "domain_code": item,
                    "score": score,
                }
            )  # fmt: skip
    return rows


def frame(contract, rows):
    """Return rows with the columns of a contract, typed as far as these rules read them."""
    made = pd.DataFrame(rows).reindex(columns=list(contract.columns))
    types = {
        name: column.dtype for name, column in contract.columns.items() if column.dtype in ("Int64", "boolean", "str")
    }
    days = [name for name, column in contract.columns.items() if column.dtype.startswith("datetime")]
    return made.astype(types).assign(**{name: pd.to_datetime(made[name]).astype(DAY) for name in days})


def built(rows, returned=("2021-06-01",), ended=None, state="administrative", **of_case):
    case = {"case_id": CASE, "child_key": CHILD, "org_code": "A01", "status": "closed", "closure_reason": "goals_met"}
    ends = ended or ["2024-12-31"] * len(returned)
    spells = [
        {"child_key": CHILD, "return_no": number, "returned_on": day, "ended_on": end, "state": state}
        for number, (day, end) in enumerate(zip(returned, ends, strict=True), start=1)
    ]
    made = closure_readiness.build(
        frame(ASSESSMENTS, rows), frame(CASES, [case | of_case]), frame(SPELLS, spells), study.load()
    )
    return closure_readiness.TABLE.validated(made, "closure_readiness")


def only(*given, **others):
    return built(*given, **others).iloc[0]


def test_the_rule_is_a_share_of_what_the_items_of_the_form_can_have():
    row = only(rating(3))
    assert row["n_items"] == 19
    assert row["score_share"] == pytest.approx(57 / 76)
    assert row["rule_share"] == pytest.approx(48 / 76)
    assert row[["is_rule_met", "has_no_weak_item", "is_long_home", "is_ready"]].all()


@pytest.mark.parametrize(("points", "is_met"), [(47, False), (48, True)])
def test_the_rule_holds_from_48_points_on(points, is_met):
    items = [item for of_form in ITEMS.values() for item in of_form]
    scores = {"each": 2} | dict.fromkeys(items[: (points - 38)], 3)
    row = only(rating(scores))
    assert row["score_share"] == pytest.approx(points / 76)
    assert row["is_rule_met"] == is_met


def test_a_weak_item_keeps_a_case_open_but_for_the_help_of_relatives():
    assert not only(rating({"each": 4, "child_1": 1}))["has_no_weak_item"]
    assert not only(rating({"each": 4, "child_1": 1}))["is_ready"]
    assert only(rating({"each": 4, "assistance": 1}))["is_ready"]


def test_a_blank_leaves_open_only_what_it_could_change():
    high, middle = (
        only(rating(4, blank=["child_1"])),
        only(rating({"each": 2, "child_0": 4}, blank=ALL_BUT_ONE_OF_CHILD)),
    )
    assert high["is_rule_met"], "72 points without it"
    assert pd.isna(high["has_no_weak_item"])
    assert pd.isna(high["score_share"])
    assert pd.isna(high["is_ready"])
    assert pd.isna(middle["is_rule_met"])
    assert only(rating(4, blank=["assistance"]))["is_ready"], "that item may be anything"
    low = only(rating(2, blank=["child_1"]))
    assert low["is_rule_met"] is not pd.NA
    assert not low["is_rule_met"], "40 points at most"
    assert not low["is_ready"]


def test_a_form_without_the_familys_part_is_open_not_failed():
    row = only([one for one in rating(4) if one["instrument"] == "primero_kh_child"])
    assert row["n_scored"] == 8
    assert row[["is_rule_met", "has_no_weak_item"]].isna().all()


def test_months_are_counted_from_the_last_return_before_the_rating():
    row = only(rating(3), returned=("2021-06-01", "2022-03-10", "2022-07-01"))
    assert row["months_home"] == pytest.approx(92 / 365.25 * 12, abs=0.01)
    assert not row["is_long_home"]


def test_a_child_that_has_left_home_again_is_not_long_at_home():
    row = only(rating(3), ended=["2022-01-01"], state="residential")
    assert pd.isna(row["months_home"])
    assert row["is_long_home"] is not pd.NA
    assert not row["is_ready"]


def test_without_a_return_on_record_it_stays_open():
    row = only(rating(3), returned=())
    assert pd.isna(row["is_long_home"])
    assert pd.isna(row["is_ready"])


def test_the_last_day_counts_and_what_came_before_it_does_not():
    row = only(rating(1, "2022-01-01", 1) + rating(4, "2022-06-10", 2))
    assert row["score_share"] == 1
    assert str(row["assessed_on"].date()) == "2022-06-10"


@pytest.mark.parametrize(
    ("status", "reason", "closed", "goals"),
    [
        ("closed", "moved_abroad|goals_met", True, True),
        ("closed", "moved_abroad", True, False),
        ("active", None, False, False),
    ],
)
def test_how_the_case_ended_is_told_beside_it(status, reason, closed, goals):
    row = only(rating(3), status=status, closure_reason=reason, org_code=None)
    assert (row["is_closed"], row["was_closed_with_goals_met"], row["agency"]) == (closed, goals, "unknown")


def test_other_instruments_have_no_rule_and_give_no_row():
    others = [one | {"instrument": "csi12"} for one in rating(4)]
    assert built(others).empty
    assert built([]).empty
