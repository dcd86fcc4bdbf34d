"""Screening answers: one row a facility of a screening sheet and an item. Restricted: it never leaves."""

from analysis.contract import Column, Table
from analysis.imported import allowed

TABLE = Table(
    one_row_is="an item of a screening of one facility",
    key=("row_id", "item_id"),
    columns={
        "row_id": Column("str", "the facility's row in facility_list_rows", matches=r"^[0-9a-f]{16}$"),
        "item_id": Column("str", "item, as in screening_items"),
        "response": Column(
            "str", "answer; not_assessed where the cell is blank; unknown is never no", isin=allowed.SCREENING_RESPONSE
        ),
        "evidence_grade": Column("str", "what the answer rests on", isin=allowed.EVIDENCE_GRADE),
        "level": Column(
            "str", "asked of the facility, or whether it holds for any child", isin=allowed.SCREENING_LEVEL
        ),
        "assessor_role": Column("str", "role of who assessed", isin=allowed.ASSESSOR_ROLE),
    },
)
