"""Codes for agencies and facilities. Who they are stands in restricted lists that only the holder's analyst reads."""

import polars as pl


def agency_codes(*frames: pl.DataFrame) -> pl.DataFrame:
    """Return the code of every agency in ``frames``: ``org_code agency``, A01, A02, ... in the order of their names."""
    return _codes(pl.concat([frame["agency"].cast(pl.String) for frame in frames]), "A", 2, "org_code", "agency")


def facility_codes(placements: pl.DataFrame) -> pl.DataFrame:
    """Return the code of every facility that placements name: ``facility_id facility_name``, F0001, F0002, ..."""
    names = placements.select(normalised(pl.col("facility_name"))).to_series()
    return _codes(names, "F", 4, "facility_id", "facility_name")


def normalised(name: pl.Expr) -> pl.Expr:
    """Return names as they are compared: small letters, no punctuation, one blank between words."""
    plain = name.cast(pl.String).str.normalize("NFC").str.to_lowercase().str.replace_all(r"[\p{P}\p{S}\s]+", " ")
    text = plain.str.strip_chars()
    return pl.when(text != "").then(text)


def _codes(names: pl.Series, letter: str, width: int, code: str, name: str) -> pl.DataFrame:
    known = names.drop_nulls().unique().sort().alias(name).to_frame().with_row_index("number", offset=1)
    number = pl.col("number").cast(pl.String).str.zfill(width)
    return known.select(pl.format(f"{letter}{{}}", number).alias(code), name)
