"""Import conflicts: one row a column in which two systems told different things, and the rule that settled them."""

from analysis.contract import Column, Table

TABLE = Table(
    one_row_is="a column in which sources told different things",
    key=("table", "column", "system_kept", "system_overruled", "rule"),
    columns={
        "table": Column("str", "canonical table"),
        "column": Column("str", "its column, or the shared id"),
        "system_kept": Column("str", "the system believed; missing where the rule names none", nullable=True),
        "system_overruled": Column("str", "the system not believed; missing where the rule names none", nullable=True),
        "rule": Column(
            "str",
            "what settled it",
            isin=("order of systems", "a no beats a yes", "not joined: a stronger id differs"),
        ),
        "n": Column("Int64", "rows of the table concerned", unit="rows", ge=1),
    },
)
