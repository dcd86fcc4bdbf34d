"""Living parents: one printed share of children with living parents, or without, beside all others.

Years, populations and definitions differ, so no single figure is chosen (ruling ``living-parent``).
"""

import pandas as pd

from analysis.columns import GRADE, SOURCE_ID
from analysis.contract import Column, estimate_table

INDICATORS = ("living_parent_share", "both_parents_living_share", "double_orphan_share")
PRINTED, COMPLEMENT = "as printed", "100% minus double orphans"

TABLE = estimate_table(
    one_row_is="a printed share of children by living parents, or one derived from it",
    extra={
        "population": Column("str", "which children"),
        "definition": Column("str", "what is counted"),
        "value_printed": Column("str", "as printed, its words kept"),
        "period": Column("str", "when it held", nullable=True),
        "is_in_residential_care": Column("boolean", "false for children in households, shown for context"),
        "grade": GRADE,
        "source_id": SOURCE_ID,
    },
)


def build(claims: pd.DataFrame) -> pd.DataFrame:
    """Return every claim about living parents, and what the claims about double orphans imply."""
    printed = claims.pipe(_keep_claims)
    return pd.concat([printed, _complements(printed)]).pipe(_attach_notes)[list(TABLE.columns)]


def _keep_claims(claims: pd.DataFrame) -> pd.DataFrame:
    about_parents = claims[claims["indicator"].isin(INDICATORS)]
    return about_parents.rename(columns={"claim_id": "term", "indicator": "outcome"}).assign(
        level=PRINTED,
        scale="share",
        estimate=about_parents["value"] / 100,
        ci_low=pd.NA,
        ci_high=pd.NA,
        n=pd.NA,
        is_in_residential_care=about_parents["topic"] == "child_characteristics",
        note=(about_parents["note"] + ".").fillna(""),
    )


def _complements(printed: pd.DataFrame) -> pd.DataFrame:
    """Return the share with at least one living parent that a share of double orphans implies."""
    orphans = printed[printed["outcome"] == "double_orphan_share"]
    return orphans.assign(
        outcome="living_parent_share",
        level=COMPLEMENT,
        estimate=1 - orphans["estimate"],
        definition="at least one living parent: all who are not double orphans",
        grade="C",
        note="Derived as 100% minus the printed share; takes the parents of every child to be known.",
    )


def _attach_notes(rows: pd.DataFrame) -> pd.DataFrame:
    return rows.assign(
        note=(rows["note"] + " " + _range_in_words(rows) + " No interval is printed in the text seen.").str.strip()
    )


def _range_in_words(rows: pd.DataFrame) -> str:
    in_care = rows[rows["is_in_residential_care"] & (rows["outcome"] == "living_parent_share")]
    shares = in_care["estimate"].dropna()
    return (
        f"Claims on children in residential care with a living parent run from {shares.min():.0%} to "
        f"{shares.max():.0%}; they differ in year, children and definition, and no single figure is chosen."
    )
