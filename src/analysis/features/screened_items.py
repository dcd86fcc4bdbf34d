"""Screened items: what a screening says of one facility and one item, whatever rows of its sheet are that facility.

Restricted: rows are facilities, and it never leaves. Where two rows of a screening are one facility, the answer that
tells most stands: yes, then no, then unknown; of two yes the one on better evidence. An item that was asked of nobody,
or left blank, was not assessed.
"""

import pandas as pd

from analysis.contract import Column, Table
from analysis.imported import allowed

TABLE = Table(
    one_row_is="an item of the screening of one facility",
    key=("list_id", "facility_key", "item_id"),
    columns={
        "list_id": Column("str", "which screening"),
        "facility_key": Column("str", "the facility, as in facility_links", matches=r"^[0-9a-f]{16}$"),
        "item_id": Column("str", "item, as in screening_items"),
        "element": Column("str", "what the item is a sign of", isin=("act", "purpose", "context")),
        "response": Column("str", "answer; unknown is never no", isin=allowed.SCREENING_RESPONSE),
        "evidence_grade": Column("str", "what the answer rests on", isin=allowed.EVIDENCE_GRADE),
    },
)


def build(screening_answers: pd.DataFrame, screening_items: pd.DataFrame, facility_links: pd.DataFrame) -> pd.DataFrame:
    """Return every item for every facility that was screened."""
    links = facility_links[["row_id", "list_id", "facility_key"]]
    linked = screening_answers.merge(links, on="row_id", how="left", validate="m:1")
    told = linked[["list_id", "facility_key", "item_id", "response", "evidence_grade"]]
    best = told.pipe(_most_telling_first).drop_duplicates(["list_id", "facility_key", "item_id"])
    screened = told[["list_id", "facility_key"]].drop_duplicates()
    every = screened.merge(screening_items[["item_id", "element"]], how="cross")
    filled = every.merge(best, on=["list_id", "facility_key", "item_id"], how="left", validate="1:1")
    return filled.fillna({"response": "not_assessed", "evidence_grade": "unknown"})[list(TABLE.columns)]


def _most_telling_first(told: pd.DataFrame) -> pd.DataFrame:
    ranks = told.assign(
        by_response=told["response"].map({word: rank for rank, word in enumerate(allowed.SCREENING_RESPONSE)}),
        by_grade=told["evidence_grade"].map({word: rank for rank, word in enumerate(allowed.EVIDENCE_GRADE)}),
    )
    return ranks.sort_values(["by_response", "by_grade"], kind="stable").drop(columns=["by_response", "by_grade"])
