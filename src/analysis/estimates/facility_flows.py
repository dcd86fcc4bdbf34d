"""Facility flows: what became of listed facilities between two rounds of lists, by area and type.

Not found again is not closed: the facility may have closed, been missed, or lie outside what the later lists cover.
Counts rest on the most probable linkage. How much that matters is said for the whole country: the share found again
in linkages drawn from the match probabilities.
"""

import itertools

import numpy as np
import pandas as pd

from analysis.contract import Column, estimate_table
from analysis.features.facility_changes import CHANGES
from analysis.study import Study

TOTAL, NO_LIST = "all", "no list"
AREAS = ("phnom_penh", "siem_reap", "priority_three", "other20", "unknown")
RCI, OTHER = "rci", "other or unknown type"
FOUND_AGAIN, NEW = "found again, by drawn linkages", "listed first, by drawn linkages"

TABLE = estimate_table(
    one_row_is="what became of the facilities of one area and type group between two rounds, or a share of them",
    extra={
        "from_round": Column("str", "the earlier round"),
        "to_round": Column("str", "the later round"),
        "n_hits": Column("Int64", "facilities with it, of n; of shares only", ge=0, nullable=True),
    },
    key=("outcome", "term", "level", "from_round"),
)
COUNTED = "facilities by the most probable linkage; a count of all, without interval"
LINKED = "of all lists, those that make no round included; a count of all, without interval"
DRAWN = {
    FOUND_AGAIN: "n: facilities of the earlier round. Mean and quantiles over linkages drawn from the match "
    "probabilities: doubt about linkage only, not about what lists miss",
    NEW: "n: facilities of the later round. Mean and quantiles over linkages drawn from the match probabilities: doubt "
    "about linkage only, not about what lists miss",
}


def build(
    facility_changes: pd.DataFrame,
    facility_panel: pd.DataFrame,
    facility_pairs: pd.DataFrame,
    facility_links: pd.DataFrame,
    facility_link_draws: pd.DataFrame,
    study: Study,
) -> pd.DataFrame:
    """Return every change by area and type group, none included, what was linked, and shares by drawn linkages."""
    steps = facility_changes[["from_round", "to_round"]].drop_duplicates()
    if steps.empty:  # fewer than two rounds: nothing to compare
        return _counts(facility_changes, pd.DataFrame({"from_round": [NO_LIST], "to_round": [NO_LIST]}))
    keys = _keys_by_round(facility_panel, facility_links, facility_link_draws)
    rows = [_counts(facility_changes, steps), _linked(facility_pairs, facility_links).assign(**steps.max())]
    rows += [_shares(keys, step.from_round, step.to_round, study.intervals.confidence) for step in steps.itertuples()]
    return pd.concat(rows, ignore_index=True)


def _counts(facility_changes: pd.DataFrame, steps: pd.DataFrame) -> pd.DataFrame:
    type_ = facility_changes["type_from"].fillna(facility_changes["type_to"])
    placed = facility_changes.assign(
        outcome=facility_changes["change"],
        term=facility_changes["area"],
        level=(type_ == RCI).map({True: RCI, False: OTHER}),
    )
    key = ["from_round", "to_round", "outcome", "term", "level"]
    every = pd.DataFrame(
        [
            (*step, *cell)
            for step in steps.itertuples(index=False)
            for cell in itertools.product(CHANGES, AREAS, (RCI, OTHER))
        ],
        columns=key,
    )
    found = placed.groupby(key).size().rename("n").reset_index()
    counts = every.merge(found, on=key, how="left", validate="1:1").fillna({"n": 0})
    for column in ("term", "level"):
        others = [name for name in key if name != column]
        counts = pd.concat([counts, counts.groupby(others, as_index=False)["n"].sum().assign(**{column: TOTAL})])
    missing = dict.fromkeys(("ci_low", "ci_high", "n_hits"), pd.NA)
    return counts.assign(scale="facilities", estimate=counts["n"], note=COUNTED, **missing)


def _linked(facility_pairs: pd.DataFrame, facility_links: pd.DataFrame) -> pd.DataFrame:
    """Return how many rows of lists there are, how many facilities they are taken for, and how many pairs are open."""
    n = {
        ("rows of lists", "rows"): len(facility_links),
        ("facilities on any list", "facilities"): facility_links["facility_key"].nunique(),
        ("pairs to be ruled on", "pairs"): int((facility_pairs["decision"] == "review").sum()),
    }
    rows = pd.DataFrame(
        [(*key, count, count) for key, count in n.items()], columns=["outcome", "scale", "estimate", "n"]
    )
    missing = dict.fromkeys(("ci_low", "ci_high", "n_hits"), pd.NA)
    return rows.assign(term=TOTAL, level=TOTAL, note=LINKED, **missing)


def _keys_by_round(panel: pd.DataFrame, links: pd.DataFrame, draws: pd.DataFrame) -> pd.DataFrame:
    """Return the facilities of each round in each drawn linkage (draw, round_id, facility_key)."""
    lists = panel[["round_id", "lists"]].drop_duplicates()
    lists = lists.assign(list_id=lists["lists"].str.split()).explode("list_id")
    lists = lists[["round_id", "list_id"]].drop_duplicates()
    rows = links[["row_id", "list_id"]].merge(lists, on="list_id", validate="m:1")  # lists of no round fall away
    drawn = draws[["draw", "row_id", "facility_key"]].merge(rows[["row_id", "round_id"]], on="row_id", validate="m:1")
    return drawn[["draw", "round_id", "facility_key"]].drop_duplicates()


def _shares(keys: pd.DataFrame, from_round: str, to_round: str, confidence: float) -> pd.DataFrame:
    """Return the share of earlier facilities found again, and of later ones listed first, over drawn linkages."""
    pairs = keys[keys["round_id"].isin([from_round, to_round])]
    is_listed = pairs.assign(listed=1).pivot_table("listed", ["draw", "facility_key"], "round_id", fill_value=0)
    is_listed["both"] = is_listed[from_round] * is_listed[to_round]
    n = is_listed.groupby("draw").sum()
    shares = {FOUND_AGAIN: n["both"] / n[from_round], NEW: 1 - n["both"] / n[to_round]}
    of = {FOUND_AGAIN: n[from_round], NEW: n[to_round]}
    tail = (1 - confidence) / 2
    rows = [
        {
            "outcome": outcome,
            "estimate": float(share.mean()),
            "ci_low": float(np.quantile(share, tail)),
            "ci_high": float(np.quantile(share, 1 - tail)),
            "n": round(of[outcome].mean()),
            "n_hits": round((share * of[outcome]).mean()),
            "note": DRAWN[outcome],
        }
        for outcome, share in shares.items()
    ]
    constant = {"term": TOTAL, "level": TOTAL, "scale": "share", "from_round": from_round, "to_round": to_round}
    return pd.DataFrame(rows).assign(**constant)
