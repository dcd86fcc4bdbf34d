"""Facility rates: children in listed facilities per 100,000 children of a province, and facilities, with intervals.

From the latest round of the facility panel. Children are those of the facilities that somebody counted; how many were
not counted stands beside. What is on no list is not in here, and two rows that were linked wrongly, or not linked, are.
"""

import numpy as np
import pandas as pd

from analysis.contract import Column, estimate_table
from analysis.models.counts import clustered_count_interval, poisson_interval
from analysis.models.spatial import empirical_bayes_rates
from analysis.study import Study

PER = 100_000
ALL, UNKNOWN = "all", "unknown"
CHILDREN, FACILITIES = "children in facilities", "facilities"
RCI, ALL_TYPES = "rci", "all"

TABLE = estimate_table(
    one_row_is="the rate of children in listed facilities, or of facilities, in one province, the unknown one, or all",
    extra={
        "province": Column("str", "name of the province; not recorded; all provinces"),
        "round_id": Column("str", "the latest round of lists; missing if there is none", nullable=True),
        "n_children_2011": Column(
            "Int64", "under-18s registered in 2011; missing for the unknown province", unit="children", nullable=True
        ),
        "n_facilities": Column("Int64", "facilities behind the number", unit="facilities", ge=0),
        "n_facilities_uncounted": Column("Int64", "facilities whose children nobody counted", unit="facilities", ge=0),
        "top_two_share": Column(
            "Float64", "share of the children in the two largest facilities", unit="share", ge=0, le=1, nullable=True
        ),
        "shrunk": Column("Float64", "the rate drawn towards the mean of all provinces", ge=0, nullable=True),
        "own_share": Column(
            "Float64", "how much of the province's own rate that keeps", unit="share", ge=0, le=1, nullable=True
        ),
    },
)

NAMES = {UNKNOWN: "Province not recorded", ALL: "All provinces"}
LISTED = "What no list names is not covered; rows are taken for rightly linked."
NOTES = {
    CHILDREN: "n: children of the facilities that were counted. Interval for children who live in facilities: a "
    "Poisson number of independent facilities, whose sizes vary as those of the lists do; where there is none, up to "
    f"the exact bound of their number, each of mean size. {LISTED}",
    FACILITIES: f"n: facilities. Exact Poisson interval: facilities taken to arise independently. {LISTED}",
}


def build(
    facility_panel: pd.DataFrame, province_children: pd.DataFrame, provinces: pd.DataFrame, study: Study
) -> pd.DataFrame:
    """Return the rates of every province, the unknown one and all, of institutions and of all types."""
    latest = facility_panel["round_id"].max() if len(facility_panel) else None
    listed = facility_panel[facility_panel["round_id"] == latest]
    kinds = {RCI: listed[listed["facility_type"] == "rci"], ALL_TYPES: listed}
    rates = [
        _rates(_counts(facilities, province_children), facilities["n_children"].dropna(), study).assign(level=level)
        for level, facilities in kinds.items()
    ]
    names = provinces.set_index("province_code")["province"].to_dict() | NAMES
    rows = pd.concat(rates, ignore_index=True)
    return rows.assign(province=rows["term"].map(names), round_id=latest, note=rows["outcome"].map(NOTES))[
        list(TABLE.columns)
    ]


def _counts(facilities: pd.DataFrame, province_children: pd.DataFrame) -> pd.DataFrame:
    """Return one row a province, then the unknown one and all, with its facilities and their children."""
    terms = [*province_children["province_code"], UNKNOWN]
    known = facilities["province_code"].where(facilities["province_code"].isin(terms), UNKNOWN)
    by_place = [_summed(facilities[known == term]).assign(term=term) for term in terms]
    counts = pd.concat([*by_place, _summed(facilities).assign(term=ALL)], ignore_index=True)
    children = province_children.set_index("province_code")["n_children_2011"]
    whole = pd.Series({ALL: children.sum()}, dtype="Int64")
    return counts.assign(n_children_2011=counts["term"].map(pd.concat([children, whole])).astype("Int64"))


def _summed(facilities: pd.DataFrame) -> pd.DataFrame:
    sizes = facilities["n_children"].dropna().astype("int64").sort_values(ascending=False)
    return pd.DataFrame(
        {
            "n_listed": [len(facilities)],
            "n_counted": [len(sizes)],
            "n_children": [int(sizes.sum())],
            "top_two_share": [sizes.head(2).sum() / sizes.sum() if sizes.sum() else np.nan],
        }
    )


def _rates(counts: pd.DataFrame, sizes: pd.Series, study: Study) -> pd.DataFrame:
    """Return the rates of children, whose facilities have ``sizes``, and of facilities."""
    spread = sizes.astype("float64")
    dispersion = (spread**2).sum() / spread.sum() if spread.sum() else 1.0
    of_children = _rate_rows(counts, "n_children", _children_interval(counts, spread, study), dispersion)
    confidence = study.intervals.confidence
    low, high = poisson_interval(counts["n_listed"], confidence)
    of_facilities = _rate_rows(counts, "n_listed", (low, high), 1.0)
    return pd.concat(
        [
            of_children.assign(outcome=CHILDREN, n_facilities=counts["n_counted"]),
            of_facilities.assign(outcome=FACILITIES, n_facilities=counts["n_listed"], top_two_share=pd.NA),
        ]
    )


def _children_interval(counts: pd.DataFrame, sizes: pd.Series, study: Study) -> tuple[np.ndarray, np.ndarray]:
    """Return the interval of the number of children of each place; open above where no facility was ever counted."""
    confidence = study.intervals.confidence
    cv = sizes.std() / sizes.mean() if len(sizes) > 1 and sizes.sum() else study.care_rates.facility_size_cv
    is_some = (counts["n_children"] > 0).to_numpy()
    low, high = np.zeros(len(counts)), poisson_interval(counts["n_counted"], confidence)[1] * sizes.mean()
    some = counts[is_some]
    low[is_some], high[is_some] = clustered_count_interval(some["n_children"], some["n_counted"], cv, confidence)
    return low, high


def _rate_rows(
    counts: pd.DataFrame, column: str, interval: tuple[np.ndarray, np.ndarray], dispersion: float
) -> pd.DataFrame:
    per = PER / counts["n_children_2011"].astype("Float64")
    low, high = interval
    return counts[["term", "n_children_2011", "top_two_share"]].assign(
        scale="per_100k_children",
        estimate=counts[column] * per,
        ci_low=low * per,
        ci_high=high * per,
        n=counts[column],
        n_facilities_uncounted=counts["n_listed"] - counts["n_counted"],
        **_shrunk(counts, column, dispersion),
    )


def _shrunk(counts: pd.DataFrame, column: str, dispersion: float) -> dict[str, pd.Series]:
    """Return the empirical-Bayes rates of the provinces; missing for the other rows, and where nothing was counted."""
    is_province = ~counts["term"].isin([UNKNOWN, ALL])
    own = counts[is_province]
    missing = pd.Series(pd.NA, counts.index, dtype="Float64")
    if not own[column].sum():
        return {"shrunk": missing, "own_share": missing}
    rates = empirical_bayes_rates(own[column], own["n_children_2011"], dispersion)
    shrunk, weight = missing.copy(), missing.copy()
    shrunk[is_province], weight[is_province] = PER * rates.shrunk, rates.weight
    return {"shrunk": shrunk, "own_share": weight}
