"""Care rates: the rate of one outcome in one area on one count of children, or the ratio of two, by one interval.

From the mapping's printed totals and both counts of children. Children have two intervals: the exact Poisson one,
which takes every child for an independent event, and one that knows they came to live in facilities together.
"""

import numpy as np
import pandas as pd

from analysis.contract import Column, estimate_table
from analysis.models.counts import (
    clustered_count_interval,
    clustered_ratio_interval,
    poisson_interval,
    rate_ratio_interval,
)
from analysis.study import Study

EXACT, CLUSTERED = "exact_poisson", "clustered_in_facilities"
PER = 100_000

TABLE = estimate_table(
    one_row_is="the rate of one outcome in one area, or its ratio to the base area, with one kind of interval",
    extra={
        "interval": Column("str", "how the interval was made", isin=(EXACT, CLUSTERED)),
        "n_children": Column("Int64", "children of the area; missing for a ratio", ge=0, nullable=True),
        "claim_ids": Column("str", "the claims that print the counts"),
    },
    key=("outcome", "term", "level", "interval"),
)

NOTES = {
    ("n_rcis", EXACT): "Exact Poisson interval for chance: institutions taken to arise independently; too narrow if "
    "one draws another.",
    ("n_children_in_rcis", EXACT): (
        "Exact Poisson interval, which takes every child for an independent event. Children live in facilities, so it "
        "is too narrow; use the one for children clustered in facilities."
    ),
    ("n_children_in_rcis", CLUSTERED): (
        "Interval for children who live in facilities: a Poisson number of independent facilities, whose sizes vary as "
        "those of the 2015 study did; normal on the log scale."
    ),
}
LIMITS = "Facilities that were missed are not covered, and no count of children is of the year of the mapping."


def build(mapping_totals: pd.DataFrame, group_children: pd.DataFrame, study: Study) -> pd.DataFrame:
    """Return rates per 100,000 children and ratios to the base area, on each count of children."""
    counted = mapping_totals.pipe(_attach_rcis).pipe(_attach_children, group_children)
    rates = pd.concat([_exact_rates(counted, study), _clustered_rates(counted, study)])
    pairs = counted.pipe(_pair_with_base, mapping_totals, study.care_rates.base_area)
    ratios = pd.concat([_exact_ratios(pairs, study), _clustered_ratios(pairs, study)])
    return pd.concat([rates, ratios]).pipe(_attach_notes)


def _attach_rcis(mapping_totals: pd.DataFrame) -> pd.DataFrame:
    """Return one row an outcome and area, with the number of institutions the outcome was counted in."""
    areas = mapping_totals.drop_duplicates(["outcome", "area", "claim_id"]).groupby(
        ["outcome", "area", "total"], sort=False
    )
    totals = areas["claim_id"].agg(" ".join).rename("claim_ids").reset_index()
    rcis = totals.query("outcome == 'n_rcis'").rename(columns={"total": "n_rcis"})
    return totals.merge(rcis[["area", "n_rcis"]], how="left", on="area", validate="m:1")


def _attach_children(totals: pd.DataFrame, group_children: pd.DataFrame) -> pd.DataFrame:
    """Return the totals once for each count of children of their area; an area without one is an error."""
    counted = totals.merge(group_children, how="left", on="area", validate="m:m")  # two denominators an area
    without = counted.loc[counted["denominator"].isna(), "area"].unique()
    if len(without):
        raise ValueError(f"group_children has no row for {', '.join(without)}, for which a total is printed")
    return counted[counted["n_children"].notna()].reset_index(drop=True)


def _exact_rates(counted: pd.DataFrame, study: Study) -> pd.DataFrame:
    """Return rates with the exact Poisson interval."""
    low, high = poisson_interval(counted["total"], study.intervals.confidence, counted["n_children"])
    return _rate_rows(counted, EXACT, low, high)


def _clustered_rates(counted: pd.DataFrame, study: Study) -> pd.DataFrame:
    """Return rates of children with the interval that knows their facilities, where those are known."""
    clustered = counted[_is_clustered(counted)]
    low, high = clustered_count_interval(
        clustered["total"],
        clustered["n_rcis"],
        study.care_rates.facility_size_cv,
        study.intervals.confidence,
        clustered["n_children"],
    )
    return _rate_rows(clustered, CLUSTERED, low, high)


def _pair_with_base(counted: pd.DataFrame, mapping_totals: pd.DataFrame, base_area: str) -> pd.DataFrame:
    """Return each area that shares no province with the base area beside the base area."""
    codes = mapping_totals.groupby("area")["province_code"].agg(set)
    apart = [area for area, provinces in codes.items() if provinces.isdisjoint(codes[base_area])]
    return counted[counted["area"].isin(apart)].merge(
        counted[counted["area"] == base_area],
        on=["outcome", "denominator"],
        suffixes=("", "_base"),
        validate="m:1",
    )


def _exact_ratios(pairs: pd.DataFrame, study: Study) -> pd.DataFrame:
    """Return rate ratios with the exact conditional interval."""
    low, high = rate_ratio_interval(
        pairs["total"],
        pairs["n_children"],
        pairs["total_base"],
        pairs["n_children_base"],
        study.intervals.confidence,
    )
    return _ratio_rows(pairs, EXACT, low, high)


def _clustered_ratios(pairs: pd.DataFrame, study: Study) -> pd.DataFrame:
    """Return ratios of the rates of children with the interval that knows their facilities."""
    clustered = pairs[_is_clustered(pairs) & (pairs["total_base"] > 0) & pairs["n_rcis_base"].notna()]
    low, high = clustered_ratio_interval(
        _ratio(clustered),
        clustered["n_rcis"],
        clustered["n_rcis_base"],
        study.care_rates.facility_size_cv,
        study.intervals.confidence,
    )
    return _ratio_rows(clustered, CLUSTERED, low, high)


def _attach_notes(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the rows with what a reader must know of each."""
    kinds = zip(rows["outcome"], rows["interval"], strict=True)
    return rows.assign(note=[f"{NOTES[kind]} {LIMITS}" for kind in kinds])


def _is_clustered(counted: pd.DataFrame) -> pd.Series:
    is_children = counted["outcome"] == "n_children_in_rcis"
    return is_children & (counted["total"] > 0) & counted["n_rcis"].notna()


def _ratio(pairs: pd.DataFrame) -> pd.Series:
    base_rate = (pairs["total_base"] / pairs["n_children_base"]).mask(pairs["total_base"] == 0)
    return pairs["total"] / pairs["n_children"] / base_rate


def _rate_rows(counted: pd.DataFrame, interval: str, low: np.ndarray, high: np.ndarray) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "outcome": counted["outcome"],
            "term": counted["area"],
            "level": counted["denominator"],
            "scale": "per_100k_children",
            "estimate": PER * counted["total"] / counted["n_children"],
            "ci_low": PER * low,
            "ci_high": PER * high,
            "n": counted["total"],
            "interval": interval,
            "n_children": counted["n_children"],
            "claim_ids": counted["claim_ids"],
        }
    )


def _ratio_rows(pairs: pd.DataFrame, interval: str, low: np.ndarray, high: np.ndarray) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "outcome": pairs["outcome"],
            "term": pairs["area"] + " / " + pairs["area_base"],
            "level": pairs["denominator"],
            "scale": "ratio",
            "estimate": _ratio(pairs),
            "ci_low": low,
            "ci_high": high,
            "n": pairs["total"] + pairs["total_base"],
            "interval": interval,
            "n_children": pd.NA,
            "claim_ids": pairs["claim_ids"] + " " + pairs["claim_ids_base"],
        }
    )
