"""Costs per month against sums by hand: groups, kinds, rules of counting, and lines that were not counted."""

import numpy as np
import pandas as pd
import pytest

from analysis import study
from analysis.estimates import support_costs
from analysis.estimates._cost_kinds import RARE, TOLD_KIND
from analysis.features.cost_items import TABLE as COST_ITEMS
from analysis.features.ledger_children import TABLE as LEDGER_CHILDREN
from analysis.models.cluster_ratio import cluster_ratio

STUDY = study.load()
N, N_AGENCIES = 80, 8
COUNTS = ("n_counted", "n_typed_twice", "n_told_again", "n_no_amount", "n_no_currency", "n_no_rate", "n_funders")
MONTH = ("per case-month", "tier")


def of_table(table, frame):
    told = frame.reindex(columns=list(table.columns))
    return told.astype({name: column.dtype for name, column in table.columns.items()})


def children(**changed):
    """Return 80 children of 8 agencies with 10 months under support each, 4 of them at home for every second child."""
    at = np.arange(N)
    told = {
        "agency": [f"A{1 + number % N_AGENCIES:02d}" for number in at],
        "child_key": [f"{number:016x}" for number in at],
        "household_key": [f"{900 + number // 2:016x}" for number in at],
        "tier": np.where(at < 40, "high", "low"), "ending": np.where(at % 2 == 0, "at home", "no return on record"),
        "externally_supported": np.where(at < 20, "yes", "no"), "case_months": 10.0,
        "home_months": np.where(at % 2 == 0, 4.0, 0.0), "has_unknown_months": False,
    } | changed  # fmt: skip
    return of_table(LEDGER_CHILDREN, pd.DataFrame(told))


def items(**changed):
    """Return an item a child: 100 US dollars of food for the high tier and 20 of health for the low one."""
    own = children()
    is_high = own["tier"] == "high"
    told = {
        "item_id": [f"{5000 + number:016x}" for number in range(N)], "agency": own["agency"],
        "child_key": own["child_key"], "case_id": own["child_key"],
        "cost_category": np.where(is_high, "food_package", "health"), "cost_usd": np.where(is_high, 100.0, 20.0),
        "told_usd": np.where(is_high, 100.0, 20.0), "n_lines": 1, **dict.fromkeys(COUNTS, 0), "n_counted": 1,
        "is_conflicting": False, "funded_share": 1.0, "is_alike_earlier": False,
    } | changed  # fmt: skip
    return of_table(COST_ITEMS, pd.DataFrame(told))


def more(*rows):
    """Return the items with further ones: rows of what differs from the first."""
    first = items().iloc[0].to_dict()
    extra = [first | {"item_id": f"{7000 + at:016x}"} | row for at, row in enumerate(rows)]
    return of_table(COST_ITEMS, pd.concat([items(), pd.DataFrame(extra)], ignore_index=True))


def built(cost_items=None, own=None, choices=STUDY):
    found = support_costs.build(
        items() if cost_items is None else cost_items, children() if own is None else own, choices
    )
    return found.set_index(["outcome", "term", "level"]).sort_index()


@pytest.fixture(scope="module")
def table():
    return built()


def test_a_month_under_support_is_all_spending_over_all_months(table):
    assert table.loc[(*MONTH, "all"), "estimate"] == pytest.approx((40 * 100 + 40 * 20) / 800)
    assert table.loc[(*MONTH, "high"), "estimate"] == pytest.approx(10)
    assert table.loc[(*MONTH, "low"), "estimate"] == pytest.approx(2)
    assert table.loc[(*MONTH, "high"), ["n", "n_children", "n_agencies"]].tolist() == [40, 40, N_AGENCIES]
    assert table.loc[(*MONTH, "high"), "top_two_share"] == pytest.approx(2 / 40)


def test_a_month_at_home_counts_all_spent_on_children_who_came_home(table):
    row = table.loc[("per month at home", "tier", "high")]
    assert row["estimate"] == pytest.approx(20 * 100 / (20 * 4))
    assert row["n_children"] == 20


def test_children_on_whom_nothing_was_spent_count_with_their_months():
    half = items().iloc[::4].reset_index(drop=True)
    found = built(half)
    assert found.loc[(*MONTH, "all"), "estimate"] == pytest.approx((10 * 100 + 10 * 20) / 800)
    assert found.loc[(*MONTH, "all"), "n"] == 20
    only = found.loc[("per case-month", "rule", "only children with a line")]
    assert only["estimate"] == pytest.approx((10 * 100 + 10 * 20) / 200)


def test_the_interval_is_that_of_agencies_and_of_households_where_these_are_few():
    spent = items().assign(cost_usd=np.linspace(1, 90, N))
    by_agency = spent.groupby("agency")["cost_usd"].sum()
    expected = cluster_ratio(by_agency, np.full(N_AGENCIES, 100)).interval(0.95)
    assert built(spent).loc[(*MONTH, "all"), ["ci_low", "ci_high"]].tolist() == pytest.approx(list(expected))
    few = STUDY.changed("support_costs.least_agencies", N_AGENCIES + 1)
    by_household = spent.groupby(children()["household_key"])["cost_usd"].sum()
    expected = cluster_ratio(by_household, np.full(N // 2, 20)).interval(0.95)
    found = built(spent, choices=few).loc[(*MONTH, "all")]
    assert found[["ci_low", "ci_high"]].tolist() == pytest.approx(list(expected))
    assert "households" in found["note"]


def test_a_group_without_a_child_has_a_row_without_a_number(table):
    row = table.loc[(*MONTH, "medium")]
    assert row["n_children"] == 0
    assert pd.isna(row["estimate"])


def test_groups_and_kinds_are_parts_of_the_whole(table):
    for term in ("tier", "ending", "externally supported"):
        rows = table.loc[("per case-month", term)]
        assert rows.drop("all")["n"].sum() == rows.loc["all", "n"] == N
    kinds = table.loc[("per case-month", "kind of cost")]
    assert kinds["estimate"].sum() == pytest.approx(table.loc[(*MONTH, "all"), "estimate"])


def test_counting_every_line_shows_the_double_counting_and_on_how_many_children_it_bears():
    told = np.where(np.arange(N) < 15, 200.0, np.where(children()["tier"] == "high", 100.0, 20.0))
    row = built(items(told_usd=told)).loc[("per case-month", "rule", "every line counted")]
    assert row["estimate"] == pytest.approx((4800 + 15 * 100) / 800)
    assert row["n"] == 15


def test_alike_items_may_be_counted_once():
    alike = {"is_alike_earlier": True, "cost_usd": 40.0, "told_usd": 40.0}
    found = built(more(alike))
    assert found.loc[(*MONTH, "all"), "estimate"] == pytest.approx(4840 / 800)
    once = found.loc[("per case-month", "rule", "alike lines counted once")]
    assert once["estimate"] == pytest.approx(4800 / 800)
    assert once["n"] == 1


def test_costs_of_no_single_child_stand_apart():
    found = built(more({"child_key": None, "case_id": None, "cost_usd": 800.0, "told_usd": 800.0}))
    assert found.loc[(*MONTH, "all"), "estimate"] == pytest.approx(6)
    assert found.loc[("per case-month", "rule", "with costs of no single child"), "estimate"] == pytest.approx(7)
    assert found.loc[("lines of the ledger", "lines", "of no single child"), "estimate"] == 1


def test_children_with_unknown_months_are_left_out_with_what_was_spent_on_them():
    own = children(has_unknown_months=np.arange(N) < 8, case_months=np.where(np.arange(N) < 16, 0.0, 10.0))
    found = built(own=own)
    assert found.loc[(*MONTH, "high"), ["n", "n_children"]].tolist() == [24, 24]
    assert found.loc[("lines of the ledger", "lines", "of a child without known months"), "estimate"] == 16


def test_lines_are_each_counted_once_and_add_up():
    lacking = {"cost_usd": None, "told_usd": 0.0, "n_counted": 0, "n_no_rate": 1}
    doubled = {"n_lines": 4, "n_typed_twice": 1, "n_told_again": 2}
    lines = built(more(lacking, doubled)).loc[("lines of the ledger", "lines"), "estimate"]
    assert lines["all"] == lines.drop("all").sum() == N + 5
    assert lines[["no rate of exchange for the day", "typed twice", "told again by another funder"]].tolist() == [
        1,
        1,
        2,
    ]


def test_items_by_the_part_that_funders_paid_add_up_and_no_part_counts_above_the_price():
    parts = np.r_[np.full(20, 0.5), np.full(20, 2.0), np.full(20, np.nan), np.full(20, 1.0)]
    found = built(items(funded_share=parts))
    counts = found.loc[("items by the part that funders paid", "items"), "estimate"]
    assert counts.to_dict() == {
        "a part": 20,
        "all": 80,
        "more than the price": 20,
        "not told": 20,
        "the whole price": 20,
    }
    share = found.loc[("paid by funders", "items", "with parts told"), "estimate"]
    assert share == pytest.approx((20 * 50 + 20 * 100 + 20 * 20) / (40 * 100 + 20 * 20))


def test_items_of_which_funders_tell_different_prices_are_counted():
    at = np.arange(N)
    told = built(items(n_funders=np.where(at < 30, 2, 1), is_conflicting=at < 12))
    counts = told.loc[("items by the prices that funders tell", "items"), "estimate"]
    assert counts.to_dict() == {"all": 80, "one funder or none told": 50, "prices agree": 18, "prices differ": 12}


def test_rare_kinds_are_taken_together_with_one_that_hides_them():
    kinds = np.array(["food_package"] * 50 + ["health"] * 16 + ["cash"] * 9 + ["livelihood"] * 5)
    found = built(items(cost_category=kinds)).loc[("per case-month", TOLD_KIND)]
    assert found.loc[RARE, "n"] == 14, "nine and five, which are enough together"
    assert not {"cash", "livelihood"} & set(found.index)
    kinds[kinds == "cash"] = "health"
    found = built(items(cost_category=kinds)).loc[("per case-month", TOLD_KIND)]
    assert found.loc[RARE, "n"] == 30, "five alone would follow from the others: the next larger goes with them"
    assert found["estimate"].sum() == pytest.approx(6)


def test_a_kind_that_two_children_hold_is_rare():
    kinds = np.array(["food_package"] * 60 + ["cash"] * 20)
    costs = np.r_[np.full(60, 10.0), 5000.0, 5000.0, np.full(18, 1.0)]
    found = built(items(cost_category=kinds, cost_usd=costs, told_usd=costs)).loc[("per case-month", TOLD_KIND)]
    assert "cash" not in found.index


@pytest.mark.parametrize("n_rows", [0, 1, 3])
def test_nothing_and_few_lines_give_a_table(n_rows):
    own = children().head(n_rows)
    found = support_costs.TABLE.validated(support_costs.build(items().head(n_rows), own, STUDY), "support_costs")
    assert found.empty == (n_rows == 0)


def test_a_ledger_of_children_without_months_has_counts_and_no_cost():
    found = built(own=children().head(0))
    assert found.loc["per case-month", "estimate"].isna().all()
    assert found.loc[("lines of the ledger", "lines", "of a child without known months"), "estimate"] == N
