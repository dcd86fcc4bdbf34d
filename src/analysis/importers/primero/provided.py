"""Services of a case: those given are support, those asked of or by OSCaR are referrals; and what programme they make.

The bridge files three services under mental health that OSCaR has under disability too (T23), and two without any
type (T24): what they were cannot be known here.
"""

import polars as pl

from analysis.importers import codes, dates, fields, services, values
from analysis.importers.findings import Findings
from analysis.importers.primero import forms
from analysis.importers.primero.forms import SYSTEM

DIRECTIONS = {"referral_to_oscar": "to", "referral_from_oscar": "from"}
FROM_BRIDGE = ("service_being_provided_by_oscar_partner", "referral_from_oscar")
MISFILED = (
    "mental_health_support_therapeutic_interventions",
    "mental_health_support_therapeutic_training",
    "mental_health_support_direct_medical_support",
)
WITHOUT_TYPE = ("not_specified", "literacy_support")
RANKS = {programme: rank for rank, programme in enumerate(services.PROGRAMMES)}
SUPPORT, REFERRALS = "support", "referrals"
UNKNOWN = pl.lit("unknown")


def worded(provided: pl.DataFrame, findings: Findings) -> pl.DataFrame:
    """Return the service rows with direction, date, service and decision in our types and words."""
    coded = provided.with_columns(
        response=codes.code_stem(pl.col("service_response_type")), subtypes=_subtypes(provided)
    ).with_columns(direction=pl.col("response").replace_strict(DIRECTIONS, default=None, return_dtype=pl.String))
    judged = coded.with_columns(check=_check())
    _note(judged, findings)
    is_known = pl.col("check").is_null() & (pl.col("subtypes").list.len() == 1)
    subtype = pl.col("subtypes").list.first()
    is_misfiled = (pl.col("check") == "T23").fill_null(False)
    return judged.with_columns(
        start_on=dates.parsed_date(pl.col("service_response_day_time")),
        end_on=dates.parsed_date(pl.col("service_implemented_day_time")),
        service_group=pl.when(is_misfiled).then(UNKNOWN).otherwise(services.group(pl.col("service_type"), SYSTEM)),
        service_code=pl.when(is_known).then(services.code(subtype, SYSTEM)).otherwise(UNKNOWN),
        decision=_if_written("referral_status", "decision"),
        amount=fields.decimal(pl.col("amount")),
        cost_category=_if_written("cost_category", "cost_category"),
    )


def support(worded_rows: pl.DataFrame) -> pl.DataFrame:
    """Return one row a service given, numbered by its first day."""
    given = _in_order(worded_rows.filter(pl.col("direction").is_null()), "service")
    unit = values.canonical(pl.col("amount_unit"), "amount_unit", SYSTEM)
    return given.select(
        *("sheet", "row", "case_ref", "service_group", "service_code", "start_on", "end_on", "decision", "amount"),
        "cost_category",
        support_ref=pl.col("ref"),
        amount_unit=pl.when(pl.col("amount").is_not_null()).then(unit),
    )


def referrals(worded_rows: pl.DataFrame) -> pl.DataFrame:
    """Return one row a referral to or from OSCaR, numbered by its day."""
    asked = _in_order(worded_rows.filter(pl.col("direction").is_not_null()), "referral")
    return asked.select(
        *("sheet", "row", "case_ref", "direction", "service_group", "service_code", "decision"),
        referral_ref=pl.col("ref"),
        referred_on=pl.col("start_on"),
    )


def programmes(worded_rows: pl.DataFrame) -> pl.DataFrame:
    """Return ``case_ref`` and the programme that the services given to the case amount to: the first in our order."""
    given = worded_rows.filter(pl.col("direction").is_null()).select("case_ref", "subtypes").explode("subtypes")
    written = given.select("subtypes").drop_nulls().unique(maintain_order=True)
    named = written.with_columns(programme=services.programme(pl.concat_list("subtypes"), SYSTEM))
    ranked = named.with_columns(rank=pl.col("programme").replace_strict(RANKS, return_dtype=pl.Int64))
    of_case = given.join(ranked, on="subtypes", how="inner", maintain_order="left")
    return of_case.group_by("case_ref", maintain_order=True).agg(pl.col("programme").sort_by("rank").first())


def _subtypes(provided: pl.DataFrame) -> pl.Series:
    """Return the subtypes of each row as ids; a label of a workbook becomes one with the id of its group in front."""
    listed = forms.many(pl.col("service_subtype")).list.eval(pl.element().drop_nulls())
    ids = provided.with_columns(listed.alias("subtypes"), nth=pl.int_range(pl.len()))
    each = ids.select("nth", "service_type", "subtypes").explode("subtypes").drop_nulls("subtypes")
    known = services.names(SYSTEM)
    with_group = pl.concat_str("service_type", pl.lit("_"), "subtypes")
    is_label = with_group.is_in(known).fill_null(False)
    named = each.select("nth", pl.when(is_label).then(with_group).otherwise("subtypes").alias("subtypes"))
    gathered = named.group_by("nth", maintain_order=True).agg("subtypes")
    joined = ids.select("nth").join(gathered, on="nth", how="left", maintain_order="left")
    return joined["subtypes"].fill_null([])


def _check() -> pl.Expr:
    """Return which check a row fails: T23, T24, or a service that is in no table."""
    subtype = pl.col("subtypes").list.first()
    is_one = pl.col("subtypes").list.len() == 1
    slug = subtype.str.to_lowercase().str.replace_all(" ", "_")
    failed = services.failed_check(subtype, SYSTEM)
    return (
        pl.when(is_one & pl.col("response").is_in(FROM_BRIDGE) & subtype.is_in(MISFILED))
        .then(pl.lit("T23"))
        .when(is_one & slug.is_in(WITHOUT_TYPE))
        .then(pl.lit("T24"))
        .when(is_one)
        .then(failed)
    )


def _note(judged: pl.DataFrame, findings: Findings) -> None:
    for table, rows in {
        SUPPORT: judged.filter(pl.col("direction").is_null()),
        REFERRALS: judged.filter(pl.col("direction").is_not_null()),
    }.items():
        for check in ("T23", "T24", "unknown_code"):
            failing = rows.filter(pl.col("check") == check).unique(["sheet", "row"], maintain_order=True)
            findings.rows(failing, pl.lit(True), table=table, check=check, action="unknown", column="service_code")
        values.note_unlisted(rows, "referral_status", "decision", SYSTEM, findings, table)
    unlisted = judged.filter(pl.col("check") == "unknown_code")
    findings.unknown_code("service_code", unlisted["subtypes"].list.first())


def _if_written(field: str, name: str) -> pl.Expr:
    """Return our word of a code; missing where nothing is written."""
    return pl.when(pl.col(field).is_not_null()).then(values.canonical(pl.col(field), name, SYSTEM))


def _in_order(rows: pl.DataFrame, kind: str) -> pl.DataFrame:
    """Return the rows of each case numbered by their day, undated ones last."""
    ordered = rows.sort("case_no", "start_on", nulls_last=True, maintain_order=True)
    n = forms.number_of(pl.col("case_no")).cast(pl.String)
    return ordered.with_columns(ref=pl.col("case_ref") + f"/{kind}/" + n)
