"""Care indicators: the 15 indicators of the manual for children in formal care, and how lists of facilities give each.

The manual is that of the Better Care Network and UNICEF (2009). Titles of indicators 1 to 12 were seen in its
collection tools; those of 13 to 15 and most definitions, with their time windows, stand from memory (``status``).
"""

import pandas as pd

from analysis.contract import Column, Table

TABLE = Table(
    one_row_is="an indicator of the manual",
    key=("indicator",),
    columns={
        "indicator": Column("str", "number in the manual", matches=r"^(0[1-9]|1[0-5])$"),
        "title": Column("str", "title in the manual"),
        "is_core": Column("boolean", "whether it is one of the manual's four core indicators"),
        "computed_as": Column(
            "str",
            "per 100,000 children of the area, share of people, share of facilities, or not from lists",
            isin=("rate", "share", "registered", "not_in_lists"),
        ),
        "numerator": Column("str", "who or what is counted above"),
        "denominator": Column("str", "who or what is counted below", nullable=True),
        "numerator_columns": Column("str", "columns of facility_panel whose sum is the numerator", nullable=True),
        "denominator_columns": Column("str", "columns of facility_panel whose sum is the denominator", nullable=True),
        "status": Column("str", "whether title and definition were seen at the source or stand from memory"),
        "who_could_tell_more": Column("str", "what facility lists leave out, and who could give it"),
    },
)


def build(care_indicators_ruled: pd.DataFrame) -> pd.DataFrame:
    """Return the rulings on indicators as they are."""
    return care_indicators_ruled
