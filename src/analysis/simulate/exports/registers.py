"""Registers as agencies keep them: a workbook with a sheet for each, and the many cost lines as CSV."""

import csv
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import polars as pl

from analysis.importers import as_read
from analysis.importers.registers import references
from analysis.simulate.exports import register_cells, registers_of_agencies, registers_of_cases
from analysis.simulate.exports.mishaps import struck
from analysis.simulate.exports.register_cells import Register
from analysis.simulate.exports.workbook import Cell, SheetOfRows, write_workbook
from analysis.simulate.planted import Planted
from analysis.simulate.world import World
from analysis.study import Study

WORKBOOK, LEDGER = "registers.xlsx", "cost-lines.csv"
REPEATED_IN = ("household_checks", "plan_goals")  # long enough to be printed on several pages


def write(
    world: World, folder: Path, prefix: str, planted: Planted, parameters: Study, rng: np.random.Generator
) -> None:
    """Write the registers of a block into ``folder`` and note in ``planted``, under ``prefix``, what stands in them."""
    faults = parameters.faults.registers
    numbers = register_cells.case_numbers(world, faults, rng)
    ledger = registers_of_cases.cost_lines(world, numbers, faults, rng)
    sheets = [
        registers_of_agencies.closures(world, faults, rng),
        registers_of_agencies.exchange_rates(world),
        registers_of_agencies.trainings(world, faults, rng),
        registers_of_cases.household_checks(world, numbers, faults, rng),
        registers_of_cases.plan_goals(world, numbers, faults, rng),
        registers_of_agencies.commune_years(world),
        registers_of_agencies.partner_evidence(world, faults, rng),
    ]
    headed = {sheet.table: _headers_before(sheet, faults, rng) for sheet in sheets}
    rows = [SheetOfRows(sheet.title, _rows(sheet, headed[sheet.table]), date_format="yyyy-mm-dd") for sheet in sheets]
    write_workbook(folder / WORKBOOK, rows)
    _write_csv(folder / LEDGER, ledger)
    for sheet in sheets:
        _note(planted, prefix + WORKBOOK, sheet.title, sheet, headed[sheet.table])
    _note(planted, prefix + LEDGER, "", ledger, np.zeros(ledger.n_lines, dtype=int))


def _headers_before(sheet: Register, faults: Study, rng: np.random.Generator) -> np.ndarray:
    """Return how many repeated headers stand above each line."""
    n = sheet.n_lines
    if sheet.table not in REPEATED_IN or n < 2:
        return np.zeros(n, dtype=int)
    return np.cumsum(struck(rng, np.arange(n) > 0, faults.repeated_header))


def _rows(sheet: Register, headers_before: np.ndarray) -> Iterator[list[Cell]]:
    header: list[Cell] = list(sheet.typed)
    yield header
    n_headers = 0
    for line, above in zip(zip(*sheet.typed.values(), strict=True), headers_before, strict=True):
        if above > n_headers:
            n_headers = above
            yield header
        yield list(line)


def _write_csv(file: Path, ledger: Register) -> None:
    """Write a register as CSV, days as 2024-03-31 and numbers without a zero too many."""
    with file.open("w", encoding="utf-8", newline="") as opened:
        writer = csv.writer(opened, lineterminator="\n")
        writer.writerow(ledger.typed)
        writer.writerows(zip(*map(_as_text, ledger.typed.values()), strict=True))


def _as_text(column: list[Cell]) -> list[Cell]:
    return [f"{cell:.10g}" if isinstance(cell, float) else cell for cell in column]


def _note(planted: Planted, file: str, tab: str, register: Register, headers_before: np.ndarray) -> None:
    """Note the lines as read, and the faults among them, at the rows where they stand."""
    row_of = np.arange(register.n_lines) + 2 + headers_before
    at = pl.DataFrame({"line": np.arange(register.n_lines), "row": row_of}, schema={"line": pl.Int64, "row": pl.Int64})
    placed = register.read.join(at, on="line", maintain_order="left", how="left")
    named = references.with_line(as_read.filled(_known(placed, register.table, tab), register.table), register.table)
    planted.expect(file, register.table, named)
    table = register.table
    for (column, check, action), flags in register.faults.items():
        planted.fault(file, tab, row_of[flags].tolist(), column=column, check=check, action=action, table=table)
    for (column, check, action), n in register.whole.items():
        if n:
            planted.fault(file, tab, None, column=column, check=check, action=action, n=n, table=table)
    first_below = row_of[np.flatnonzero(np.diff(headers_before, prepend=0))]
    repeated = (first_below - 1).tolist()
    planted.fault(file, tab, repeated, column="", check="header_repeated", action="rejected", table=table)


def _known(placed: pl.DataFrame, table: str, tab: str) -> pl.DataFrame:
    """Return the columns that the table as read has, with the sheet."""
    sheet = pl.lit(tab).alias("sheet")
    return placed.with_columns(sheet).select(
        [name for name in as_read.SCHEMAS[table] if name in {*placed.columns, "sheet"}]
    )
