"""Contacts and services that a perfect reader finds in a file of Primero cases."""

import polars as pl

from analysis.simulate.exports import primero_codes as codes
from analysis.simulate.exports import primero_criteria as criteria
from analysis.simulate.exports.primero_file import PrimeroFile

REFERRALS = [codes.RESPONSE_TO, codes.RESPONSE_FROM]


def follow_ups(file: PrimeroFile) -> pl.DataFrame:
    """Return the visits, numbered by day."""
    day = pl.coalesce("followup_date", "followup_needed_by_date")
    numbered = _with_ref(file.rows_of("follow_ups"), "followup_ref", "contact", day)
    return numbered.select(
        *("sheet", "row", "case_ref", "followup_ref"),
        *(pl.col("followup_needed_by_date").alias("due_on"), pl.col("followup_date").alias("done_on")),
        pl.col("child_was_seen").alias("child_seen"),
        *((pl.col(field) == grades[0]).alias(column) for column, (field, *grades) in criteria.CRITERIA.items()),
        codes.word(pl.col("final_criteria_rating"), criteria.FINAL_RATING).alias("criteria_final"),
        pl.col("recommend_case_closed").alias("closure_recommended"),
    )


def services(file: PrimeroFile) -> pl.DataFrame:
    """Return the rows of the services of accepted records, with our words beside the codes."""
    known = pl.when(~_the_one_code().is_in(codes.NO_TARGET)).then(_the_one_code())
    return file.rows_of("services").with_columns(
        pl.when(~is_ambiguous()).then("service_type").fill_null("unknown").alias("service_group"),
        pl.when(~is_ambiguous()).then(known).fill_null("unknown").alias("service_code"),
        codes.word(pl.col("referral_status"), codes.DECISION).alias("decision"),
    )


def support(services: pl.DataFrame) -> pl.DataFrame:
    """Return the services given, numbered by day."""
    given = services.filter(~pl.col("service_response_type").is_in(REFERRALS))
    return _with_ref(given, "support_ref", "service", "service_response_day_time").select(
        *("sheet", "row", "case_ref", "support_ref", "service_group", "service_code"),
        pl.col("service_response_day_time").alias("start_on"),
        pl.col("service_implemented_day_time").alias("end_on"),
        *("decision", "amount", "amount_unit", "cost_category"),
    )


def referrals(services: pl.DataFrame) -> pl.DataFrame:
    """Return the referrals, numbered by day."""
    referred = services.filter(pl.col("service_response_type").is_in(REFERRALS))
    return _with_ref(referred, "referral_ref", "referral", "service_response_day_time").select(
        *("sheet", "row", "case_ref", "referral_ref", "service_group", "service_code", "decision"),
        pl.col("service_response_day_time").alias("referred_on"),
        pl.when(pl.col("service_response_type") == codes.RESPONSE_TO)
        .then(pl.lit("to"))
        .otherwise(pl.lit("from"))
        .alias("direction"),
    )


def is_ambiguous() -> pl.Expr:
    """Return which services the bridge may have filed under another group than OSCaR."""
    from_bridge = pl.col("service_response_type").is_in([codes.RESPONSE_BY_PARTNER, codes.RESPONSE_FROM])
    return from_bridge & _the_one_code().is_in(codes.AMBIGUOUS).fill_null(False)


def _with_ref(rows: pl.DataFrame, name: str, kind: str, *by: pl.Expr | str) -> pl.DataFrame:
    """Add ``case_ref`` and the column ``name``, numbered within the case in the order ``by``, then of the rows."""
    case_ref = pl.format("case_id:{}", "key")
    ordered = rows.sort("key", *by, nulls_last=True, maintain_order=True)
    number = pl.int_range(1, pl.len() + 1).over("key")
    return ordered.with_columns(
        case_ref.alias("case_ref"), pl.format("{}/{}/{}", case_ref, pl.lit(kind), number).alias(name)
    )


def _the_one_code() -> pl.Expr:
    return pl.when(pl.col("service_subtype").list.len() == 1).then(pl.col("service_subtype").list.first())
