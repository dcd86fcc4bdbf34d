"""Rates as read: 8 domains of the child, 11 of the family, in a row for each rated record (T20: text too)."""

import hashlib

import numpy as np
import polars as pl

from analysis.importers import dates, fields
from analysis.importers.findings import Findings
from analysis.importers.score_lists import in_lists

TABLE = "assessments"
DOMAINS = {
    "primero_kh_child": (
        *("physical_health", "mental_health", "safety_and_security", "food_shelter_and_clothes", "education"),
        *("family_relations", "social_relations", "legal_documents"),
    ),
    "primero_kh_family": (
        *("protection_care", "relations_between_child_caregiver", "physical_mental_health", "improve_situation"),
        *("livelihoods_income", "level_of_education", "resources", "assistance", "community", "children_help", "other"),
    ),
}
LOWEST, HIGHEST = 1, 4


def assessments(scores: pl.DataFrame, findings: Findings) -> pl.DataFrame:
    """Return one row for each record and instrument with any rate, in lists; scores out of 1 to 4 are missing."""
    domains = [domain for of_instrument in DOMAINS.values() for domain in of_instrument]
    rated = scores.select(
        *("sheet", "row", "case_ref"),
        *(_number(scores[f"{domain}_rate"]).alias(domain) for domain in domains),
        *(pl.col(f"{domain}_rate").is_not_null().alias(f"is_filled_{domain}") for domain in domains),
        assessed_on=dates.parsed_date(pl.col("assessment_requested_on")),
    )
    is_out = pl.any_horizontal(_is_out(domain) for domain in domains)
    findings.rows(rated, is_out, table=TABLE, check="score_out_of_range", action="unknown", column="score")
    return pl.concat(_of_instrument(rated, instrument) for instrument in DOMAINS)


def _number(texts: pl.Series) -> pl.Series:
    """Return rates as numbers: nearly all are plain ones, which need no careful reading."""
    plain = texts.cast(pl.Int64, strict=False)
    if plain.null_count() == texts.null_count():
        return plain
    return texts.to_frame("rate").select(fields.whole_number(pl.col("rate"))).to_series()


def _is_out(domain: str) -> pl.Expr:
    """Return where something is written that is no score from 1 to 4."""
    return pl.col(f"is_filled_{domain}") & ~pl.col(domain).is_between(LOWEST, HIGHEST).fill_null(False)


def _of_instrument(rated: pl.DataFrame, instrument: str) -> pl.DataFrame:
    """Return the assessments with one instrument, their domains and scores in lists."""
    domains = tuple(sorted(DOMAINS[instrument]))  # the order in which tables have them
    filled = [pl.col(f"is_filled_{domain}") for domain in domains]
    date = pl.col("assessed_on").dt.to_string("%Y-%m-%d").fill_null("1")
    of_record = rated.filter(pl.any_horizontal(filled)).select(
        *("sheet", "row", "case_ref", "assessed_on"),
        *(pl.when(pl.col(domain).is_between(LOWEST, HIGHEST)).then(domain).alias(domain) for domain in domains),
        assessment_ref=pl.col("case_ref") + f"/{instrument}/" + date,
        completed=pl.all_horizontal(filled),
    )
    return of_record.drop(domains).with_columns(
        instrument=pl.lit(instrument),
        instrument_version=pl.lit(version(domains)),
        domain_code=pl.lit(pl.Series([domains], dtype=pl.List(pl.Categorical))).first(),
        **_in_lists(of_record.select(domains)),
    )


def _in_lists(scores: pl.DataFrame) -> dict[str, pl.Series]:
    """Return the scores of each record as a list: a file stores that ten times smaller than by domain."""
    n_records, n_domains = scores.shape
    by_domain = pl.concat([column.alias("score") for column in scores.iter_columns()])
    record_by_record = np.arange(n_records * n_domains).reshape(n_domains, n_records).T.ravel()
    bounds = np.arange(0, n_records * n_domains + 1, n_domains)
    return in_lists({"score": by_domain.gather(record_by_record)}, bounds)


def version(domains: tuple[str, ...]) -> str:
    """Return the number of domains and a digest of their codes."""
    digest = hashlib.sha256("|".join(sorted(domains)).encode()).hexdigest()
    return f"{len(domains)}:{digest[:8]}"
