"""Assessments: one row a scored domain of an assessment."""

from analysis.contract import Column, Table
from analysis.imported import allowed

TABLE = Table(
    one_row_is="a domain of an assessment",
    key=("assessment_id", "domain_code"),
    columns={
        "assessment_id": Column("str", "HMAC of the assessment's id", matches=r"^[0-9a-f]{16}$"),
        "case_id": Column("str", "the case", matches=r"^[0-9a-f]{16}$"),
        "source_system": Column("str", "the system the row was read from", isin=allowed.SOURCE_SYSTEM),
        "instrument": Column("str", "which set of domains", isin=allowed.INSTRUMENT),
        "instrument_version": Column("str", "number of domains and a digest of their names: organisations edit them"),
        "assessed_on": Column("datetime64[us]", "day of the assessment", nullable=True),
        "completed": Column("boolean", "finished, not a draft; missing is unknown", nullable=True),
        "domain_code": Column("str", "code of the domain; 1A differs between instruments"),
        "score": Column(
            "Int64",
            "score, 4 best (1 to 10 in custom instruments); missing in drafts",
            unit="points",
            ge=1,
            le=10,
            nullable=True,
        ),
    },
)
