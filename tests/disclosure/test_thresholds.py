"""Each rule at the number where it begins to hold, and which rule the log names where several do."""

import pandas as pd
import pytest

from analysis import disclosure
from analysis import study as choices
from analysis.contract import Table
from analysis.disclosure import reasons
from analysis.kinds import Coefficient, Count, Curve, Estimate, Kind, Rate, Release, Share

RULES = choices.load().disclosure
N_LEAST = RULES.least_rows


def released(columns: dict[str, list], kind: Kind, key: tuple[str, ...] = ("term",), **release: object):
    n = len(next(iter(columns.values())))
    frame = pd.DataFrame({"term": [f"t{at}" for at in range(n)], "withheld": [None] * n} | columns)
    is_count = frame.columns.str.startswith("n") | frame.columns.isin(["day", "df_residual"])
    dtypes = dict.fromkeys(frame.columns, "Float64") | dict.fromkeys(frame.columns[is_count], "Int64")
    texts = dict.fromkeys({"withheld", "term", *key} & set(frame.columns) - {"day"}, "str")
    table = Table("a group", key, {}, Release(kinds={"": kind}, **release))
    return disclosure.publishable(frame.astype(dtypes | texts), table, "t", "records")


def hidden(columns: dict[str, list], kind: Kind, **release: object) -> list[bool]:
    return released(columns, kind, **release).numbers["estimate"].isna().tolist()


def test_ten_observations_are_enough_and_nine_are_not():
    assert hidden({"estimate": [0.5] * 3, "n": [N_LEAST - 1, N_LEAST, N_LEAST + 1]}, Estimate()) == [True, False, False]
    assert hidden({"estimate": [9, 10, 11]}, Count()) == [True, False, False]
    assert hidden({"estimate": [8, 9, 10], "n_events": [8, 9, 10], "exposure": [1e5] * 3}, Rate()) == [
        True,
        True,
        False,
    ]


def test_hits_and_the_rest_both_need_ten():
    n_hits = [9, 10, 90, 91]
    assert hidden({"estimate": [0.1] * 4, "n_hits": n_hits, "n": [100] * 4}, Share()) == [True, False, False, True]
    estimate = Estimate(hits="n_hits")
    assert hidden({"estimate": [0.1] * 4, "n_hits": n_hits, "n": [100] * 4}, estimate) == [True, False, False, True]


def test_facilities_with_a_property_and_the_rest_need_five():
    n_hits = [4, 5, 15, 16]
    columns = {"estimate": [0.1] * 4, "n_hits": n_hits, "n": [20] * 4}
    assert hidden(columns, Share(unit="facilities")) == [True, False, False, True]
    assert hidden({"estimate": [0.5] * 2, "n": [4, 5]}, Estimate(unit="facilities")) == [True, False]


def test_ten_degrees_of_freedom_are_enough_and_unknown_ones_are_not():
    columns = {"estimate": [1.2] * 3, "n": [100] * 3, "df_residual": [9, 10, None]}
    assert hidden(columns, Coefficient()) == [True, False, True]
    assert set(released(columns, Coefficient()).log["rule"]) == {reasons.DEGREES_OF_FREEDOM}
    few = {"estimate": [1.2], "n": [9], "df_residual": [50]}
    assert released(few, Coefficient()).log["rule"].tolist() == [reasons.FEWER]


def curve(**columns: list) -> dict[str, list]:
    n = len(columns["day"])
    return {"estimate": [0.1] * n, "n": [200] * n, "n_at_risk": [100] * n} | columns


def test_ten_at_risk_and_ten_events_since_the_last_day_shown_are_enough():
    rows = curve(day=[30, 90, 180, 365], n_events=[10, 19, 20, 40], n_at_risk=[100, 50, 10, 9])
    found = released(rows, Curve(), ("day",))
    assert found.numbers["estimate"].isna().tolist() == [False, True, False, True]
    of_events = found.log[found.log["cell"].str.contains("events")]
    assert of_events["rule"].tolist() == [reasons.STEP, reasons.FEWER]


def test_days_of_a_curve_are_taken_in_their_order_and_each_curve_by_itself():
    rows = curve(term=["a", "b", "a", "b"], day=[90, 90, 30, 30], n_events=[22, 41, 10, 31])
    assert hidden(rows, Curve(), key=("term", "day")) == [False, False, False, False]
    near = curve(term=["a", "b", "a", "b"], day=[90, 90, 30, 30], n_events=[19, 41, 10, 32])
    assert hidden(near, Curve(), key=("term", "day")) == [True, True, False, False]


def test_a_day_off_the_grid_is_withheld_and_not_the_last_day_shown():
    rows = curve(day=[30, 31, 90], n_events=[10, 15, 21])
    found = released(rows, Curve(), ("day",))
    assert found.numbers["estimate"].isna().tolist() == [False, True, False]
    assert set(found.log["rule"]) == {reasons.GRID}


def test_where_none_is_no_secret_a_curve_may_stand_still():
    rows = curve(day=[30, 90, 180], n_events=[10, 10, 11])
    assert hidden(rows, Curve(), key=("day",), harmless="made for this test") == [False, False, True]
    assert hidden(rows, Curve(), key=("day",)) == [False, True, True]


def test_where_none_is_no_secret_all_and_none_are_told_and_one_is_not():
    columns = {"estimate": [0.1] * 5, "n_hits": [0, 1, 99, 100, 9], "n": [100, 100, 100, 100, 9]}
    assert hidden(columns, Share(), harmless="made for this test") == [False, True, True, False, True]
    assert hidden(columns, Share()) == [True] * 5


def test_the_log_names_the_rule_of_each_cell():
    found = released({"estimate": [0.1] * 3, "n_hits": [0, 5, 100], "n": [100, 100, 100]}, Share())
    assert found.log["rule"].tolist() == [reasons.NONE_OR_ALL, reasons.FEWER, reasons.NONE_OR_ALL]
    facilities = {"estimate": [100, 100, 9], "n_facilities": [4, 9, 9], "top_two_share": [0.5, 0.95, 0.5]}
    kind = Count(n_facilities="n_facilities", top_two_share="top_two_share")
    log = released(facilities, kind).log.set_index("cell")["rule"]
    assert log["t|n|term=t0"] == reasons.FACILITIES
    assert log["t|n|term=t1"] == reasons.DOMINANCE
    assert log["t|n|term=t2"] == log["t|facilities|term=t2"] == reasons.FEWER


def test_a_total_that_hides_another_cell_is_said_to_do_so_in_the_log_alone():
    columns = {"term": ["a", "b", "all"], "estimate": [4, 80, 84]}
    found = released(columns, Count(), totals={"term": "all"})
    assert sorted(found.log["rule"]) == [reasons.FEWER, reasons.SECONDARY]
    (why,) = found.numbers["withheld"].dropna().unique()
    assert why == "fewer than 10, or hides such a number"


@pytest.mark.parametrize(
    ("kind", "has_totals", "expected"),
    [
        (Count(), False, "fewer than 10"),
        (Count(), True, "fewer than 10, or hides such a number"),
        (Count(unit="facilities"), False, "fewer than 5"),
        (Share(), False, "fewer than 10 with it, or without it"),
        (Estimate(n_facilities="n"), False, "fewer than 10, or fewer than 5 facilities"),
        (Coefficient(), False, "fewer than 10, or too few for a model"),
        (Count(top_two_share="s"), False, "fewer than 10, or nearly all of two of them"),
        (
            Share(n_facilities="n", top_two_share="s"),
            True,
            "fewer than 10 with it, or without it, or fewer than 5 facilities, or nearly all in two facilities, or "
            "hides such a number",
        ),
    ],
)
def test_what_readers_are_told_of_a_missing_number(kind, has_totals, expected):
    assert reasons.told(kind, has_totals, RULES) == expected


def test_a_sensitive_item_is_told_of_nobody_and_any_of_them_of_the_country():
    columns = {"term": ["hiv", "any_harm", "any_harm", "any_harm", "school"], "place": ["all", "all", "01", "02", "01"]}
    columns |= {"estimate": [50, 110, 50, 60, 50]}
    release = {"place": "place", "totals": {"place": "all"}}
    found = released(columns, Count(), ("term", "place"), **release)
    assert found.numbers["estimate"].isna().tolist() == [True, False, True, True, False]
    assert set(found.log["rule"]) == {reasons.SENSITIVE}
    nowhere = {"term": ["hiv", "any_harm", "school"], "estimate": [50] * 3}
    assert hidden(nowhere, Count()) == [True, False, False]
