"""Support: one row a service given to a child or family."""

from analysis.contract import Column, Table
from analysis.imported import allowed

TABLE = Table(
    one_row_is="a service episode",
    key=("support_id",),
    columns={
        "support_id": Column("str", "HMAC of the service's id", matches=r"^[0-9a-f]{16}$"),
        "case_id": Column("str", "the case", matches=r"^[0-9a-f]{16}$"),
        "source_system": Column("str", "the system the row was read from", isin=allowed.SOURCE_SYSTEM),
        "service_group": Column("str", "group of the service", isin=allowed.SERVICE_GROUP),
        "service_code": Column("str", "the service; unknown where it has no code or more than one"),
        "start_on": Column("datetime64[us]", "first day", nullable=True),
        "end_on": Column("datetime64[us]", "last day", nullable=True),
        "decision": Column("str", "answer to the referral to the service", isin=allowed.DECISION, nullable=True),
        "amount": Column("Float64", "amount paid, in amount_unit", ge=0, nullable=True),
        "amount_unit": Column("str", "currency of the amount", isin=allowed.CURRENCY, nullable=True),
        "cost_category": Column("str", "what was paid for", isin=allowed.COST_CATEGORY, nullable=True),
    },
)
