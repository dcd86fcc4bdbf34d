"""Rows of lists of facilities and answers of their screening: written as they are, names to a list of their own."""

import polars as pl

from analysis.importers.assembly import Assembly
from analysis.importers.keys import as_text

NAMES = ("row_id", "name_latin", "name_km", "operator_name")


def put(own: Assembly) -> pl.DataFrame:
    """Write the rows of lists and of screening; return the names of the facilities. A restricted list."""
    names = []
    for table in ("facility_list_rows", "screening_answers"):
        for rows in own.ranges(table):
            own.ledger.note_kept(table, rows)
            own.tables.add(table, rows)
            if table == "facility_list_rows":
                names.append(rows.select(NAMES))
        own.ledger.close(table)
    named = pl.concat(names)
    return named.with_columns(as_text(named["row_id"])).sort("row_id")
