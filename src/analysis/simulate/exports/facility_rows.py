"""The facility rows of one list: what a person typed into each cell, and what a perfect reader makes of it."""

from dataclasses import dataclass

import numpy as np
import polars as pl

from analysis.simulate.exports import private
from analysis.simulate.exports.facility_dates import as_typed, read_dates
from analysis.simulate.exports.facility_layouts import Layout
from analysis.simulate.exports.facility_spellings import khmer_variants, latin_variants, province_names
from analysis.simulate.exports.kobo_form import KHMER_DIGITS
from analysis.simulate.exports.mishaps import struck
from analysis.simulate.exports.primero_subforms import polars_frame
from analysis.simulate.world import World
from analysis.study import Study

IN_WORLD = {"key_informants_2015": "informants_2015"}
CHILDREN = ("residents_u18_f", "residents_u18_m", "residents_u18")
COUNTED = (*CHILDREN, "residents_18plus")
DATES = ("observed_on", "last_inspection_on")


@dataclass(frozen=True)
class ListRows:
    """Rows in the order of the list: cells by field as ``typed``, the values ``read``, and ``notes`` on faults."""

    typed: dict[str, list]
    read: pl.DataFrame
    notes: pl.DataFrame  # facility_no, is_unlisted, is_mismatch, and ambiguous_FIELD of dates


def of_list(world: World, layout: Layout, faults: Study, rng: np.random.Generator) -> pl.DataFrame:
    """Return what is true of each row of a list, with the errors typed into its totals."""
    listed = polars_frame(world.list_rows).filter(pl.col("list_id") == IN_WORLD.get(layout.list_id, layout.list_id))
    facts = polars_frame(world.facilities).drop("residents_u18_f", "residents_u18_m", "residents_18plus")
    rows = listed.join(facts, on="facility_no", how="left", validate="m:1").sort("province_code", "list_row")
    total = pl.col("residents_u18_f") + pl.col("residents_u18_m")
    is_counted = rows.select(total.is_not_null()).to_series().to_numpy()
    wrong = struck(rng, is_counted, faults.wrong_total)
    has_total = {field for field, *_ in layout.columns} >= set(CHILDREN)
    unlisted = struck(rng, np.ones(rows.height, dtype=bool), faults.unlisted_type)
    return rows.with_columns(
        (total + pl.Series(wrong.astype(int) * rng.integers(1, 10, rows.height))).alias("residents_u18"),
        pl.Series("is_mismatch", wrong & has_total),
        pl.Series("is_unlisted", unlisted),
        pl.col("sample_weight").round(3),
    )


def typed_rows(rows: pl.DataFrame, layout: Layout, faults: Study, rng: np.random.Generator) -> ListRows:
    """Return the cells of ``rows`` (of one sheet) as typed, and what they say."""
    fields = [field for field, *_ in layout.columns]
    rows = _as_named(rows, faults, rng)
    typed: dict[str, list] = {}
    notes = rows.select("facility_no", "is_unlisted", "is_mismatch")
    read = rows.select(field for field in fields if field in rows.columns).with_columns(
        rows["province_code"], pl.lit(layout.list_id).alias("list_id")
    )
    for field in fields:
        if field in DATES:
            typed[field] = as_typed(rows[field], layout.dates, rng)
            values, is_ambiguous = read_dates(rows[field], typed[field])
            read, notes = read.with_columns(values), notes.with_columns(is_ambiguous.alias(f"ambiguous_{field}"))
        else:
            typed[field] = _cells(field, rows, layout, faults, rng)
    return ListRows(typed, _in_our_words(read, layout, rows), notes)


def _as_named(rows: pl.DataFrame, faults: Study, rng: np.random.Generator) -> pl.DataFrame:
    """Return rows with names as this list spells them; some lack one of the two."""
    latin = latin_variants(rows["name_latin"].to_list(), faults.latin_variants, rng)
    khmer = khmer_variants(rows["name_km"].to_list(), faults.khmer_variants, rng)
    gap = pl.Series(rng.random(rows.height))
    names = rows.with_columns(pl.Series("name_latin", latin), pl.Series("name_km", khmer))
    return names.with_columns(
        pl.when(gap >= faults.no_khmer_name).then("name_km").alias("name_km"),
        pl.when(gap < 1 - faults.no_latin_name).then("name_latin").alias("name_latin"),
    )


def _cells(field: str, rows: pl.DataFrame, layout: Layout, faults: Study, rng: np.random.Generator) -> list:
    n = rows.height
    if field == "number":
        return list(range(1, n + 1))
    if field == "province":
        codes = rows["province_code"].to_list()
        return province_names(codes, is_khmer=layout.is_khmer, share=faults.province_variants, rng=rng)
    if field.startswith("_"):
        return private.phones(range(n)) if field == "_telephone" else private.khmer("នាយក", range(n))
    if field in ("district_code", "commune_code"):
        return [int(code) for code in rows[field]]  # a number in a sheet has no leading zero
    if field in layout.words:
        return _words(field, rows, layout)
    if field in COUNTED:
        return _in_khmer_digits(rows[field], faults.khmer_digits, rng)
    if rows.schema[field] == pl.Boolean:
        return rows[field].replace_strict({True: "Yes", False: "No"}, default=None, return_dtype=pl.String).to_list()
    return rows[field].to_list()


def _words(field: str, rows: pl.DataFrame, layout: Layout) -> list:
    words = rows[field].replace_strict(layout.words[field], default=None, return_dtype=pl.String)
    if field == "facility_type":
        return rows.select(pl.when("is_unlisted").then(pl.lit(layout.odd_type)).otherwise(words)).to_series().to_list()
    return words.to_list()


def _in_khmer_digits(numbers: pl.Series, share: float, rng: np.random.Generator) -> list:
    """Return numbers, a ``share`` of them as text in Khmer digits."""
    texts = numbers.cast(pl.String).str.replace_many(KHMER_DIGITS).to_list()
    is_text = rng.random(len(numbers)) < share
    return [text if khmer else number for text, number, khmer in zip(texts, numbers.to_list(), is_text, strict=True)]


def _in_our_words(read: pl.DataFrame, layout: Layout, rows: pl.DataFrame) -> pl.DataFrame:
    """Return what is read: unlisted and blank words are unknown, a district follows from a commune."""
    words = [pl.col(field).fill_null("unknown") for field in layout.words if field in read.columns]
    read = read.with_columns(words).with_columns(
        pl.when(rows["is_unlisted"]).then(pl.lit("unknown")).otherwise("facility_type").alias("facility_type")
    )
    return read.with_columns(rows["district_code"]) if "commune_code" in read.columns else read
