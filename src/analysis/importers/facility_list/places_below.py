"""Districts and communes of a list by their names, within the place above; codes that the list gives come first."""

from functools import cache

import polars as pl

from analysis import places, sources

LEVELS = {  # the column that gets the code: where the name stands, and the code of the place above it
    "district_code": ("district", "province_code"),
    "commune_code": ("commune", "district_code"),
}


def attached(listed: pl.DataFrame) -> pl.DataFrame:
    """Return ``listed`` with the codes of places below the province, the district of a known commune included."""
    of_commune = pl.col("commune_code").str.slice(0, 4)
    coded = listed.with_columns(pl.coalesce("district_code", of_commune).alias("district_code"))
    for column, (name, above) in LEVELS.items():
        written = coded.select(name, above).drop_nulls().unique(maintain_order=True)
        found = [_codes().get((code, places.normalised(text))) for text, code in written.iter_rows()]
        named = written.with_columns(pl.Series("of_name", found, dtype=pl.String))
        joined = coded.join(named, on=[name, above], how="left", maintain_order="left", validate="m:1")
        coded = joined.with_columns(pl.coalesce(column, "of_name").alias(column)).drop("of_name")
    return coded


@cache
def _codes() -> dict[tuple[str, str], str]:
    """Return the code of a place by the code of the place above it and the letters of its name."""
    gazetteer = sources.read_gazetteer()
    rows = gazetteer[gazetteer["level"] != "province"]
    return {
        (above, places.normalised(name)): code
        for column in ("name_km", "name_en")
        for above, name, code in zip(rows["parent_code"], rows[column], rows["code"], strict=True)
    }
