"""Pairs of assessments: one after the other, of one child and instrument, both at home and both with a tier."""

import pandas as pd
import pytest

from analysis.features import tier_changes
from analysis.features.assessment_waves import TABLE as WAVED
from analysis.features.triage_tiers import TABLE as TIERED

CHILD, CASE = "d" * 16, "c" * 16


def assessed(number, days, tier, wave="fu_lt6m", instrument="csi12", case=CASE, after_end=False, left_out=None):
    """Return an assessment as a row of both tables."""
    return {
        "assessment_id": f"{number:016x}", "instrument": instrument, "case_id": case, "child_key": CHILD,
        "source_system": "oscar", "agency": "A01", "tier": tier, "worker_tier": "high", "n_scored": 12,
        "wave": wave, "days": days, "counted_from": "return", "is_after_end": after_end, "left_out": left_out,
    }  # fmt: skip


def table(contract, rows):
    frame = pd.DataFrame(rows).reindex(columns=list(contract.columns))
    return frame.astype({name: column.dtype for name, column in contract.columns.items()})


def built(*rows):
    made = tier_changes.build(table(TIERED, rows), table(WAVED, rows))
    return tier_changes.TABLE.validated(made, "tier_changes")


def test_a_row_is_two_assessments_that_follow_each_other():
    pairs = built(assessed(3, 200, "low", "fu_6_12m"), assessed(1, 10, "high", "placement"), assessed(2, 90, "medium"))
    told = pairs[["tier", "next_tier", "days", "days_between", "wave", "next_wave"]].to_numpy().tolist()
    assert told == [
        ["high", "medium", 10, 80, "placement", "fu_lt6m"],
        ["medium", "low", 90, 110, "fu_lt6m", "fu_6_12m"],
    ]


@pytest.mark.parametrize(
    "between",
    [
        {"tier": "unknown"},
        {"after_end": True},
        {"left_out": "draft"},
        {"instrument": "primero_kh_child"},
        {"case": "e" * 16},
    ],
)
def test_an_assessment_that_does_not_count_is_no_end_of_a_pair(between):
    told = {"tier": "medium"} | between
    pairs = built(assessed(1, 10, "high"), assessed(2, 50, **told), assessed(3, 90, "low"))
    assert pairs[["tier", "next_tier", "days_between"]].to_numpy().tolist() == [["high", "low", 80]]


def test_two_on_one_day_are_one():
    pairs = built(assessed(1, 10, "high"), assessed(2, 10, "medium"), assessed(3, 40, "low"))
    assert pairs[["assessment_id", "tier", "days_between"]].to_numpy().tolist() == [[f"{2:016x}", "medium", 30]]


def test_without_assessments_there_is_no_row():
    nothing = tier_changes.build(table(TIERED, []), table(WAVED, []))
    assert tier_changes.TABLE.validated(nothing, "tier_changes").empty
