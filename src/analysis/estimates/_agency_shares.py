"""Shares of rows that agencies wrote, with intervals over agencies: workers of one agency record and decide alike."""

from typing import Any

import numpy as np
import pandas as pd

from analysis.models.cluster_ratio import share_interval

Row = dict[str, Any]
UNKNOWN = "unknown"


def with_agency(rows: pd.DataFrame, cases: pd.DataFrame) -> pd.DataFrame:
    """Return rows of cases with the ``agency`` of the case; one for all whose agency is not known."""
    known = rows.merge(cases[["case_id", "org_code"]], on="case_id", how="left", validate="m:1")
    return known.assign(agency=known["org_code"].fillna(UNKNOWN)).drop(columns="org_code")


def share_over_agencies(is_hit: pd.Series, agency: pd.Series, confidence: float) -> Row:
    """Return the share of rows that are hits, its counts and its interval; without a row only the counts.

    With a single agency the interval goes from 0 to 1: nothing is known of how agencies differ.
    """
    sizes: Row = {"n": len(is_hit), "n_hits": int(is_hit.sum()), "n_agencies": agency.nunique()}
    if is_hit.empty:
        return sizes
    counts = pd.DataFrame({"hits": is_hit.astype("int64"), "of": np.int64(1)}).groupby(agency).sum()
    low, high = share_interval(counts["hits"], counts["of"], confidence)
    return {**sizes, "estimate": is_hit.mean(), "ci_low": low, "ci_high": high}
