"""Plan goals: one row a goal of a case plan."""

from analysis.contract import Column, Table
from analysis.imported import allowed

TABLE = Table(
    one_row_is="a goal of a case plan",
    key=("goal_id",),
    columns={
        "goal_id": Column("str", "HMAC of case, area and day", matches=r"^[0-9a-f]{16}$"),
        "case_id": Column(
            "str", "the case; missing where the line names none", matches=r"^[0-9a-f]{16}$", nullable=True
        ),
        "child_key": Column(
            "str", "the child of the case; missing where the line names none", matches=r"^[0-9a-f]{16}$", nullable=True
        ),
        "area": Column("str", "what the goal is about", isin=allowed.GOAL_AREA),
        "set_on": Column("datetime64[us]", "day it was set", nullable=True),
        "due_on": Column("datetime64[us]", "day it is due; may lie ahead", nullable=True),
        "completed_on": Column("datetime64[us]", "day it was completed", nullable=True),
        "status": Column("str", "where it stands", isin=allowed.GOAL_STATUS),
    },
)
