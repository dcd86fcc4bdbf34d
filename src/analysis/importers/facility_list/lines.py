"""Which lines of a list are facilities: totals are checked and set aside, so are headers and lines without a name."""

import polars as pl

from analysis.importers import fields, reading
from analysis.importers.facility_list.layouts import Layout
from analysis.importers.findings import Findings

TABLE = "facility_list_rows"
TOTAL = r"(?i)^(?:grand[ -]?total|sub[ -]?total|total|សរុប)"
SUBTOTAL = r"(?i)^(?:sub[ -]?total|សរុបរង)"
COUNTED = ("residents_u18_f", "residents_u18_m", "residents_u18", "residents_18plus")
BEFORE_A_NAME = ("number", "province", "district", "commune", "district_code", "commune_code", "name_km", "name_latin")
SHARE_OF_HEADER = 0.5  # of the filled cells of a line that repeat the header above them


def facilities(layout: Layout, findings: Findings) -> pl.DataFrame:
    """Return the lines that are facilities, as text, the province filled down over its merged cell."""
    rows = _judged(reading.read(layout.grid, {**layout.positions, **layout.items}), layout)
    for check in ("header_repeated", "subtotal_row", "no_id"):
        where = pl.col("kind") == check
        findings.rows(rows, where, table=TABLE, check=check, action="rejected", column="name_latin")
    _note_wrong_totals(rows, findings)
    kept = rows.filter(pl.col("kind") == "facility")
    findings.sheet(layout.grid.sheet, table=TABLE, rows_in=rows.height, rows_out=kept.height)
    return kept.with_columns(pl.col("province").forward_fill()) if "province" in kept.columns else kept


def _judged(rows: pl.DataFrame, layout: Layout) -> pl.DataFrame:
    """Attach to each line what it is: header_repeated, subtotal_row, facility, or no_id for one without a name."""
    in_order = sorted((field for field in BEFORE_A_NAME if field in layout.positions), key=layout.positions.__getitem__)
    names = [name for name in ("name_latin", "name_km") if name in rows.columns]
    said = {field: pl.col(field).is_in(list(texts)).fill_null(False) for field, texts in layout.texts.items()}
    n_filled = pl.sum_horizontal(pl.col(field).is_not_null() for field in said)
    is_header = pl.sum_horizontal(said.values()) > SHARE_OF_HEADER * n_filled
    return rows.with_columns(
        first_text=pl.coalesce(in_order),
        kind=pl.when(is_header)
        .then(pl.lit("header_repeated"))
        .when(pl.coalesce(in_order).str.contains(TOTAL))
        .then(pl.lit("subtotal_row"))
        .when(pl.all_horizontal(pl.col(names).is_null()))
        .then(pl.lit("no_id"))
        .otherwise(pl.lit("facility")),
    )


def _note_wrong_totals(rows: pl.DataFrame, findings: Findings) -> None:
    """Report totals that are not the sum of their lines: of the block for a subtotal, of the sheet for a total."""
    counted = [name for name in COUNTED if name in rows.columns]
    is_total = pl.col("kind") == "subtotal_row"
    is_subtotal = is_total & pl.col("first_text").str.contains(SUBTOTAL)
    numbers = rows.with_columns(
        *(fields.whole_number(pl.col(name)).alias(name) for name in counted),
        is_facility=pl.col("kind") == "facility",
        block=is_total.cum_sum() - is_total.cast(pl.UInt32),
    )
    of_facility = {name: pl.when("is_facility").then(name).fill_null(0).sum() for name in counted}
    is_wrong = [
        pl.col(name) != pl.when(is_subtotal).then(total.over("block")).otherwise(total)
        for name, total in of_facility.items()
    ]
    wrong = pl.any_horizontal(is_wrong or [pl.lit(False)]) & is_total
    if {"residents_u18_f", "residents_u18_m", "residents_u18"} <= set(counted):
        parts = pl.col("residents_u18_f") + pl.col("residents_u18_m")
        wrong |= pl.col("is_facility") & (parts != pl.col("residents_u18"))
    findings.rows(
        numbers, wrong.fill_null(False), table=TABLE, check="total_mismatch", action="kept", column="residents_u18"
    )
