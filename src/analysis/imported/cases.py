"""Cases: one row an episode of case management in one system of one agency."""

from analysis.contract import Column, Table
from analysis.imported import allowed

TABLE = Table(
    one_row_is="a case-management episode",
    key=("case_id",),
    columns={
        "case_id": Column("str", "HMAC of the system's own id and the order of the episode", matches=r"^[0-9a-f]{16}$"),
        "child_key": Column("str", "the child", matches=r"^[0-9a-f]{16}$"),
        "source_system": Column("str", "the system the row was read from", isin=allowed.SOURCE_SYSTEM),
        "org_code": Column(
            "str", "the agency as a code; who it is stands in data/restricted", matches=r"^A[0-9]{2,}$", nullable=True
        ),
        "worker_key": Column("str", "HMAC of the case worker's id", matches=r"^[0-9a-f]{16}$", nullable=True),
        "programme": Column("str", "the programme the child is in", isin=allowed.PROGRAMME),
        "referral_source": Column("str", "who referred the child", isin=allowed.REFERRAL_SOURCE),
        "referred_on": Column("datetime64[us]", "day of referral", nullable=True),
        "accepted_on": Column("datetime64[us]", "day of acceptance", nullable=True),
        "age_at_referral_years": Column(
            "Int64", "completed years at referral, from the birth date", unit="years", ge=0, le=30, nullable=True
        ),
        "province_code": Column("str", "province", matches=allowed.PROVINCE_CODE, nullable=True),
        "status": Column("str", "where the case stands", isin=allowed.STATUS),
        "risk_level": Column("str", "risk as the worker recorded it", isin=allowed.RISK_LEVEL),
        "separation_reason": Column("str", "reasons for separation, joined by |; unknown where none was recorded"),
        "harm_history": Column("str", "recorded harms, joined by |; unknown where none was recorded"),
        "closed_on": Column("datetime64[us]", "day of closure", nullable=True),
        "closure_circumstance": Column(
            "str",
            "exited or rejected; missing where the case is not closed",
            isin=allowed.CLOSURE_CIRCUMSTANCE,
            nullable=True,
        ),
        "closure_reason": Column(
            "str", "reasons for closure, joined by |; missing where the case is not closed", nullable=True
        ),
        "use_allowed": Column(
            "str", "permission for anonymous reporting: only yes passes", isin=allowed.USE_ALLOWED_IN
        ),
    },
)
