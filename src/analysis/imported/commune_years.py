"""Commune years: one row a commune and a year of a programme that families are supported by."""

from analysis.contract import Column, Table

TABLE = Table(
    one_row_is="a commune in a year",
    key=("commune_code", "year"),
    columns={
        "commune_code": Column("str", "the commune", matches=r"^\d{6}$"),
        "year": Column("Int64", "the year", unit="year", ge=1979, le=2099),
        "province_code": Column("str", "its province", matches=r"^\d{2}$"),
        "n_children": Column(
            "Int64",
            "children under 18 who live there; missing where nobody counted",
            unit="children",
            ge=0,
            nullable=True,
        ),
        "n_entries": Column(
            "Int64",
            "children who entered residential care in the year; missing where nobody counted",
            unit="children",
            ge=0,
            nullable=True,
        ),
        "n_families_supported": Column(
            "Int64",
            "families supported in the year; missing where nobody counted",
            unit="families",
            ge=0,
            nullable=True,
        ),
        "started_year": Column(
            "Int64",
            "year in which the programme began in the commune; missing while it has not",
            unit="year",
            ge=1979,
            le=2099,
            nullable=True,
        ),
    },
)
