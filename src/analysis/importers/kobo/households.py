"""Households as read: one row a submission, each once (``_uuid``); blank answers are unknown, never no."""

import polars as pl

from analysis.importers import codes, fields, place_names, reading, values
from analysis.importers.findings import Findings
from analysis.importers.kobo import parents
from analysis.importers.kobo.parents import SYSTEM
from analysis.importers.labels import aliases
from analysis.importers.primero.families import age_band
from analysis.importers.reading import Grid

TABLE = "households"
RISKS = {  # as read: the option of the question with several answers
    "migration": "migration",
    "violence_in_home": "violence",
    "substance_use": "alcohol_drugs",
    "illness_or_disability": "illness_disability",
}
CODES = {  # as read: the field of the form and its place in the table of codes
    "id_poor": ("id_poor", "id_poor"),
    "income_currency": ("income_currency", "income_currency"),
    "caregiver_relation": ("caregiver_relation", "relation"),
    "caregiver_sex": ("caregiver_sex", "sex"),
}
OF_DESIGN = {"survey_stratum": "stratum", "survey_cluster": "cluster"}
CODE = r"^\S{1,32}$"  # anything longer, or with a blank, may be somebody's words
COUNTS = {"household_size": "size", "n_children": "n_children", "n_adults": "n_adults"}
NUMBERS = {
    "monthly_income": "monthly_income",
    "school_distance_km": "school_distance_km",
    "school_cost_usd": "school_cost_usd",
    "survey_weight": "weight",
}


def accepted(grid: Grid, findings: Findings) -> pl.DataFrame:
    """Return the submissions that have an id and did not occur before, with ``household_ref``."""
    rows = _completed(reading.read(grid, parents.positions(grid, "main")))
    no_id = pl.col("uuid").is_null()
    is_repeat = ~no_id & ~pl.col("uuid").is_first_distinct()
    findings.rows(rows, no_id, table=TABLE, check="no_id", action="rejected", column="household_ref")
    findings.rows(rows, is_repeat, table=TABLE, check="duplicate_row", action="rejected", column="household_ref")
    kept = rows.filter(~(no_id | is_repeat))
    findings.sheet(grid.sheet, table=TABLE, rows_in=rows.height, rows_out=kept.height)
    return kept.with_columns(household_ref="kobo:" + pl.col("uuid"))


def worded(answers: pl.DataFrame, findings: Findings) -> pl.DataFrame:
    """Return the answers in our types and words."""
    for field, word in CODES.values():
        values.note_unlisted(answers, field, word, SYSTEM, findings, TABLE)
    for column, field in OF_DESIGN.items():
        is_no_code = pl.col(field).is_not_null() & _code(pl.col(field)).is_null()
        findings.rows(answers, is_no_code, table=TABLE, check="unknown_code", action="unknown", column=column)
    sheet = str(answers["sheet"].first() or "")
    no_currency = pl.col("monthly_income").is_not_null() & pl.col("income_currency").is_null()
    n_without = answers.select(no_currency.sum()).item()
    findings.whole(sheet, table=TABLE, check="T12", action="unknown", column="income_currency", n=n_without)
    n_lost = int(answers["province"].str.contains(r"^\d$").sum())
    findings.whole(sheet, table=TABLE, check="T21", column="province_code", n=n_lost)
    return answers.select(
        *("sheet", "row", "household_ref", "agency"),
        _province(answers["province"]),
        *(values.canonical(pl.col(field), word, SYSTEM).alias(column) for column, (field, word) in CODES.items()),
        *(fields.whole_number(pl.col(field)).alias(column) for column, field in COUNTS.items()),
        *(fields.decimal(pl.col(field)).alias(column) for column, field in NUMBERS.items()),
        *(_ticked(answers, option).alias(column) for column, option in RISKS.items()),
        *(_code(pl.col(field)).alias(column) for column, field in OF_DESIGN.items()),
        dependable_income=fields.yes_no(pl.col("dependable_income")),
        caregiver_age_band=age_band(fields.whole_number(pl.col("caregiver_age"))),
        use_allowed=pl.when(fields.yes_no(pl.col("consent")))
        .then(pl.lit("yes"))
        .when(~fields.yes_no(pl.col("consent")))
        .then(pl.lit("no"))
        .otherwise(pl.lit("unknown")),
    )


def _completed(rows: pl.DataFrame) -> pl.DataFrame:
    """Return ``rows`` with every field of the form, those the file lacks missing."""
    listed = aliases(SYSTEM).filter((pl.col("sheet_kind") == "main") & (pl.col("handling") == "read"))["field"]
    absent = [field for field in listed.unique(maintain_order=True) if field not in rows.columns]
    return rows.with_columns(pl.lit(None, dtype=pl.String).alias(field) for field in absent)


def _province(text: pl.Series) -> pl.Series:
    """Return the province by its code, whose zero a number lost (T21), or by its name."""
    coded = text.to_frame("text").select(codes.location(pl.col("text"), digits=2)).to_series()
    named = place_names.province_codes(text.set(coded.is_not_null(), None))
    return coded.fill_null(named).alias("province_code")


def _code(text: pl.Expr) -> pl.Expr:
    return pl.when(text.str.contains(CODE)).then(text)


def _ticked(answers: pl.DataFrame, option: str) -> pl.Expr:
    """Return whether an option is ticked: its own 0/1 column; the summary only where the export has no such columns."""
    own = f"risk_{option}"
    if answers[own].is_not_null().any():
        return fields.yes_no(pl.col(own))
    return pl.col("risks").str.split(" ").list.contains(option)
