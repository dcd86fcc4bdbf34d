"""Households, members and ratings that a perfect reader finds in a file of Primero cases."""

import hashlib

import polars as pl

from analysis.simulate.exports import primero_codes as codes
from analysis.simulate.exports.age_bands import age_band
from analysis.simulate.exports.primero_file import PrimeroFile
from analysis.simulate.exports.primero_rates import RATES


def households(file: PrimeroFile) -> pl.DataFrame:
    """Return one row a family, from the first record that names it."""
    homes = _first_of_family(file).select(
        *("sheet", "row", "key", pl.format("primero_family:{}", "family_id").alias("household_ref"), "agency"),
        pl.col("village_code").str.head(2).alias("province_code"),
        *(pl.col("family_size").alias("household_size"), pl.col("number_children_in_charge").alias("n_children")),
    )
    if not file.has_subforms:
        return homes.drop("key")
    carers = file.rows_of("family").filter("relation_is_caregiver").unique("key", keep="first", maintain_order=True)
    carers = carers.select(
        "key",
        codes.word(pl.col("relation"), codes.RELATION).alias("caregiver_relation"),
        pl.col("relation_sex").alias("caregiver_sex"),
        age_band(pl.col("relation_age")).alias("caregiver_age_band"),
    )
    return (
        homes.join(carers, on="key", how="left", maintain_order="left")
        .drop("key")
        .with_columns(pl.col("caregiver_relation", "caregiver_sex", "caregiver_age_band").fill_null("unknown"))
    )


def members(file: PrimeroFile) -> pl.DataFrame:
    """Return the persons of these families, as the same records list them."""
    homes = _first_of_family(file).select("key", pl.format("primero_family:{}", "family_id").alias("household_ref"))
    people = file.rows_of("family").join(homes, on="key", maintain_order="left")
    number = pl.int_range(1, pl.len() + 1).over("household_ref")
    return people.select(
        *("sheet", "row", "household_ref", pl.format("{}/{}", "household_ref", number).alias("member_ref")),
        codes.word(pl.col("relation"), codes.RELATION).fill_null("unknown").alias("relation"),
        pl.col("relation_sex").fill_null("unknown").alias("sex"),
        pl.col("relation_age").alias("age_years"),
        pl.col("relation_is_caregiver").alias("is_caregiver"),
        codes.word(pl.col("relation_is_alive"), codes.ALIVE).alias("is_alive"),
    )


def assessments(cases: pl.DataFrame, instrument: str) -> pl.DataFrame:
    """Return one row a domain of each record that has a rate of ``instrument``."""
    domains = sorted(RATES[instrument])
    fields = [f"{domain}_rate" for domain in RATES[instrument]]
    version = f"{len(domains)}:{hashlib.sha256('|'.join(domains).encode()).hexdigest()[:8]}"
    ref = pl.format(
        "case_id:{}/{}/{}", "key", pl.lit(instrument), pl.col("assessment_requested_on").cast(pl.String).fill_null("1")
    )
    rated = cases.filter(pl.any_horizontal(pl.col(fields).is_not_null())).with_columns(
        pl.all_horizontal(pl.col(fields).is_not_null()).alias("completed"), ref.alias("assessment_ref")
    )
    long = rated.unpivot(
        fields, index=["sheet", "row", "key", "assessment_ref", "completed", "assessment_requested_on"]
    )
    return long.select(
        *("sheet", "row", pl.format("case_id:{}", "key").alias("case_ref"), "assessment_ref"),
        *(pl.lit(instrument).alias("instrument"), pl.lit(version).alias("instrument_version")),
        pl.col("assessment_requested_on").alias("assessed_on"),
        "completed",
        pl.col("variable").str.strip_suffix("_rate").alias("domain_code"),
        pl.when(pl.col("value").is_between(1, 4)).then("value").alias("score"),
    )


def _first_of_family(file: PrimeroFile) -> pl.DataFrame:
    return file.accepted.drop_nulls("family_id").unique("family_id", keep="first", maintain_order=True)
