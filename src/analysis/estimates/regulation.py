"""Regulation: share of institutions that are registered, have an agreement or were inspected, by who counted.

From the mapping of 2014-15 (every institution) and from the 122 institutions the estimation study visited.
"""

import pandas as pd

from analysis.columns import GRADE, SOURCE_ID
from analysis.contract import Column, estimate_table
from analysis.models.counts import binomial_interval
from analysis.study import Study

TABLE = estimate_table(
    one_row_is="a share of institutions in one count of them",
    extra={
        "claim_id": Column("str", "the claim that prints the share or its opposite"),
        "grade": GRADE,
        "source_id": SOURCE_ID,
    },
)

CENSUS = "A count of every institution found, printed as its opposite in whole percent: no sampling, so no interval."
VISITED = (
    "Exact (Clopper-Pearson) interval that takes the institutions for a simple random sample. They come from 24 "
    "communes, and institutions of one commune are alike, so the true interval is wider."
)
QUOTED = "Printed as 'without agreement' in a summary that does not say of which institutions: no n, so no interval."

PRINTED = pd.DataFrame(
    [
        ("registered_share", "mapping", "with any branch of government", "mapping-cambodia-rci-not-registered-share"),
        ("agreement_share", "mapping", "memorandum of understanding", "mapping-cambodia-rci-no-agreement-share"),
        ("inspected_share", "mapping", "ever", "mapping-cambodia-rci-never-inspected-share"),
        ("agreement_share", "study", "memorandum of understanding", "study-no-agreement-share"),
    ],
    columns=["outcome", "term", "level", "claim_id"],
)
COUNTED = pd.DataFrame(
    [
        ("registered_share", "study", "with the ministry, by own report", "study-registered-facilities"),
        ("inspected_share", "study", "in 2014", "study-inspected-2014-facilities"),
    ],
    columns=["outcome", "term", "level", "claim_id"],
)


def build(claims: pd.DataFrame, study: Study) -> pd.DataFrame:
    """Return the shares of both counts, with an interval where institutions were sampled."""
    numbers = claims.set_index("claim_id")["value"]
    rows = pd.concat([_from_opposites(claims, numbers), _from_counts(claims, numbers, study)])
    return rows[list(TABLE.columns)]


def _from_opposites(claims: pd.DataFrame, numbers: pd.Series) -> pd.DataFrame:
    """Return one minus each printed share of institutions without."""
    rows = _attach_claims(PRINTED, claims)
    is_census = rows["term"] == "mapping"
    return rows.assign(
        estimate=1 - rows["value"] / 100,
        ci_low=pd.NA,
        ci_high=pd.NA,
        n=pd.Series(numbers["mapping-cambodia-rci-facilities"], index=rows.index).where(is_census),
        note=is_census.map({True: CENSUS, False: QUOTED}),
    )


def _from_counts(claims: pd.DataFrame, numbers: pd.Series, study: Study) -> pd.DataFrame:
    """Return shares of the institutions visited, with the exact interval."""
    rows = _attach_claims(COUNTED, claims)
    n_visited = numbers["study-institutions"]
    low, high = binomial_interval(rows["value"].to_numpy("float64"), float(n_visited), study.intervals.confidence)
    return rows.assign(estimate=rows["value"] / n_visited, ci_low=low, ci_high=high, n=n_visited, note=VISITED)


def _attach_claims(rows: pd.DataFrame, claims: pd.DataFrame) -> pd.DataFrame:
    wanted = claims[["claim_id", "value", "grade", "source_id"]]
    return rows.merge(wanted, how="left", on="claim_id", validate="1:1").assign(scale="share")
