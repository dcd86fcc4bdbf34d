"""What records tell a response plan: how tiers change, how returns end, and how many children came of closures."""

from typing import Any

import numpy as np
import pandas as pd
from scipy import stats

from analysis.estimates import _response_draws as draws
from analysis.features.assessment_waves import BASELINE, RETURN
from analysis.models.counts import tail_of
from analysis.models.ordered_chain import ClusteredChain, clustered_chain
from analysis.study import Study

STAGES = (  # of a closure, from the widest on: the first that is told, after those who lived there, is taken
    *("n_children_identified", "n_children_traced", "n_children_assessed", "n_children_enrolled"),
    "n_children_in_school",
)
PRESENT = "n_children_present"
TIER_COUNTS = [f"n_{tier}" for tier in draws.TIERS]
SURE = 1e-9  # a rate of what never happened: shares of 0 have no logarithm


def after_return(tier_changes: pd.DataFrame) -> pd.DataFrame:
    """Return pairs of assessments of children at home: counted from a return, none of them before it."""
    is_home = (tier_changes["counted_from"] == RETURN) & (tier_changes["wave"] != BASELINE)
    return tier_changes[is_home]


def tier_chain(pairs: pd.DataFrame, choices: Study) -> ClusteredChain | None:
    """Return the chain of tiers of children at home, agencies left out in turn; none where too few tell of it.

    Too few are fewer than ``least_agencies``, or no pair that begins in some tier, with all agencies or without one.
    """
    if pairs["agency"].nunique() < choices.least_agencies:
        return None
    codes, agencies = pd.factorize(pairs["agency"], sort=True)
    lengths, durations = pd.factorize(pairs["days_between"].astype("int64"), sort=True)
    before, after = (pairs[name].map(draws.TIERS.index).to_numpy() for name in ("tier", "next_tier"))
    counts = np.zeros((len(agencies), len(durations), len(draws.TIERS), len(draws.TIERS)))
    np.add.at(counts, (codes, lengths, before, after), 1)
    of_all = counts.sum(axis=(0, 1, 3))
    if (of_all - counts.sum(axis=(1, 3)) <= 0).any():
        return None
    return clustered_chain(counts, np.asarray(durations, dtype="float64"))


def first_tiers(pairs: pd.DataFrame) -> np.ndarray:
    """Return how many children (G, T) of each agency were in each tier when first seen at home."""
    first = pairs.sort_values(["child_key", "days", "instrument"]).drop_duplicates("child_key")
    by_agency = pd.crosstab(first["agency"], first["tier"]).reindex(columns=list(draws.TIERS), fill_value=0)
    return by_agency.to_numpy("float64")


def recorded_ends(
    re_separation: pd.DataFrame, n_draws: int, study: Study, rng: np.random.Generator
) -> np.ndarray | None:
    """Return daily rates (n_draws, K) at which returns end in each way, from incidences; none where none is told.

    Each incidence of the first year is drawn from a normal distribution on the scale log(-log(1 - p)), as wide as its
    interval. ASSUME: ends are as frequent later as over the first year.
    """
    told, days = first_year(re_separation, study), study.re_separation.home_days
    if told.empty:
        return None
    shares = np.column_stack([_drawn_share(row, n_draws, study.intervals.confidence, rng) for row in told.itertuples()])
    whole = np.minimum(shares.sum(axis=1, keepdims=True), 1 - SURE)
    return -np.log1p(-whole) / days * shares / shares.sum(axis=1, keepdims=True)


def first_year(re_separation: pd.DataFrame, study: Study) -> pd.DataFrame:
    """Return the incidence of each end over the first year, of all returns."""
    is_whole = (re_separation["term"] == "returns") & (re_separation["measure"] == "incidence")
    return re_separation[is_whole & (re_separation["day"] == study.re_separation.home_days)].dropna(subset="estimate")


def _drawn_share(row: Any, n_draws: int, confidence: float, rng: np.random.Generator) -> np.ndarray:
    """Return draws of one incidence; the same each time where it has no interval."""
    middle = np.clip(float(row.estimate), SURE, 1 - SURE)
    if pd.isna(row.ci_low) or pd.isna(row.ci_high) or float(row.ci_low) <= 0:
        return np.full(n_draws, middle)
    low, high = (np.log(-np.log1p(-float(end))) for end in (row.ci_low, row.ci_high))
    spread = (high - low) / (2 * stats.norm.isf(tail_of(confidence)))
    return -np.expm1(-np.exp(rng.normal(np.log(-np.log1p(-middle)), spread, n_draws)))


def closed(closure_events: pd.DataFrame) -> pd.DataFrame:
    """Return the closures that tell of a child: their day, children and tiers.

    Children are those identified; where that is not told, those of the first later stage that is, else all who lived
    there.
    """
    stages = closure_events[[*STAGES, PRESENT]].astype("Float64")
    n_children = stages.bfill(axis=1).iloc[:, 0].astype("Int64")
    told = closure_events[["closure_event_id", "closed_on", *TIER_COUNTS]].assign(n_children=n_children)
    return told[told["n_children"].fillna(0) > 0]


def closed_days(closures: pd.DataFrame, n_draws: int, rng: np.random.Generator) -> np.ndarray:
    """Return days (n_draws, C) since the first closure at which the facility of each child closed.

    Closures without a day are given that of another, drawn anew each time; with no day at all, all close at once.
    """
    of_each = closures.loc[closures.index.repeat(closures["n_children"])]
    day = (of_each["closed_on"] - closures["closed_on"].min()).dt.days.to_numpy("float64", na_value=np.nan)
    known = day[~np.isnan(day)]
    if not len(known):
        return np.zeros((n_draws, len(day)))
    codes = pd.factorize(of_each["closure_event_id"])[0]
    instead = rng.choice(known, (n_draws, codes.max() + 1))[:, codes]
    return np.where(np.isnan(day), instead, day)
