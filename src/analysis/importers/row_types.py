"""Types of columns as read, and where a row stood."""

import polars as pl

YES_NO, TEXT, DATE, COUNT, NUMBER = pl.Boolean, pl.String, pl.Date, pl.Int64, pl.Float64
PLACE = {"sheet": TEXT, "row": COUNT}
