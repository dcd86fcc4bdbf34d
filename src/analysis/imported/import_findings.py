"""Import findings: one row a check that found something at a place of a file. Places and counts, never content."""

from analysis.contract import Column, Table

TABLE = Table(
    one_row_is="a check that found something at a place of a file",
    key=("file_code", "sheet", "row", "table", "column", "check", "action"),
    columns={
        "file_code": Column("str", "the file as a code; its path stands in data/restricted", matches=r"^E[0-9]{3,}$"),
        "system": Column("str", "the system that wrote the file"),
        "sheet": Column(
            "str",
            "the sheet of a workbook as a code; its name stands in data/restricted; missing in other files",
            nullable=True,
            matches=r"^S[0-9]{2,}$",
        ),
        "row": Column("Int64", "line of the sheet as a person sees it; missing for whole sheets", ge=1, nullable=True),
        "table": Column("str", "table as read; missing where the sheet or file holds none of them", nullable=True),
        "column": Column("str", "column as read; missing for whole rows", nullable=True),
        "check": Column("str", "name of the check"),
        "action": Column("str", "what was done", isin=("undone", "unknown", "kept", "rejected")),
        "n": Column("Int64", "cells concerned", unit="cells", ge=1),
    },
)
