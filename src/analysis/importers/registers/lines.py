"""Which lines of a register stay: a header among the lines goes, so does one without what makes it a line."""

import polars as pl

from analysis.importers import values, within
from analysis.importers.checked import contract_of
from analysis.importers.findings import Findings
from analysis.importers.reading import Grid
from analysis.importers.registers import sheets
from analysis.importers.registers.kinds import REGISTERS


def written(rows: pl.DataFrame, grid: Grid, table: str, findings: Findings) -> pl.DataFrame:
    """Return the lines with anything in a column that is read; report the header repeated, and the other lines."""
    header = sheets.header_of(grid, table)
    is_header = pl.all_horizontal(pl.col(field) == header[field] for field in REGISTERS[table].telling)
    is_blank = pl.all_horizontal(pl.col(list(header)).is_null())
    return _without(rows, {"header_repeated": is_header, "incomplete_row": is_blank}, table, findings)


def complete(told: pl.DataFrame, table: str, findings: Findings) -> pl.DataFrame:
    """Return the lines, in our types and words, that have what no line can be without; report the others."""
    needed = REGISTERS[table].needed
    lacks = [pl.all_horizontal(_is_unknown(name, table) for name in either) for either in needed]
    return _without(told, {"incomplete_row": pl.any_horizontal(lacks)}, table, findings) if lacks else told


def _is_unknown(name: str, table: str) -> pl.Expr:
    """Return where a field is missing, unknown, or what its column cannot hold, such as a rate of nought."""
    columns = {} if table in within.NO_TABLE else contract_of(table).columns
    breaches = within.breaches(pl.col(name), columns[name]) if name in columns else ()
    is_wrong = pl.any_horizontal(pl.col(name).cast(pl.String) == values.UNKNOWN, *breaches)
    return pl.col(name).is_null() | is_wrong.fill_null(value=False)


def _without(rows: pl.DataFrame, checks: dict[str, pl.Expr], table: str, findings: Findings) -> pl.DataFrame:
    for check, where in checks.items():
        is_out = where.fill_null(value=False)
        findings.rows(rows, is_out, table=table, check=check, action="rejected")
        rows = rows.filter(~is_out)
    return rows
