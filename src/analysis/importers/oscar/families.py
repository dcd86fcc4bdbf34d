"""Families: a line is a household in one organisation. Its currency is never written (T12)."""

import polars as pl

from analysis.importers import as_read, fields, place_names, values
from analysis.importers.faults import refused
from analysis.importers.findings import Findings
from analysis.importers.oscar import clients, episodes, rejected, sheets
from analysis.importers.oscar.sheets import SYSTEM, Sheet

TABLE = "households"
TICKS = {  # a tick is a yes; no tick is unknown
    "violence_in_home": "harm_history",
    "substance_use": "risk_history",
    "illness_or_disability": "illness_history",
}
COUNTS = {"n_children": ("female_children", "male_children"), "n_adults": ("female_adults", "male_adults")}


def households(sheet: Sheet, findings: Findings, clients_of_file: pl.Series) -> pl.DataFrame:
    """Return the households of a sheet of families; ``clients_of_file``: ids that tell whose families these are.

    Raises ``ExportError`` if neither the families' clients nor those of the file name an organisation.
    """
    families = rejected.kept(_keyed(sheet, clients_of_file), TABLE, findings, key="family_id", once="household_ref")
    _report(sheet, families, findings)
    told = families.select(
        *("sheet", "row", "agency", "household_ref"),
        *_codes(families, findings),
        place_names.province_codes(families["province"]).alias("province_code"),
        *_numbers(),
        *_ticks(),
    )
    return as_read.filled(_carried(sheet, told), TABLE)


def _keyed(sheet: Sheet, clients_of_file: pl.Series) -> Sheet:
    """Return the sheet with each family's ``agency``, and its number in ``family_id`` where the agency is known.

    Older exports call the number ID, and Family ID a code that the organisation gives.
    """
    if not sheet.has("id", "family_id"):
        sheets.opened(sheet.grid, sheet.kind, sheet.system, needed="family_id")  # refuses, naming the nearest label
    number = "id" if sheet.has("id") else "family_id"
    rows = sheet.rows.with_columns(_agencies(sheet, clients_of_file))
    keyed = rows.with_columns(
        pl.when(pl.col("agency").is_not_null()).then(number).alias("family_id"),
        pl.format("family:{}/{}", "agency", number).alias("household_ref"),
    )
    return Sheet(sheet.grid, sheet.system, sheet.kind, keyed, sheet.carried)


def _agencies(sheet: Sheet, clients_of_file: pl.Series) -> pl.Series:
    """Return the organisation of each family: that of its clients, else the only one of the file."""
    named = sheet.rows.select(clients.agency(episodes.tokens("client_id").list.first()).alias("agency")).to_series()
    of_clients = clients_of_file.to_frame("id").select(clients.agency(pl.col("id"))).to_series()
    known = (named if named.count() else of_clients).drop_nulls().unique()
    if not known.len() and named.len():
        raise refused(
            sheet.grid.file,
            "cannot tell whose families these are: no id of a client names an organisation",
            "Export the families with their clients' ids (column 'Client ID').",
            sheet.grid.sheet,
        )
    return named.fill_null(known[0]) if known.len() == 1 else named


def _codes(families: pl.DataFrame, findings: Findings) -> list[pl.Expr]:
    for name in ("id_poor", "vulnerability_class"):
        values.note_unlisted(families, name, name, SYSTEM, findings, TABLE)
    return [values.canonical(pl.col(name), name, SYSTEM).alias(name) for name in ("id_poor", "vulnerability_class")]


def _numbers() -> list[pl.Expr]:
    counts = [
        (fields.whole_number(pl.col(female)) + fields.whole_number(pl.col(male))).alias(name)
        for name, (female, male) in COUNTS.items()
    ]
    return [
        fields.whole_number(pl.col("household_size")).alias("household_size"),
        *counts,
        fields.decimal(pl.col("monthly_income")).alias("monthly_income"),
        pl.lit("unknown").alias("income_currency"),
        pl.when(fields.yes_no(pl.col("dependable_income"))).then(True).alias("dependable_income"),  # T11
    ]


def _ticks() -> list[pl.Expr]:
    ticked = [
        pl.when(episodes.words(column, name).list.contains("yes")).then(True).alias(name)
        for name, column in TICKS.items()
    ]
    return [*ticked, fields.yes_no(pl.col("migration")).alias("migration")]


def _report(sheet: Sheet, families: pl.DataFrame, findings: Findings) -> None:
    name = sheet.grid.sheet
    findings.whole(name, table=TABLE, check="T10", n=int(sheets.is_khmer(sheet)))
    n_incomes = families["monthly_income"].count()
    findings.whole(name, table=TABLE, check="T12", action="unknown", column="income_currency", n=n_incomes)
    n_no = families.select((~fields.yes_no(pl.col("dependable_income"))).sum()).item()
    findings.whole(name, table=TABLE, check="T11", action="unknown", column="dependable_income", n=n_no)
    unresolved = families.filter(place_names.province_codes(families["province"]).is_null()).drop_nulls("province")
    findings.rows(unresolved, pl.lit(True), table=TABLE, check="unknown_code", action="unknown", column="province_code")


def _carried(sheet: Sheet, told: pl.DataFrame) -> pl.DataFrame:
    """Return the columns of households; those that the sheet cannot tell are left missing."""
    sources = {"id_poor": "id_poor", "vulnerability_class": "vulnerability_class", "income_currency": "monthly_income"}
    return told.drop(name for name, field in sources.items() if not sheet.has(field))
