"""Bands of the age of a carer, as they are read."""

import polars as pl

BANDS = {"<18": 17, "18-29": 29, "30-44": 44, "45-59": 59}  # the oldest age of each band
OLDEST = "60+"


def age_band(age: pl.Expr) -> pl.Expr:
    """Return the band of each ``age`` in years, missing where it is."""
    bands = (pl.when(age <= oldest).then(pl.lit(band)) for band, oldest in BANDS.items())
    return pl.coalesce(*bands, pl.when(age.is_not_null()).then(pl.lit(OLDEST)))
