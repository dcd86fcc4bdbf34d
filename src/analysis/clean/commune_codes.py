"""Commune codes: a six-digit code that three official code lists do not share, with what it means in each.

A code that is not here means the same place in every list that has it.
"""

import pandas as pd

from analysis.contract import Column, Table

COMPARISONS = ("another place", "only in MEF 2025", "only in NCDD 2026", "only in IDPoor 2022")

TABLE = Table(
    one_row_is="a commune code that the lists do not share",
    key=("commune_code",),
    columns={
        "commune_code": Column("str", "six-digit code", matches=r"^\d{6}$"),
        "commune_mef_2025": Column("str", "name, Ministry of Economy and Finance 2025", nullable=True),
        "commune_ncdd_2026": Column("str", "name, NCDD 2026", nullable=True),
        "commune_idpoor_2022": Column("str", "name, IDPoor extract of about 2022", nullable=True),
        "comparison": Column("str", "another place, or the one list that has the code", isin=COMPARISONS),
    },
)


def build(commune_code_conflicts: pd.DataFrame) -> pd.DataFrame:
    """Return the conflicts as they are."""
    return commune_code_conflicts
