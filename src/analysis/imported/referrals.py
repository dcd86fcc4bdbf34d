"""Referrals: one row a child's referral to or from another agency."""

from analysis.contract import Column, Table
from analysis.imported import allowed

TABLE = Table(
    one_row_is="a referral",
    key=("referral_id",),
    columns={
        "referral_id": Column("str", "HMAC of the referral's id", matches=r"^[0-9a-f]{16}$"),
        "case_id": Column("str", "the case", matches=r"^[0-9a-f]{16}$"),
        "child_key": Column("str", "the child", matches=r"^[0-9a-f]{16}$"),
        "source_system": Column("str", "the system the row was read from", isin=allowed.SOURCE_SYSTEM),
        "referred_on": Column("datetime64[us]", "day of the referral", nullable=True),
        "direction": Column("str", "to or from another agency", isin=allowed.DIRECTION),
        "service_group": Column("str", "group of the service asked for", isin=allowed.SERVICE_GROUP),
        "service_code": Column("str", "the service asked for; unknown where it has no code or more than one"),
        "decision": Column("str", "answer", isin=allowed.DECISION, nullable=True),
        "risk_level": Column("str", "risk as stated in the referral", isin=allowed.RISK_LEVEL),
    },
)
