"""Import rows: one row a sheet and the table read from it, with lines in, lines out and lines set aside."""

from analysis.contract import Column, Table

TABLE = Table(
    one_row_is="a sheet and a table read from it",
    key=("file_code", "sheet", "table"),
    columns={
        "file_code": Column("str", "the file as a code; its path stands in data/restricted", matches=r"^E[0-9]{3,}$"),
        "system": Column("str", "the system that wrote the file"),
        "sheet": Column(
            "str",
            "the sheet of a workbook as a code; its name stands in data/restricted; missing in other files",
            nullable=True,
            matches=r"^S[0-9]{2,}$",
        ),
        "table": Column("str", "table as read; missing where the sheet holds none of them", nullable=True),
        "rows_in": Column("Int64", "lines of the sheet", unit="lines", ge=0),
        "rows_out": Column("Int64", "lines that went on into a canonical table", unit="lines", ge=0),
        "rows_rejected": Column("Int64", "lines set aside, each in rejected.csv", unit="lines", ge=0),
    },
)
