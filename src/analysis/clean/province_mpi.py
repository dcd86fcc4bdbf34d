"""Province MPI: multidimensional poverty of a province with its standard error, from OPHI 2024 (survey of 2021-22)."""

import pandas as pd

from analysis import units
from analysis.columns import PROVINCE_CODE
from analysis.contract import Column, Table

TABLE = Table(
    one_row_is="a province",
    key=("province_code",),
    columns={
        "province_code": PROVINCE_CODE,
        "mpi": Column("Float64", "multidimensional poverty index", unit="index", ge=0, le=1),
        "mpi_se": Column("Float64", "standard error of the index", unit="index", ge=0),
        "mpi_low": Column("Float64", "lower end of its 95% interval", unit="index", ge=0, le=1),
        "mpi_high": Column("Float64", "upper end of its 95% interval", unit="index", ge=0, le=1),
        "headcount_share": Column("Float64", "people who are poor by the index", unit="share", ge=0, le=1),
        "headcount_share_se": Column("Float64", "standard error of that share", unit="share", ge=0, le=1),
        "headcount_share_low": Column("Float64", "lower end of its 95% interval", unit="share", ge=0, le=1),
        "headcount_share_high": Column("Float64", "upper end of its 95% interval", unit="share", ge=0, le=1),
        "severe_share": Column("Float64", "people in severe poverty by the index", unit="share", ge=0, le=1),
        "school_attendance_deprived_share": Column(
            "Float64",
            "people with a child out of school at home; overlaps school closures, no driver",
            unit="share",
            ge=0,
            le=1,
        ),
        "years_of_schooling_deprived_share": Column(
            "Float64", "people in a household where nobody has six years of school", unit="share", ge=0, le=1
        ),
        "n_sampled": Column("Int64", "people in the sample", unit="people", gt=0),
    },
)


def build(province_mpi_2021_22: pd.DataFrame) -> pd.DataFrame:
    """Return the printed table with shares of 0 to 1 for its percentages."""
    return units.with_shares(province_mpi_2021_22)
