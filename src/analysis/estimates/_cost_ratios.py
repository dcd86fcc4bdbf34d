"""What support costs a month, for any group of children: their spending over their months, with its interval."""

from typing import Any

import pandas as pd

from analysis.models.cluster_ratio import ClusterRatio, cluster_ratio
from analysis.study import Study

OF_CHILD = ["agency", "child_key"]
HOUSEHOLD = "household_key"
N_TOP = 2  # children whose spending a number may not be made of
Row = dict[str, Any]


def spent_on(children: pd.DataFrame, items: pd.DataFrame, amount: str = "cost_usd") -> pd.Series:
    """Return what was spent on each of ``children`` (their index), 0 on whom ``items`` hold nothing."""
    sums = items.groupby(OF_CHILD)[amount].sum()
    found = sums.reindex(pd.MultiIndex.from_frame(children[OF_CHILD]))
    return found.fillna(0).astype("float64").set_axis(children.index)


def cost_row(
    children: pd.DataFrame, spent: pd.Series, months: str, study: Study, shared: pd.Series | None = None
) -> Row:
    """Return the spending on ``children`` per month of the column ``months``, with an interval over agencies.

    ``shared``: what agencies (its index) spent on no single child besides. With fewer agencies than ``study.toml`` asks
    for, households are the clusters. The number is missing where the children have no month.
    """
    is_by_agency = children["agency"].nunique() >= study.support_costs.least_agencies
    by = children["agency" if is_by_agency else HOUSEHOLD]
    sums = pd.DataFrame({"above": spent, "below": children[months]}).groupby(by).sum()
    if shared is not None:
        sums = sums.add(pd.DataFrame({"above": shared, "below": 0.0}), fill_value=0)
    scale = "USD per case-month" if months == "case_months" else "USD per month at home"
    counted = {"scale": scale, **counts(spent), "n_children": len(children), "n_agencies": children["agency"].nunique()}
    if not sums["below"].sum() > 0:
        return {**counted, "note": "nobody, or no such month"}
    found = cluster_ratio(sums["above"], sums["below"])
    return {**counted, **numbers(found, study.intervals.confidence, "agencies" if is_by_agency else "households")}


def counts(spent: pd.Series) -> Row:
    """Return on how many children something was spent, and which part of it the two hold on whom most was."""
    top = float(spent.nlargest(N_TOP).sum() / spent.sum()) if spent.sum() > 0 else None
    return {"n": int((spent > 0).sum()), "top_two_share": top}


def numbers(found: ClusterRatio, confidence: float, clusters: str) -> Row:
    """Return a ratio as the table has it, and what its interval is."""
    low, high = found.interval(confidence)
    said = f"interval over {clusters}, {confidence:.0%}, Student's t with Satterthwaite's degrees of freedom"
    if not found.degrees_of_freedom > 0:
        said = f"no interval: too few {clusters}, or one tells nearly all"
    return {"estimate": found.estimate, "ci_low": low, "ci_high": high, "note": said}
