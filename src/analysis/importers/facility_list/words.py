"""Facilities as listed, in our types and words: places as codes, dates of every kind, counts in Khmer digits too."""

import polars as pl

from analysis.importers import codes, dates, fields, place_names, values
from analysis.importers.facility_list import places_below
from analysis.importers.facility_list.layouts import SYSTEM, Layout
from analysis.importers.findings import Findings

TABLE = "facility_list_rows"
FIRST_YEAR, LAST_YEAR = 1979, 2100  # of opening: facilities of before were closed in 1975 to 1979
TEXTS = ("name_latin", "name_km", "operator_name")
STRATUM, CODE = "sample_stratum", r"^\S{1,32}$"  # anything longer, or with a blank, may be somebody's words
CODES = ("facility_type", "operator_type", "registration_status", "mou_status", "main_funding")
DATES = ("observed_on", "last_inspection_on")
YES_OR_NO = ("inspected_ever", "authorised_sd119", "hosts_visitors")
COUNTS = (
    *("residents_u18_f", "residents_u18_m", "residents_u18", "residents_18plus", "residents_age_0_3"),
    *("residents_age_4_12", "residents_age_13_17", "residents_parent_alive", "residents_disability"),
    *("admissions_12m", "exits_family_12m", "exits_other_12m", "deaths_12m", "n_family_contact", "n_care_plan"),
    *("n_entry_assessed", "n_placement_reviewed", "n_local_school", "staff_total", "staff_qualified"),
)
DIGITS = {"district_code": 4, "commune_code": 6}
LOST_A_ZERO = r"^\d(?:\d\d)*$"  # an odd number of digits


def worded(facilities: pl.DataFrame, layout: Layout, findings: Findings) -> pl.DataFrame:
    """Return ``facilities`` with the columns of the list in our types and words."""
    there = set(facilities.columns)
    for field in CODES:
        if field in there:
            values.note_unlisted(facilities, field, field, SYSTEM, findings, TABLE)
    opened = fields.whole_number(pl.col("opened_year"))
    return (
        _placed(facilities, layout.grid.sheet, findings)
        .with_columns(
            *(pl.col(field) for field in TEXTS if field in there),
            *(values.canonical(pl.col(field), field, SYSTEM).alias(field) for field in CODES if field in there),
            *(_dated(facilities, field, findings) for field in DATES if field in there),
            *(fields.yes_no(pl.col(field)).alias(field) for field in YES_OR_NO if field in there),
            *(_count(pl.col(field)).alias(field) for field in COUNTS if field in there),
            *([pl.when(opened.is_between(FIRST_YEAR, LAST_YEAR)).then(opened)] if "opened_year" in there else []),
            *([_stratum(facilities, findings)] if STRATUM in there else []),
            *([fields.decimal(pl.col("sample_weight"))] if "sample_weight" in there else []),
        )
        .select(_kept(there))
    )


def _kept(there: set[str]) -> list[str]:
    read = (*TEXTS, *CODES, *DATES, *YES_OR_NO, *COUNTS, "opened_year", STRATUM, "sample_weight")
    return ["sheet", "row", "province_code", *DIGITS, *(field for field in read if field in there)]


def _stratum(facilities: pl.DataFrame, findings: Findings) -> pl.Expr:
    """Return the stratum where it is a code."""
    is_code = pl.col(STRATUM).str.contains(CODE)
    findings.rows(facilities, ~is_code, table=TABLE, check="unknown_code", action="unknown", column=STRATUM)
    return pl.when(is_code).then(STRATUM).alias(STRATUM)


def _count(text: pl.Expr) -> pl.Expr:
    """Return a count; nobody counts below nought."""
    number = fields.whole_number(text)
    return pl.when(number >= 0).then(number)


def _dated(facilities: pl.DataFrame, field: str, findings: Findings) -> pl.Series:
    """Return the dates of a column; where nothing in it says whether day or month is first, they are unknown (T09)."""
    is_day_first = dates.is_day_first(facilities[field].drop_nulls())
    is_unsettled = dates.is_ambiguous(pl.col(field)) if is_day_first is None else pl.lit(False)
    findings.rows(facilities, is_unsettled, table=TABLE, check="T09", action="unknown", column=field)
    date = dates.parsed_date(pl.col(field), day_first=is_day_first is not False)
    return facilities.select(pl.when(~is_unsettled).then(date).alias(field)).to_series()


def _placed(facilities: pl.DataFrame, sheet: str, findings: Findings) -> pl.DataFrame:
    """Attach the codes of province, district and commune: as listed, else of the names, a district of its commune."""
    missing = [name for name in ("province", "district", "commune", *DIGITS) if name not in facilities.columns]
    listed = facilities.with_columns(pl.lit(None, dtype=pl.String).alias(name) for name in missing)
    for column, n_digits in DIGITS.items():
        n_lost = int(listed[column].str.contains(LOST_A_ZERO).sum())
        findings.whole(sheet, table=TABLE, check="T21", column=column, n=n_lost)
        listed = listed.with_columns(codes.location(pl.col(column), digits=n_digits).alias(column))
    provinces = place_names.province_codes(listed["province"]).alias("province_code")
    is_unplaced = pl.col("province").is_not_null() & pl.col("province_code").is_null()
    coded = listed.with_columns(provinces)
    findings.rows(coded, is_unplaced, table=TABLE, check="unknown_code", action="unknown", column="province_code")
    return places_below.attached(coded)
