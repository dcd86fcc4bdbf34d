"""Closures: one row a facility that closed, with how many of its children reached each step."""

from analysis.contract import Column, Table
from analysis.imported import allowed

TABLE = Table(
    one_row_is="a closure of a facility, as one agency tells it",
    key=("closure_event_id",),
    columns={
        "closure_event_id": Column("str", "HMAC of agency, facility, province and day", matches=r"^[0-9a-f]{16}$"),
        "org_code": Column("str", "the agency that tells of it, as a code", matches=r"^A[0-9]{2,}$", nullable=True),
        "facility_id": Column(
            "str", "the facility as a code, where placements name it too", matches=r"^F[0-9]{4,}$", nullable=True
        ),
        "province_code": Column("str", "province of the facility", matches=r"^\d{2}$", nullable=True),
        "closed_on": Column("datetime64[us]", "day of closure", nullable=True),
        "closure_mode": Column("str", "how it closed", isin=allowed.CLOSURE_MODE),
        "n_children_present": Column(
            "Int64", "children who lived there; missing where nobody counted", unit="children", ge=0, nullable=True
        ),
        "n_children_identified": Column(
            "Int64", "children known by name; missing where nobody counted", unit="children", ge=0, nullable=True
        ),
        "n_children_traced": Column(
            "Int64",
            "children whose whereabouts are known; missing where nobody counted",
            unit="children",
            ge=0,
            nullable=True,
        ),
        "n_children_assessed": Column(
            "Int64", "children assessed; missing where nobody counted", unit="children", ge=0, nullable=True
        ),
        "n_children_enrolled": Column(
            "Int64", "children enrolled in support; missing where nobody counted", unit="children", ge=0, nullable=True
        ),
        "n_children_in_school": Column(
            "Int64", "children in school; missing where nobody counted", unit="children", ge=0, nullable=True
        ),
        "n_high": Column(
            "Int64",
            "children of those assessed or enrolled at high risk; missing where nobody counted",
            unit="children",
            ge=0,
            nullable=True,
        ),
        "n_medium": Column(
            "Int64",
            "children of those assessed or enrolled at medium risk; missing where nobody counted",
            unit="children",
            ge=0,
            nullable=True,
        ),
        "n_low": Column(
            "Int64",
            "children of those assessed or enrolled at low risk; missing where nobody counted",
            unit="children",
            ge=0,
            nullable=True,
        ),
    },
)
