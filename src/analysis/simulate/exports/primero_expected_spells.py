"""Placements that a perfect reader finds in a file of Primero cases: arrangements, and returns told elsewhere."""

import polars as pl

from analysis.simulate.exports import primero_codes as codes
from analysis.simulate.exports.primero_file import PrimeroFile


def placements(file: PrimeroFile) -> pl.DataFrame:
    """Return one row an arrangement, and one a return home that no arrangement starts with."""
    spells = pl.concat([_arrangements(file), _other_returns(file)], how="diagonal_relaxed")
    ordered = spells.sort("key", "start_on", "is_return", nulls_last=True, maintain_order=True)
    cases = file.accepted.select("key", "date_of_reintegration", "date_case_plan")
    spells = ordered.join(cases, on="key", how="left", maintain_order="left").with_columns(
        pl.int_range(1, pl.len() + 1).over("key").alias("n"),
        pl.col("start_on").shift(-1).over("key").alias("end_on"),
        pl.col("reason").shift(-1).over("key").alias("reason"),
    )
    case_ref = pl.format("case_id:{}", "key")
    return spells.select(
        *("sheet", "row", case_ref.alias("case_ref"), pl.format("{}/spell/{}", case_ref, "n").alias("placement_ref")),
        *("start_on", "end_on", "care_type", "formality", "facility_name"),
        pl.when(pl.col("start_on") == pl.col("date_of_reintegration"))
        .then(pl.lit("reunification"))
        .when(pl.col("n") == 1)
        .then(pl.lit("initial"))
        .otherwise(pl.lit("placement"))
        .alias("entry_event"),
        (pl.col("date_case_plan") <= pl.col("start_on")).alias("prepared"),
        pl.when(pl.col("end_on").is_not_null())
        .then(codes.word(pl.col("reason"), codes.REASON_OF_CHANGE).fill_null("unknown"))
        .alias("end_reason"),
    )


def _arrangements(file: PrimeroFile) -> pl.DataFrame:
    return file.rows_of("arrangements").select(
        *("key", "sheet", "row", pl.lit(False).alias("is_return")),
        pl.col("care_arrangement_started_date").alias("start_on"),
        codes.word(pl.col("care_arrangements_type"), codes.CARE_ARRANGEMENT).fill_null("unknown").alias("care_type"),
        pl.col("type_of_authority").fill_null("unknown").alias("formality"),
        pl.col("care_agency_name").alias("facility_name"),
        pl.col("child_caregiver_reason_change").alias("reason"),
    )


def _other_returns(file: PrimeroFile) -> pl.DataFrame:
    told = file.rows_of("arrangements").select(
        "key", pl.col("care_arrangement_started_date").alias("date_of_reintegration")
    )
    returns = file.accepted.drop_nulls("date_of_reintegration")
    return returns.join(told, on=["key", "date_of_reintegration"], how="anti", maintain_order="left").select(
        *("key", "sheet", "row", pl.lit(True).alias("is_return")),
        pl.col("date_of_reintegration").alias("start_on"),
        *(pl.lit("unknown").alias(name) for name in ("care_type", "formality")),
    )
