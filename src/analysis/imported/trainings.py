"""Trainings: one row a course of a worker."""

from analysis.contract import Column, Table
from analysis.imported import allowed

TABLE = Table(
    one_row_is="a course of a worker",
    key=("training_id",),
    columns={
        "training_id": Column("str", "HMAC of agency, worker and course", matches=r"^[0-9a-f]{16}$"),
        "org_code": Column("str", "the agency of the worker, as a code", matches=r"^A[0-9]{2,}$", nullable=True),
        "worker_key": Column("str", "HMAC of agency and user, as in cases", matches=r"^[0-9a-f]{16}$", nullable=True),
        "province_code": Column("str", "province where the worker works", matches=r"^\d{2}$", nullable=True),
        "course": Column("str", "the course", isin=allowed.COURSE),
        "completed_on": Column("datetime64[us]", "day it was completed", nullable=True),
        "status": Column("str", "where it stands", isin=allowed.TRAINING_STATUS),
    },
)
