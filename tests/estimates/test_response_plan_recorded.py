"""The plan from records: each part of the records is used if it is there, and none of them gives no row."""

import numpy as np
import pandas as pd
import pytest

from analysis import study
from analysis.estimates import _response_records as records
from analysis.estimates import _response_runs as runs
from analysis.estimates import re_separation, response_plan_recorded
from analysis.features import tier_changes
from analysis.imported import closure_events

STUDY = (
    study.load()
    .changed("response_plan.n_replications", 30)
    .changed("response_plan.most_workers", 31)
    .changed("response_plan.teams_recorded", (5,))
    .changed("response_plan.step_days", 28)
)
TIERS = ("high", "medium", "low")


def table(contract, rows):
    frame = pd.DataFrame(rows).reindex(columns=list(contract.columns))
    return frame.astype({name: column.dtype for name, column in contract.columns.items()})


def closures(*rows):
    told = [{"closure_event_id": f"{place:016x}", "closure_mode": "sudden", **row} for place, row in enumerate(rows)]
    return table(closure_events.TABLE, told)


def pairs(n_agencies=8, moves=None):
    """Return pairs in which tiers fall more often than they rise, the same in every agency, or ``moves``."""
    moves = moves or [("high", "high"), ("high", "medium"), ("medium", "low"), ("medium", "medium"), ("low", "low")]
    moves = [*moves, ("low", "medium"), ("medium", "high")]
    rows = [
        {"agency": f"A{agency:02d}", "tier": before, "next_tier": after, "days": 20 + 10 * (agency % 3)}
        for agency in range(n_agencies)
        for before, after in moves
    ]
    named = {"instrument": "csi12", "counted_from": "return", "wave": "fu_lt6m", "next_wave": "fu_6_12m"}
    told = [
        {
            "assessment_id": f"{i:016x}",
            "case_id": f"{i:016x}",
            "child_key": f"{i:016x}",
            "days_between": 180,
            **named,
            **row,
        }
        for i, row in enumerate(rows)
    ]
    return table(tier_changes.TABLE, told)


def incidences(**shares):
    rows = [
        {"outcome": outcome, "term": "returns", "level": "all", "scale": "probability", "measure": "incidence",
         "day": 365, "estimate": share, "ci_low": share * 0.8, "ci_high": share * 1.2, "n": 300}
        for outcome, share in shares.items()
    ]  # fmt: skip
    return table(re_separation.TABLE, rows)


def built(events=None, changes=None, ends=None):
    of = (events if events is not None else closures(), changes if changes is not None else pairs(0))
    made = response_plan_recorded.build(
        *of, ends if ends is not None else incidences(), STUDY, np.random.default_rng(3)
    )
    return response_plan_recorded.TABLE.validated(made, "response_plan_recorded")


def test_without_records_there_is_no_row():
    assert built().empty


def test_all_parts_of_the_records_are_used_and_said():
    events = closures(
        {"closed_on": "2023-08-15", "n_children_identified": 20, "n_high": 9, "n_medium": 9, "n_low": 2},
        {"closed_on": "2023-08-15", "n_children_identified": 10, "n_high": 5, "n_medium": 4, "n_low": 1},
    )
    plan = built(events, pairs(), incidences(residential=0.2, other=0.1))
    needed = plan[plan["outcome"] == runs.NEEDED].sort_values("position").set_index("position")
    assert needed["n"].tolist() == [56, 56, 30]
    assert needed.loc["00", "note"].endswith("From records: changes of tier, ends of returns.")
    assert needed.loc["02", "note"].endswith("ends of returns, tiers, numbers of children.")
    assert needed.loc["02", "n_facilities"] == 2
    assert needed.loc["02", "top_two_share"] == 1
    assert needed["scale"].tolist() == ["workers", "workers", "workers for closures"]


def test_only_closures_are_planned_for_with_assumed_changes():
    plan = built(closures({"n_children_identified": 12}))
    assert set(plan["term"]) == {response_plan_recorded.OWN_CLOSURES}
    assert plan["note"].str.endswith("From records: numbers of children.").all()


def test_only_ends_of_returns_are_planned_for_without_tiers():
    plan = built(ends=incidences(residential=0.2))
    assert plan["term"].nunique() == 2
    assert (plan["n"] == 300).all()


@pytest.mark.parametrize("n_agencies", [1, STUDY.response_plan.least_agencies - 1])
def test_few_agencies_tell_no_changes(n_agencies):
    assert records.tier_chain(pairs(n_agencies), STUDY.response_plan) is None


def test_a_tier_that_only_one_agency_saw_tells_no_changes():
    changes = pairs()
    is_low = (changes["tier"] == "low") & (changes["agency"] != "A00")
    assert records.tier_chain(changes[~is_low], STUDY.response_plan) is None


def test_the_chain_of_alike_agencies_is_that_of_their_shares():
    chain = records.tier_chain(pairs(moves=[("high", "medium"), ("low", "low")]), STUDY.response_plan)
    assert chain.n_clusters == 8
    assert (chain.chain.rates[0, 0] > chain.chain.rates[0]).sum() == 1  # all leave high, half leave the others


def test_assessments_before_the_return_do_not_count():
    changes = pairs(2).assign(wave=["baseline", "fu_lt6m"] * 7)
    assert len(records.after_return(changes)) == 7
    assert records.after_return(changes.assign(counted_from="acceptance")).empty


def test_the_first_tier_of_each_child_counts_once():
    changes = pairs(1).assign(child_key=["a" * 16] * 3 + ["b" * 16] * 4, days=[30, 10, 20, 5, 6, 7, 8])
    assert records.first_tiers(changes).tolist() == [[1.0, 1.0, 0.0]]


def test_ends_add_up_to_what_was_recorded():
    ends = records.recorded_ends(incidences(residential=0.2, other=0.1), 4000, STUDY, np.random.default_rng(1))
    yearly = -np.expm1(-365 * ends.sum(axis=1))
    assert np.median(yearly) == pytest.approx(0.3, abs=4 * yearly.std() * 1.25 / np.sqrt(4000))
    low, high = np.quantile(-np.expm1(-365 * ends.sum(axis=1)) * ends[:, 0] / ends.sum(axis=1), [0.025, 0.975])
    assert (low, high) == (pytest.approx(0.16, abs=0.006), pytest.approx(0.24, abs=0.008))


def test_an_end_without_an_interval_is_the_same_in_every_draw():
    told = incidences(residential=0.2).assign(ci_low=pd.NA, ci_high=pd.NA)
    ends = records.recorded_ends(told, 5, STUDY, np.random.default_rng(1))
    assert -np.expm1(-365 * ends) == pytest.approx(np.full((5, 1), 0.2))


def test_children_of_a_closure_are_those_of_the_first_stage_that_is_told():
    events = closures(
        {"n_children_present": 30, "n_children_identified": 20},
        {"n_children_present": 30, "n_children_enrolled": 8, "n_children_traced": 9},
        {"n_children_present": 11},
        {"n_children_identified": 0},
        {},
    )
    assert records.closed(events)["n_children"].tolist() == [20, 9, 11]


def test_a_closure_without_a_day_takes_that_of_another_as_a_whole():
    events = records.closed(
        closures(
            {"closed_on": "2023-01-01", "n_children_identified": 1},
            {"closed_on": "2023-01-11", "n_children_identified": 1},
            {"n_children_identified": 3},
            {"n_children_identified": 1},
        )
    )
    days = records.closed_days(events, 200, np.random.default_rng(1))
    assert np.unique(days[:, 0]).tolist() == [0]
    assert np.unique(days[:, 2:]).tolist() == [0, 10]
    assert (days[:, 2:5].std(axis=1) == 0).all()
    assert 50 < (days[:, 2] != days[:, 5]).sum() < 150, "two closures without a day have days of their own"


def test_closures_without_any_day_are_at_once():
    events = records.closed(closures({"n_children_identified": 2}))
    assert records.closed_days(events, 3, np.random.default_rng(1)).tolist() == [[0.0, 0.0]] * 3
