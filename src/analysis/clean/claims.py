"""Claims: one printed number with its definition, method, grade and document, from the published ledger.

Claims that contradict each other all stay; ``rulings`` says which one is used where.
"""

import pandas as pd

from analysis.columns import GRADE
from analysis.contract import Column, Table

TOPICS = (
    "mapping",
    "care_trend",
    "estimation_study",
    "global",
    "child_characteristics",
    "living_arrangements",
    "reintegration",
    "reunification_elsewhere",
    "costs",
    "workforce",
)
METHODS = ("census_of_facilities", "modelled", "administrative", "survey", "press", "derived")

TABLE = Table(
    one_row_is="a printed number",
    key=("claim_id",),
    columns={
        "claim_id": Column("str", "stable name of the claim", matches=r"^[a-z0-9-]+$"),
        "topic": Column("str", "what the claim is part of", isin=TOPICS),
        "place": Column("str", "an area, a province, or a place in words"),
        "population": Column("str", "whom or what the number is about"),
        "indicator": Column("str", "what is measured", matches=r"^[a-z0-9_]+$"),
        "value_printed": Column("str", "as printed, its words kept; thousands have a comma"),
        "value": Column("Float64", "the plain number in it; missing if there is none", nullable=True),
        "unit": Column("str", "unit of the value"),
        "period": Column("str", "when it held; missing if not stated", nullable=True),
        "definition": Column("str", "what is counted"),
        "method": Column("str", "how the number came about", isin=METHODS),
        "grade": GRADE,
        "source_id": Column("str", "the document; of a derived number that of its first term"),
        "locator": Column("str", "where in the document"),
        "note": Column("str", "formula of a derived number, conflicts, cautions", nullable=True),
    },
)


def build(claims_printed: pd.DataFrame) -> pd.DataFrame:
    """Return the ledger as it is."""
    return claims_printed
