"""Residential care costs: what print says a child in residential care costs in Cambodia, each part with its year.

One row a printed cost of a child. No source seen prints the whole cost of a place for a month: these are an allowance,
a sponsorship asked for, rice alone, and a building. They cannot be added up, are of different years and homes, and have
no interval, as nobody sampled anything; the allowance, in riel, is told in the US dollars that its article prints. A
table of published numbers only, apart from what any ledger of support holds.
"""

import pandas as pd

from analysis.columns import GRADE, SOURCE_ID
from analysis.contract import Column, estimate_table
from analysis.study import Study

OUTCOME, MONTH, PLACE = "cost of residential care", "USD per child and month", "USD per place, once"
ALLOWANCE = "allowance of the state"
PRINTED = pd.DataFrame(  # each amount, and for how many children where it is not of one
    [
        (ALLOWANCE, MONTH, "costs-state-allowance", None),
        ("sponsorship asked for", MONTH, "costs-sponsorship-poipet", None),
        ("rice alone", MONTH, "costs-rice-month", "costs-rice-children"),
        ("building a home, lower figure", PLACE, "costs-building-low", "costs-building-children"),
        ("building a home, upper figure", PLACE, "costs-building-high", "costs-building-children"),
    ],
    columns=["term", "scale", "claim_id", "children_claim_id"],
)

TABLE = estimate_table(
    one_row_is="a printed cost of a child in residential care",
    extra={
        "period": Column("str", "year of the number, or about it"),
        "claim_id": Column("str", "the claim that prints the amount"),
        "grade": GRADE,
        "source_id": SOURCE_ID,
    },
)


def build(claims: pd.DataFrame, study: Study) -> pd.DataFrame:
    """Return every printed cost as US dollars of its year for a child; an amount for several is divided by them."""
    wanted = claims[["claim_id", "place", "period", "definition", "value", "grade", "source_id"]]
    rows = PRINTED.merge(wanted, how="left", on="claim_id", validate="1:1")
    n_children = rows["children_claim_id"].map(claims.set_index("claim_id")["value"]).fillna(1)
    usd_month = study.residential_care_costs.allowance_usd_day * study.support_costs.days_per_month
    return rows.assign(
        outcome=OUTCOME,
        level=rows["place"],
        estimate=(rows["value"] / n_children).mask(rows["term"] == ALLOWANCE, usd_month),
        ci_low=pd.NA,
        ci_high=pd.NA,
        n=pd.NA,
        note=rows["definition"] + ": as printed by one source, without an interval",
    )[list(TABLE.columns)]
