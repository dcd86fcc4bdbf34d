"""Codes for agencies and facilities. Who they are stands in restricted lists that only the holder's analyst reads."""

import polars as pl


def agency_codes(agencies: pl.Series, others: pl.Series) -> pl.DataFrame:
    """Return the code of every agency: ``org_code agency``, A01, A02, ... in the order of their names.

    Those that only ``others`` name stand behind: no code changes because of a register.
    """
    first = _codes(agencies, "A", 2, "org_code", "agency")
    more = others.filter(~others.is_in(first["agency"].implode()))
    return pl.concat([first, _codes(more, "A", 2, "org_code", "agency", after=first.height)])


def with_org_code(frame: pl.DataFrame, agencies: pl.DataFrame) -> pl.DataFrame:
    """Attach the code of the ``agency`` of each row."""
    named = frame.with_columns(pl.col("agency").cast(pl.String))
    return named.join(agencies, on="agency", how="left", maintain_order="left", validate="m:1")


def facility_codes(names: pl.Series) -> pl.DataFrame:
    """Return the code of every facility of these ``normalised`` names: ``facility_id facility_name``, F0001, ..."""
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
