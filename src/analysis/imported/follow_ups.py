"""Follow-ups: one row a contact that was due or done."""

from analysis.contract import Column, Table
from analysis.imported import allowed

TABLE = Table(
    one_row_is="a contact due or done",
    key=("followup_id",),
    columns={
        "followup_id": Column("str", "HMAC of the contact's id", matches=r"^[0-9a-f]{16}$"),
        "case_id": Column("str", "the case", matches=r"^[0-9a-f]{16}$"),
        "source_system": Column("str", "the system the row was read from", isin=allowed.SOURCE_SYSTEM),
        "due_on": Column("datetime64[us]", "day it was due", nullable=True),
        "done_on": Column("datetime64[us]", "day it was done; missing where it was not", nullable=True),
        "mode": Column("str", "how", isin=allowed.MODE),
        "child_seen": Column("boolean", "the child was seen; missing is unknown", nullable=True),
        "crit_health": Column("boolean", "has access to health care; missing is unknown", nullable=True),
        "crit_education": Column("boolean", "education criterion met; missing is unknown", nullable=True),
        "crit_food": Column("boolean", "food criterion met; missing is unknown", nullable=True),
        "crit_relationship": Column("boolean", "relationship criterion met; missing is unknown", nullable=True),
        "crit_violence": Column("boolean", "free of violence; missing is unknown", nullable=True),
        "criteria_final": Column("str", "overall rating of the five criteria, as recorded", nullable=True),
        "closure_recommended": Column("boolean", "closure recommended; missing is unknown", nullable=True),
    },
)
