"""The family workbook of one agency: one sheet, one row a family."""

import polars as pl

from analysis.simulate.exports import oscar_labels, oscar_places, oscar_words, private
from analysis.simulate.exports.oscar_client_workbook import FIRST_SHEET, Style
from analysis.simulate.exports.oscar_sheets import Fault, PrintedSheet, text, with_rows
from analysis.simulate.exports.oscar_words import words

RIEL_PER_DOLLAR = 4000  # one agency writes riel; its file does not say so
KNOWN = [
    *("row", "household_ref", "agency", "province_code", "id_poor", "household_size", "n_children", "n_adults"),
    *("monthly_income", "income_currency", "dependable_income", "migration", "violence_in_home", "substance_use"),
    *("illness_or_disability", "vulnerability_class"),
]


def sheet(families: pl.DataFrame, style: Style) -> PrintedSheet:
    """Return the sheet of one agency's ``families``; incomes stand without their currency."""
    rate = RIEL_PER_DOLLAR if style.is_khmer else 1
    rows = with_rows(families.with_columns(monthly_income=pl.col("monthly_income") * rate))
    cells = _cells(rows, pl.lit(style.is_khmer))
    header = oscar_labels.header(oscar_labels.FAMILIES, khmer=style.is_khmer)
    faults = [
        Fault("T10", "undone", "households", "", n=len(header) if style.is_khmer else 0),
        Fault("T11", "unknown", "households", "dependable_income", n=rows.filter(~pl.col("dependable_income")).height),
        Fault("T12", "unknown", "households", "income_currency", n=rows["monthly_income"].count()),
    ]
    return PrintedSheet(FIRST_SHEET, header, cells, {"households": _as_read(rows)}, faults)


def _cells(rows: pl.DataFrame, khmer: pl.Expr) -> pl.DataFrame:
    girls, women = pl.col("n_children") // 2, (pl.col("n_adults") + 1) // 2
    number = rows["family_no"].to_list()
    marked = {
        "manual_id": private.latin("manual", number),
        "head": private.khmer("មេគ្រួសារ", number) if rows.height else [],
        "address": private.latin("address", number),
        "phone": private.phones(number),
    }
    printed = rows.with_columns(pl.Series(name, texts, dtype=pl.String) for name, texts in marked.items()).select(
        *("manual_id", "head", "address", "phone"),
        family_id=text(pl.col("family_no")),
        clients="slugs",
        family_type=words(pl.col("family_type"), oscar_words.FAMILY_TYPE, khmer=khmer),
        status=words(pl.lit("active"), oscar_words.STATUS, khmer=khmer),
        household_size=text(pl.col("household_size")),
        monthly_income=_grouped(pl.col("monthly_income")),
        dependable_income=_yes_no("dependable_income", khmer),
        female_children=text(girls),
        male_children=text(pl.col("n_children") - girls),
        female_adults=text(women),
        male_adults=text(pl.col("n_adults") - women),
        id_poor=words(pl.col("id_poor"), oscar_words.ID_POOR, khmer=khmer),
        province=oscar_places.printed(pl.col("province_code"), khmer=khmer),
        harm_history=_ticked("violence_in_home", oscar_words.HARM_HISTORY["family_violence"], khmer),
        behaviours=_ticked("substance_use", oscar_words.SUBSTANCE_USE, khmer),
        illness=_ticked("illness_or_disability", oscar_words.CHRONIC_ILLNESS, khmer),
        migration=_yes_no("migration", khmer),
        vulnerability=words(pl.col("vulnerability_class"), oscar_words.VULNERABILITY_CLASS, khmer=khmer),
    )
    return printed.select(list(oscar_labels.FAMILIES))


def _as_read(rows: pl.DataFrame) -> pl.DataFrame:
    ticked = ("dependable_income", "violence_in_home", "substance_use", "illness_or_disability")
    return rows.with_columns(
        *(pl.when(name).then(True).alias(name) for name in ticked),  # no tick and a default no are unknown
        household_ref=pl.format("family:{}/{}", "agency", "family_no"),
        id_poor=pl.when(pl.col("id_poor").is_in(list(oscar_words.ID_POOR)))
        .then("id_poor")
        .otherwise(pl.lit("unknown")),
        income_currency=pl.lit("unknown"),
        vulnerability_class=pl.col("vulnerability_class").fill_null("unknown"),
    ).select(KNOWN)


def _grouped(number: pl.Expr) -> pl.Expr:
    """Return whole numbers with a comma between thousands."""
    digits = number.round(0).cast(pl.Int64).cast(pl.String)
    return digits.str.reverse().str.replace_all(r"(\d{3})", "$1,").str.reverse().str.strip_prefix(",")


def _yes_no(column: str, khmer: pl.Expr) -> pl.Expr:
    yes, no = (
        pl.when(khmer).then(pl.lit(oscar_words.YES_NO[answer][1])).otherwise(pl.lit(oscar_words.YES_NO[answer][0]))
        for answer in (True, False)
    )
    return pl.when(column).then(yes).when(~pl.col(column)).then(no)


def _ticked(column: str, option: tuple[str, str], khmer: pl.Expr) -> pl.Expr:
    return pl.when(column).then(pl.when(khmer).then(pl.lit(option[1])).otherwise(pl.lit(option[0])))
