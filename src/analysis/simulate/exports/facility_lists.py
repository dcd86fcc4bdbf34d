"""Four lists of facilities as offices keep them in Excel: blocks by province, subtotals, dates of all kinds."""

from pathlib import Path

import numpy as np
import polars as pl

from analysis.simulate.exports.facility_layouts import INSPECTION, LAYOUTS, MAPPING, Layout
from analysis.simulate.exports.facility_rows import ListRows, of_list, typed_rows
from analysis.simulate.exports.facility_sheets import TABLE, Sheet, arranged
from analysis.simulate.exports.workbook import SheetOfRows, write_workbook
from analysis.simulate.planted import Planted
from analysis.simulate.world import World
from analysis.study import Study

FIRST_ROUND = ["02", "08", "12", "17", "18"]  # the mapping's first round was in five provinces
DATE_FORMATS = {INSPECTION.list_id: "dd/mm/yyyy"}


def write(
    world: World, folder: Path, prefix: str, planted: Planted, parameters: Study, rng: np.random.Generator
) -> None:
    """Write the four lists into ``folder`` and note in ``planted``, under ``prefix``, what stands in them."""
    for layout in LAYOUTS:
        _write_list(world, layout, folder, prefix + layout.file, planted, parameters.faults.facility_lists, rng)


def _write_list(
    world: World, layout: Layout, folder: Path, name: str, planted: Planted, faults: Study, rng: np.random.Generator
) -> None:
    rows = of_list(world, layout, faults, rng)
    sheets = []
    for tab, part in zip(layout.sheets, _rounds(rows, layout), strict=True):
        if part.height:
            listed = typed_rows(part, layout, faults, rng)
            sheet = arranged(listed, part, layout, faults, rng)
            sheets.append(SheetOfRows(tab, sheet.rows, sheet.merged, DATE_FORMATS.get(layout.list_id, "d mmm yyyy")))
            _note(planted, name, tab, listed, sheet, layout)
    if sheets:
        write_workbook(folder / layout.file, sheets)


def _rounds(rows: pl.DataFrame, layout: Layout) -> list[pl.DataFrame]:
    """Return the rows of each sheet of a list."""
    if layout is not MAPPING:
        return [rows]
    in_first = pl.col("province_code").is_in(FIRST_ROUND)
    return [rows.filter(in_first), rows.filter(~in_first)]


def _note(planted: Planted, file: str, tab: str, listed: ListRows, sheet: Sheet, layout: Layout) -> None:
    places = pl.Series("row", sheet.facility_rows, dtype=pl.Int64)
    planted.expect(file, TABLE, listed.read.with_columns(pl.lit(tab).alias("sheet"), places))
    planted.link(file, tab, sheet.facility_rows, listed.notes["facility_no"].to_list())
    faults = {
        ("name_latin", "subtotal_row", "rejected"): sheet.total_rows,
        ("name_latin", "header_repeated", "rejected"): sheet.repeated_rows,
        ("residents_u18", "total_mismatch", "kept"): [
            *places.filter(listed.notes["is_mismatch"]).to_list(),
            *sheet.mismatched_rows,
        ],
        ("facility_type", "unknown_code", "unknown"): places.filter(listed.notes["is_unlisted"]).to_list(),
        **{
            (column.removeprefix("ambiguous_"), "T09", "unknown"): places.filter(listed.notes[column]).to_list()
            for column in listed.notes.columns
            if column.startswith("ambiguous_")
        },
    }
    for (column, check, action), rows in faults.items():
        planted.fault(file, tab, rows, table=TABLE, column=column, check=check, action=action)
    for column in ("district_code", "commune_code"):
        n = sum(len(str(cell)) % 2 for cell in listed.typed.get(column, []))
        if n:
            planted.fault(file, tab, None, table=TABLE, column=column, check="T21", action="undone", n=n)
