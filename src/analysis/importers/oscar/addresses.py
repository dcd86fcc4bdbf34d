"""Where a client lives: the province, the only place that is kept."""

import polars as pl

from analysis.importers import place_names
from analysis.importers.findings import Findings
from analysis.importers.oscar.sheets import SYSTEM, Sheet

COLUMN = "province_code"


def provinces(sheet: Sheet, clients: pl.DataFrame, findings: Findings, table: str) -> pl.Series:
    """Return the province by its name, or by the district where the cell is empty and only one province has it."""
    rows = clients.select(
        *("sheet", "row", "province"),
        named=place_names.province_codes(clients["province"]),
        settled=place_names.province_codes_of_districts(clients["district"]),
    )
    is_empty, is_settled = pl.col("province").is_null(), pl.col("settled").is_not_null()
    unlisted = ~is_empty & pl.col("named").is_null()
    findings.rows(rows, unlisted, table=table, check="unknown_code", action="unknown", column=COLUMN)
    if _is_printed(sheet):
        for action, found in {"undone": is_settled, "unknown": ~is_settled}.items():
            findings.rows(rows, is_empty & found, table=table, check="T07", action=action, column=COLUMN)
    return rows.select(pl.when(is_empty).then("settled").otherwise("named").alias(COLUMN)).to_series()


def _is_printed(sheet: Sheet) -> bool:
    """Tell whether the system printed the sheet: it loses provinces whose stored name has no stroke (T07)."""
    return sheet.system == SYSTEM and sheet.has("province") and sheet.has("status", "accepted_on")
