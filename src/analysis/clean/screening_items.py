"""Screening items: one question by which a facility is screened for orphanage trafficking.

The list is assembled, not a published one; whoever has the published list puts its rows in the place of these.
"""

import pandas as pd

from analysis.contract import Column, Table

TABLE = Table(
    one_row_is="an item of the screening",
    key=("item_id",),
    columns={
        "item_id": Column("str", "short name of the item", matches=r"^\w{1,10}(\.\w{1,10})*$"),
        "element": Column("str", "what it is a sign of", isin=("act", "purpose", "context")),
        "sub_element": Column("str", "what kind of act, purpose or context"),
        "item": Column("str", "what the assessor is asked"),
        "level": Column(
            "str",
            "whether it is asked of the facility or of any child",
            isin=("facility", "child", "child_or_facility"),
        ),
        "basis": Column("str", "what the item was assembled from"),
        "sensitive_as": Column("str", "harm to children that it is about; missing if none", nullable=True),
    },
)


def build(screening_items_assembled: pd.DataFrame) -> pd.DataFrame:
    """Return the items as they are listed."""
    return screening_items_assembled
