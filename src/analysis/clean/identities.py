"""Identities: one calculation among printed numbers that should hold or is known to fail, from our rulings."""

import pandas as pd

from analysis.contract import Column, Table

OPERATIONS = (
    "sum",
    "difference",
    "product",
    "ratio",
    "percent",
    "percent_growth",
    "percent_decline",
    "percent_of",
    "per_100k",
    "scaled",
    "equal",
)

TABLE = Table(
    one_row_is="a calculation among printed numbers",
    key=("identity_id",),
    columns={
        "identity_id": Column("str", "name of the identity", matches=r"^[a-z0-9-]+$"),
        "statement": Column("str", "the calculation in words, with its numbers"),
        "operation": Column("str", "what is done with the terms, in their order", isin=OPERATIONS),
        "terms": Column("str", "claim_ids, plain numbers or table:NAME:COLUMN, separated by spaces"),
        "result": Column("str", "claim_id it should equal; missing if a value is expected", nullable=True),
        "expected_value": Column("Float64", "value it should equal where no claim has it", nullable=True),
        "unit": Column("str", "unit of the result"),
        "tolerance": Column("Float64", "rounding of the printed value", ge=0),
        "expected": Column("str", "whether it holds in print", isin=("holds", "fails")),
        "known_difference": Column("Float64", "computed minus printed, of one known to fail", nullable=True),
        "note": Column("str", "why a failing one fails", nullable=True),
    },
)


def build(identities_printed: pd.DataFrame) -> pd.DataFrame:
    """Return the list of identities as it is."""
    return identities_printed
