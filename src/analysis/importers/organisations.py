"""Codes for agencies and facilities. Who they are stands in restricted lists that only the holder's analyst reads."""

import polars as pl


def agency_codes(*frames: pl.DataFrame) -> pl.DataFrame:
    """Return the code of every agency in ``frames``: ``org_code agency``, A01, A02, ... in the order of their names."""
    return _codes(pl.concat([frame["agency"].cast(pl.String) for frame in frames]), "A", 2, "org_code", "agency")


def with_others(agencies: pl.DataFrame, *frames: pl.DataFrame) -> pl.DataFrame:
    """Return ``agencies`` with those that only ``frames`` name behind them: no code changes because of a register."""
    named = pl.concat([frame.select(pl.col("agency").cast(pl.String)) for frame in frames])
    others = named.join(agencies, on="agency", how="anti")
    return pl.concat([agencies, _codes(others["agency"], "A", 2, "org_code", "agency", after=agencies.height)])


def with_org_code(frame: pl.DataFrame, agencies: pl.DataFrame) -> pl.DataFrame:
    """Attach the code of the ``agency`` of each row."""
    named = frame.with_columns(pl.col("agency").cast(pl.String))
    return named.join(agencies, on="agency", how="left", maintain_order="left", validate="m:1")


def facility_codes(placements: pl.DataFrame) -> pl.DataFrame:
    """Return the code of every facility that placements name: ``facility_id facility_name``, F0001, F0002, ..."""
    names = placements.select(normalised(pl.col("facility_name"))).to_series()
    return _codes(names, "F", 4, "facility_id", "facility_name")


def normalised(name: pl.Expr) -> pl.Expr:
    """Return names as they are compared: small letters, no punctuation, one blank between words."""
    plain = name.cast(pl.String).str.normalize("NFC").str.to_lowercase().str.replace_all(r"[\p{P}\p{S}\s]+", " ")
    text = plain.str.strip_chars()
    return pl.when(text != "").then(text)


def _codes(names: pl.Series, letter: str, width: int, code: str, name: str, after: int = 0) -> pl.DataFrame:
    known = names.drop_nulls().unique().sort().alias(name).to_frame().with_row_index("number", offset=after + 1)
    number = pl.col("number").cast(pl.String).str.zfill(width)
    return known.select(pl.format(f"{letter}{{}}", number).alias(code), name)
