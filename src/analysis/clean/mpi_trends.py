"""MPI trends: multidimensional poverty of a harmonised region in a survey, 2010 to 2021-22, from OPHI 2024."""

import pandas as pd

from analysis import units
from analysis.contract import Column, Table

TABLE = Table(
    one_row_is="a harmonised region in a survey",
    key=("region", "survey_years"),
    columns={
        "region": Column("str", "name as printed: a province, two joined provinces or Cambodia"),
        "province_code_2008": Column(
            "str", "two-digit code, 24 provinces; missing for more than one", matches=r"^\d{2}$", nullable=True
        ),
        "survey_years": Column("str", "year or years of the survey", isin=("2010", "2014", "2021-22")),
        "mpi": Column("Float64", "multidimensional poverty index", unit="index", ge=0, le=1),
        "headcount_share": Column("Float64", "people who are poor by the index", unit="share", ge=0, le=1),
        "intensity_share": Column("Float64", "mean deprivation of the poor", unit="share", ge=0, le=1),
        "vulnerable_share": Column("Float64", "people vulnerable to poverty", unit="share", ge=0, le=1),
        "severe_share": Column("Float64", "people in severe poverty by the index", unit="share", ge=0, le=1),
    },
)


def build(province_mpi_trends: pd.DataFrame) -> pd.DataFrame:
    """Return the printed table with shares of 0 to 1 for its percentages."""
    return units.with_shares(province_mpi_trends)
