"""Placements: one row a spell of care as recorded, in a family or in residential care."""

from analysis.contract import Column, Table
from analysis.imported import allowed

TABLE = Table(
    one_row_is="a spell of care",
    key=("placement_id",),
    columns={
        "placement_id": Column("str", "HMAC of the case and the order of the spell", matches=r"^[0-9a-f]{16}$"),
        "child_key": Column("str", "the child", matches=r"^[0-9a-f]{16}$"),
        "case_id": Column("str", "the case it was recorded in", matches=r"^[0-9a-f]{16}$"),
        "source_system": Column("str", "the system the row was read from", isin=allowed.SOURCE_SYSTEM),
        "start_on": Column("datetime64[us]", "first day", nullable=True),
        "end_on": Column(
            "datetime64[us]", "last day; missing while it lasts or where it was not recorded", nullable=True
        ),
        "care_type": Column("str", "who cares for the child", isin=allowed.CARE_TYPE),
        "setting": Column("str", "kind of setting, from the care type (UN Guidelines, para 29)", isin=allowed.SETTING),
        "formality": Column("str", "ordered by an authority or not", isin=allowed.FORMALITY),
        "facility_id": Column(
            "str", "the facility as a code; its name stands in data/restricted", matches=r"^F[0-9]{4,}$", nullable=True
        ),
        "entry_event": Column("str", "how the spell began", isin=allowed.ENTRY_EVENT),
        "prepared": Column("boolean", "a care plan was made before the spell began; missing is unknown", nullable=True),
        "end_reason": Column("str", "why it ended; missing while it lasts", isin=allowed.END_REASON, nullable=True),
    },
)
