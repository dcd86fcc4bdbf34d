"""Which register a sheet is, by its labels, and its cells as text. Tab names and positions decide nothing."""

from collections.abc import Iterator

import polars as pl

from analysis.importers import labels, reading
from analysis.importers.faults import refused
from analysis.importers.reading import Grid
from analysis.importers.registers.kinds import REGISTERS

SYSTEM = "registers"
SHARE_OF_LABELS = 0.5  # of a header, that belong to one register: then it is meant to be that one
LEAST_LABELS = 3


def is_told(grid: Grid) -> bool:
    """Return whether the header has every label without which it is no register."""
    return any(_has_all(grid, table) for table in REGISTERS)


def kind_of(grid: Grid) -> str:
    """Return the table that a sheet fills, "" where it is no register.

    Raises ``ExportError`` for a sheet that is meant to be a register but lacks a column that it cannot be without.
    """
    n_known = {table: len(_positions(grid, table)) for table in REGISTERS}
    whole = [table for table in REGISTERS if _has_all(grid, table)]
    if whole:
        return max(whole, key=n_known.__getitem__)
    nearest = max(n_known, key=n_known.__getitem__)
    if n_known[nearest] >= max(LEAST_LABELS, SHARE_OF_LABELS * sum(map(bool, grid.header))):
        raise _without(grid, nearest)
    return ""


def rows_of(grid: Grid, table: str, n_rows: int) -> Iterator[pl.DataFrame]:
    """Return the rows of a sheet, at most ``n_rows`` at a time of a CSV: ``sheet``, ``row`` and each field as text.

    A field that the sheet does not have is missing in every row.
    """
    positions = {field: places[0] for field, places in _positions(grid, table).items()}
    read = iter([reading.read(grid, positions)]) if grid.sheet else reading.batches(grid, positions, n_rows, {})
    absent = [pl.lit(None, pl.String).alias(field) for field in fields_of(table) if field not in positions]
    is_empty = True
    for rows in read:
        is_empty = False
        yield rows.with_columns(absent)
    if is_empty:  # a header with nothing below it is a register without lines
        yield pl.DataFrame(schema={"sheet": pl.String, "row": pl.Int64, **dict.fromkeys(fields_of(table), pl.String)})


def fields_of(table: str) -> list[str]:
    """Return the fields of a register in the order of its columns."""
    listed = labels.aliases(SYSTEM).filter(pl.col("sheet_kind") == table, pl.col("handling") == "read")
    return listed["field"].unique(maintain_order=True).to_list()


def label_of(table: str, field: str) -> str:
    """Return the label under which a field is written: the first that is listed."""
    listed = labels.aliases(SYSTEM).filter(pl.col("sheet_kind") == table, pl.col("field") == field)
    return listed["label"][0]


def header_of(grid: Grid, table: str) -> dict[str, str]:
    """Return the label above each field that a sheet has."""
    return {field: grid.header[places[0]] for field, places in _positions(grid, table).items()}


def _has_all(grid: Grid, table: str) -> bool:
    return _positions(grid, table).keys() >= set(REGISTERS[table].telling)


def _positions(grid: Grid, table: str) -> dict[str, list[int]]:
    return labels.matched(grid, SYSTEM, table).positions


def _without(grid: Grid, table: str) -> Exception:
    missing = [field for field in REGISTERS[table].telling if field not in _positions(grid, table)]
    named = ", ".join(repr(label_of(table, field)) for field in missing)
    return refused(
        grid.file,
        f"no column {named}, without which it is no register of {REGISTERS[table].title.lower()}",
        f"Write {named} above the column that holds it, or add its label to the importer's table of labels.",
        grid.sheet,
    )
