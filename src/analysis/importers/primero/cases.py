"""Cases as read: one row a record, its codes in our words, its impossible dates and the bridge's artefacts removed."""

import polars as pl

from analysis import country
from analysis.importers import codes, dates, fields, values
from analysis.importers.findings import Findings
from analysis.importers.primero import forms
from analysis.importers.primero.forms import SYSTEM
from analysis.importers.repeated import read_once

TABLE = "case_records"
FIRST_YEAR_OF_BIRTH = 1900
LAST_DAY = pl.date(2026, 12, 31)  # no export can know of a later one
DATES = {
    "birth_on": "date_of_birth",
    "referred_on": "registration_date",
    "closed_on": "date_closure",
    "plan_on": "date_case_plan",
    "reintegrated_on": "date_of_reintegration",
}
CODES = {  # as read: the field of Primero
    "sex": "sex",
    "referral_source": "source_of_referral",
    "status": "status",
    "risk_level": "risk_level",
    "closure_reason": "closure_reason",
}
LISTS = {"separation_reason": "separation_cause", "harm_history": "protection_concerns"}
NO_HARM = (  # protection concerns that are no harm done to the child
    *("statelessness", "arrested_detained", "migrant", "disabled", "serious_health_issue", "refugee", "street_child"),
    *("child_mother", "living_with_vulnerable_person", "child_headed_household", "mentally_distressed"),
)
AGENCY_PREFIX = r"^agency-"


def worded(cases: pl.DataFrame, findings: Findings) -> pl.DataFrame:
    """Return the accepted records with their ids, dates, numbers and codes as ``case_records`` has them."""
    coded = cases.with_columns(
        *(dates.parsed_date(pl.col(field)).alias(name) for name, field in DATES.items()),
        *(_coded(cases, name, field, findings) for name, field in CODES.items()),
        *(_listed(cases, name, field, findings) for name, field in LISTS.items()),
    )
    return coded.with_columns(
        pl.lit(1).alias("episode"),
        slug=pl.col("oscar_short_id"),
        global_id=pl.col("oscar_number"),
        agency=read_once(pl.col("owned_by_agency"), _agency, pl.String),
        worker=pl.col("owned_by"),
        household_ref="primero_family:" + pl.col("family_id"),
        age_recorded=fields.whole_number(pl.col("age")),
        disability=pl.when(pl.col("disability_type").is_not_null()).then(True),
        birth_registered=fields.yes_no(pl.col("birth_certificate")),
        province_code=_province(pl.col("location_current")),
        is_estimated=fields.yes_no(pl.col("estimated")).fill_null(False),
        use_allowed=_permission(pl.col("consent_reporting")),
        **_closure(pl.col("status")),
    )


def _coded(cases: pl.DataFrame, name: str, field: str, findings: Findings) -> pl.Expr:
    """Return a column of codes in our words; report those that are not listed."""
    values.note_unlisted(cases, field, name, SYSTEM, findings, TABLE)
    return values.canonical(pl.col(field), name, SYSTEM).alias(name)


def _listed(cases: pl.DataFrame, name: str, field: str, findings: Findings) -> pl.Expr:
    """Return a column of lists of codes in our words, joined by |; report codes that are not listed."""
    written = cases.select(text=pl.col(field)).drop_nulls().unique(maintain_order=True)
    each = written.with_columns(code=_reasons(pl.col("text"))).explode("code").drop_nulls("code")
    unlisted = each.filter(values.is_unlisted(pl.col("code"), name, SYSTEM))["text"].unique()
    places = cases.select("sheet", "row", field)
    odd = places.filter(pl.col(field).is_in(unlisted.implode())).with_columns(_reasons(pl.col(field)))
    values.note_unlisted(odd, field, name, SYSTEM, findings, TABLE)

    def words(text: pl.Expr) -> pl.Expr:
        return values.canonical_list(_reasons(text), name, SYSTEM)

    return read_once(pl.col(field), words, pl.String).fill_null(values.UNKNOWN).alias(name)


def _reasons(text: pl.Expr) -> pl.Expr:
    """Return the codes in a cell, without concerns that are no harm."""
    return forms.many(text).list.filter(~codes.code_stem(pl.element()).is_in(NO_HARM))


def _province(text: pl.Expr) -> pl.Expr:
    """Return the province of a village code that lost its leading zero (T21)."""

    def listed(province: pl.Expr) -> pl.Expr:
        return pl.when(province.is_in(country.PROVINCE_CODES)).then(province)

    return read_once(text, listed, pl.String, after=[lambda cell: codes.location(cell, digits=2)])


def _permission(text: pl.Expr) -> pl.Expr:
    def words(answer: pl.Expr) -> pl.Expr:
        return pl.when(answer).then(pl.lit("yes")).when(~answer).then(pl.lit("no"))

    return read_once(text, words, pl.String, after=[fields.yes_no]).fill_null("unknown")


def _agency(text: pl.Expr) -> pl.Expr:
    return text.str.to_lowercase().str.replace(AGENCY_PREFIX, "")


def _closure(status: pl.Expr) -> dict[str, pl.Expr]:
    """Return circumstance and reason, for closed cases only; Primero does not tell an exit from a refused referral."""
    is_closed = status == "closed"
    return {
        "closure_circumstance": pl.when(is_closed).then(pl.lit("unknown")),
        "closure_reason": pl.when(is_closed).then(pl.col("closure_reason")),
    }
