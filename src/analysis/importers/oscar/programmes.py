"""The programme of a case, from the names of all its services and streams."""

import polars as pl

from analysis.importers import services
from analysis.importers.oscar.sheets import SYSTEM


def programmes(listed: pl.DataFrame, key: str) -> pl.DataFrame:
    """Return ``key`` and ``programme`` for each ``key`` with a service in the lists of the column ``services``.

    Each different name is looked up once: a file has few, and many clients.
    """
    lines = listed.select(key, "services").explode("services").drop_nulls("services")
    names = lines.select("services").unique()
    order = pl.Enum(services.PROGRAMMES)
    known = names.with_columns(services.programme(pl.concat_list("services"), SYSTEM).cast(order).alias("programme"))
    first = lines.join(known, on="services").group_by(key).agg(pl.col("programme").min())
    return first.with_columns(pl.col("programme").cast(pl.String))
