"""Tables with totals: what hides the small cells, sums of rounded cells, groups in groups, shares of a whole."""

import numpy as np
import pandas as pd
import pytest

from analysis import disclosure
from analysis.contract import Table
from analysis.kinds import Count, Estimate, Release, Share

WITHHELD = "fewer than 10, or hides such a number"


def cross(counts: list[list[int]], rows: list[str], columns: list[str]) -> pd.DataFrame:
    """Return a table with its margins, a row a cell."""
    inner = np.array(counts)
    whole = np.block([[inner, inner.sum(1, keepdims=True)], [inner.sum(0), inner.sum()]])
    names = [[*rows, "all"], [*columns, "all"]]
    at = pd.MultiIndex.from_product(names, names=["place", "age"]).to_frame(index=False).astype("str")
    return at.assign(
        scale=pd.array(["children"] * whole.size, "str"),
        estimate=pd.array(whole.ravel(), "Float64"),
        withheld=pd.array([None] * whole.size, "str"),
    )


def published(frame: pd.DataFrame, **release: object) -> pd.DataFrame:
    totals = {"place": "all", "age": "all"}
    contract = Table("a cell", ("place", "age"), {}, Release(kinds={"children": Count()}, totals=totals, **release))
    return disclosure.publishable(frame, contract, "cells", "records").numbers


def grid(numbers: pd.DataFrame) -> pd.DataFrame:
    return numbers.pivot_table(index="place", columns="age", values="estimate", dropna=False, sort=False)


def test_one_small_cell_is_hidden_by_three_others_and_the_totals_stay():
    told = published(cross([[4, 50, 60], [40, 80, 90], [70, 20, 30]], ["01", "02", "03"], ["0-2", "3-5", "6-11"]))
    hidden = told[told["estimate"].isna()]
    assert len(hidden) == 4
    assert not hidden["place"].eq("all").any()
    assert not hidden["age"].eq("all").any()
    assert (hidden["withheld"] == WITHHELD).all(), "small cells and those that hide them must look alike"
    assert {tuple(pair) for pair in hidden[["place", "age"]].to_numpy()} >= {("01", "0-2")}
    assert (hidden.groupby("place").size() == 2).all()
    assert (hidden.groupby("age").size() == 2).all()


def test_totals_are_sums_of_the_rounded_cells_also_of_those_that_are_hidden():
    told = grid(published(cross([[4, 52, 63], [41, 83, 92], [71, 22, 33]], ["01", "02", "03"], ["0-2", "3-5", "6-11"])))
    inner = np.array([[5, 50, 65], [40, 85, 90], [70, 20, 35]])
    assert told["all"].tolist() == [*inner.sum(1), inner.sum()]
    assert told.loc["all"].tolist()[:3] == inner.sum(0).tolist()


def test_a_small_cell_beside_a_large_one_needs_more_than_one_other_cell_that_is_nearly_empty():
    frame = cross([[3, 400], [2, 500], [300, 600]], ["01", "02", "03"], ["0-2", "3-5"])
    told = grid(published(frame, harmless="made for this test"))
    assert told.loc["01"].isna().sum() >= 2
    assert told.loc["02"].isna().sum() >= 2
    assert pd.isna(told.loc["03", "0-2"]) or pd.isna(told.loc["all", "0-2"]), "3 + 2 alone would give 5 away"


def test_provinces_within_groups_are_protected_through_both_sums():
    within = {"01": "north", "02": "north", "03": "south", "04": "south"}
    provinces = pd.DataFrame(
        {"place": [*within, "north", "south", "all"], "estimate": [4, 100, 200, 300, 104, 500, 604]}
    )
    frame = provinces.assign(age="all", scale="children", withheld=None).astype(
        {"place": "str", "age": "str", "scale": "str", "withheld": "str", "estimate": "Float64"}
    )
    told = published(frame, within=within).set_index("place")["estimate"]
    assert pd.isna(told["01"])
    assert pd.isna(told["02"]) or pd.isna(told["north"])
    assert told["all"] == 605  # 5 + 100 + 200 + 300


def test_shares_that_divide_a_whole_hide_each_other():
    tiers = pd.DataFrame({"tier": ["high", "medium", "low"], "n_hits": [62, 66, 7], "n": 135})
    frame = tiers.assign(estimate=tiers["n_hits"] / tiers["n"], scale="share", withheld=None).astype(
        {"tier": "str", "scale": "str", "withheld": "str", "estimate": "Float64", "n": "Int64", "n_hits": "Int64"}
    )
    contract = Table("a tier", ("tier",), {}, Release(kinds={"share": Share(parts="tier")}))
    told = disclosure.publishable(frame, contract, "tiers", "records").numbers
    assert told["n_hits"].isna().sum() == 2
    assert pd.isna(told["n_hits"].iloc[2])
    assert told["n"].tolist() == [130, 130, 130]  # 60 + 65 + 5
    assert told["withheld"].dropna().eq("fewer than 10 with it, or without it, or hides such a number").all()


def test_totals_that_are_not_the_sums_of_their_parts_are_refused():
    frame = cross([[40, 50], [60, 70]], ["01", "02"], ["0-2", "3-5"])
    frame.loc[2, "estimate"] += 3
    with pytest.raises(
        disclosure.DisclosureError, match=r"2 totals are not the sums of their parts, such as .*place=01"
    ):
        published(frame)


def test_a_total_of_different_counts_in_two_directions_is_refused():
    frame = cross([[43, 52], [61, 73]], ["01", "02"], ["0-2", "3-5"])
    margins = frame[(frame["place"] == "all") | (frame["age"] == "all")]
    with pytest.raises(disclosure.DisclosureError, match="give the cross table"):
        published(margins)


def test_the_same_denominator_with_two_values_is_refused():
    frame = pd.DataFrame({"tier": ["high", "low"], "n_hits": [20, 30], "n": [50, 60], "estimate": [0.4, 0.5]})
    frame = frame.assign(scale="share", withheld=None).astype({"estimate": "Float64", "n": "Int64", "n_hits": "Int64"})
    contract = Table("a tier", ("tier",), {}, Release(kinds={"share": Share(parts="tier")}))
    with pytest.raises(disclosure.DisclosureError, match="other values in other rows"):
        disclosure.publishable(frame.astype({"withheld": "str"}), contract, "tiers", "records")


def test_rows_that_share_a_count_and_differ_in_their_scale_alone_are_refused():
    frame = pd.DataFrame({"term": ["a", "a"], "scale": ["mean", "median"], "estimate": [4.5, 3.5], "n": [50, 50]})
    frame = frame.assign(withheld=None).astype({"estimate": "Float64", "n": "Int64", "withheld": "str"})
    kinds = dict.fromkeys(("mean", "median"), Estimate())
    with pytest.raises(disclosure.DisclosureError, match=r"differ in their scale alone, such as .*term=a"):
        disclosure.publishable(
            frame, Table("a group", ("term", "scale"), {}, Release(kinds=kinds)), "groups", "records"
        )
    apart = Table("a group", ("term", "quantity", "scale"), {}, Release(kinds=kinds))
    told = disclosure.publishable(frame.assign(quantity=["mean", "median"]), apart, "groups", "records").numbers
    assert told["estimate"].tolist() == [4.5, 3.5]
