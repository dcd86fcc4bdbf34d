"""Counts of a ledger: what became of every line, and how much of the price of an item its funders say they paid."""

import pandas as pd

from analysis.estimates import _cost_ratios as ratios
from analysis.models.cluster_ratio import cluster_ratio
from analysis.study import Study

LINES, ITEMS, ALL = "lines of the ledger", "items by the part that funders paid", "all"
NO_CHILD, NO_MONTHS, COUNTED = "of no single child", "of a child without known months", "counted"
BECAME = {  # columns of the items
    "n_typed_twice": "typed twice",
    "n_told_again": "told again by another funder",
    "n_no_amount": "no amount",
    "n_no_currency": "no currency",
    "n_no_rate": "no rate of exchange for the day",
}
NOT_TOLD, A_PART, WHOLE, MORE = PARTS = ("not told", "a part", "the whole price", "more than the price")
PAID = "paid by funders"
PRICES = "items by the prices that funders tell"
ONE, ALIKE, DIFFERENT = ("one funder or none told", "prices agree", "prices differ")


def line_rows(cost_items: pd.DataFrame, own: pd.DataFrame) -> list[ratios.Row]:
    """Return how many lines were counted, and how many were not and why; ``own`` are items of children with months."""
    is_own = cost_items["item_id"].isin(own["item_id"])
    no_child = cost_items["child_key"].isna()
    counts = {label: cost_items[column].sum() for column, label in BECAME.items()}
    counts[NO_CHILD] = cost_items.loc[no_child, "n_counted"].sum()
    counts[NO_MONTHS] = cost_items.loc[~no_child & ~is_own, "n_counted"].sum()
    counts[COUNTED] = cost_items.loc[is_own, "n_counted"].sum()
    counts[ALL] = cost_items["n_lines"].sum()
    note = "lines of all funders, each under the first of these that holds"
    return [_count(LINES, level, n, note) for level, n in counts.items()]


def part_rows(priced: pd.DataFrame, study: Study) -> list[ratios.Row]:
    """Return how many items funders paid in part, in whole or more than once, and their share of all prices."""
    slack = study.support_costs.differ_share
    part = priced["funded_share"].astype("float64")
    kind = pd.cut(part, [-1, 1 - slack, 1 + slack, float("inf")], labels=[A_PART, WHOLE, MORE]).astype("str")
    counts = kind.fillna(NOT_TOLD).value_counts().reindex(list(PARTS), fill_value=0)
    note = "funders of an item together, of its price; one that paid a part not told leaves it untold"
    rows = [_count(ITEMS, level, n, note) for level, n in counts.items()]
    return [*rows, _count(ITEMS, ALL, len(priced), note), _paid(priced[part.notna()], study)]


def price_rows(priced: pd.DataFrame) -> list[ratios.Row]:
    """Return of how many items several funders tell the same price, and of how many different ones."""
    is_conflicting = priced["is_conflicting"].astype("bool")
    several = (priced["n_funders"] > 1) | is_conflicting
    counts = {ONE: ~several, ALIKE: several & ~is_conflicting, DIFFERENT: is_conflicting}
    note = "of different prices the largest counts"
    rows = [_count(PRICES, level, is_it.sum(), note) for level, is_it in counts.items()]
    return [*rows, _count(PRICES, ALL, len(priced), note)]


def _paid(told: pd.DataFrame, study: Study) -> ratios.Row:
    """Return the part of all prices that funders paid, at most the price of each item."""
    row = {"outcome": PAID, "term": "items", "level": "with parts told", "scale": "share of the price"}
    row |= ratios.counts(told.groupby(ratios.OF_CHILD)["cost_usd"].sum().astype("float64"))
    row |= {"n_agencies": told["agency"].nunique(), "note": "no item, or none of which funders told their parts"}
    paid = (told["funded_share"].clip(upper=1) * told["cost_usd"]).groupby(told["agency"]).sum()
    price = told["cost_usd"].groupby(told["agency"]).sum()
    if not price.sum() > 0:
        return row
    found = ratios.numbers(cluster_ratio(paid, price), study.intervals.confidence, "agencies")
    return row | found | {"ci_high": min(found["ci_high"], 1.0)}


def _count(outcome: str, level: str, n: int, note: str) -> ratios.Row:
    scale = "lines" if outcome == LINES else "items"
    return {"outcome": outcome, "term": scale, "level": level, "scale": scale, "estimate": int(n), "note": note}
