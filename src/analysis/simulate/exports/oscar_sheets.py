"""One printed sheet: its cells, the rows a perfect reader finds in it, and the faults planted into it."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import polars as pl

from analysis.simulate.exports.workbook import Cell, SheetOfRows
from analysis.simulate.planted import Planted

HEADER_ROWS = 1


@dataclass(frozen=True)
class Fault:
    """A kind of fault: one line for each of ``rows``, or one for the sheet (``n`` cells) if ``rows`` is missing."""

    check: str
    action: str
    table: str
    column: str
    rows: Sequence[int] | None = None
    n: int = 1


@dataclass(frozen=True)
class PrintedSheet:
    """A sheet as printed; ``tables`` are rows as read without the name of the sheet."""

    name: str
    header: Sequence[str | None]
    cells: pl.DataFrame | Sequence[Sequence[Cell]]
    tables: dict[str, pl.DataFrame] = field(default_factory=dict)
    faults: Sequence[Fault] = ()

    def as_rows(self) -> SheetOfRows:
        """Return the sheet for the workbook's writer."""
        rows = self.cells.rows() if isinstance(self.cells, pl.DataFrame) else self.cells
        return SheetOfRows(self.name, [self.header, *rows])


def plant(planted: Planted, file: str, sheet: PrintedSheet) -> None:
    """Note what ``sheet`` of ``file`` holds and what is wrong in it; a fault that struck nothing is not noted."""
    for table, rows in sheet.tables.items():
        planted.expect(file, table, rows.with_columns(sheet=pl.lit(sheet.name)))
    for fault in sheet.faults:
        if fault.n and (fault.rows is None or len(fault.rows)):
            struck = None if fault.rows is None else list(fault.rows)
            what = {"table": fault.table, "column": fault.column, "check": fault.check, "action": fault.action}
            planted.fault(file, sheet.name, struck, n=fault.n, **what)


def with_rows(cells: pl.DataFrame) -> pl.DataFrame:
    """Return ``cells`` with the row of the sheet each will stand in."""
    return cells.with_columns(row=pl.int_range(HEADER_ROWS + 1, pl.len() + HEADER_ROWS + 1))


def rows_where(cells: pl.DataFrame, condition: pl.Expr) -> list[int]:
    """Return the rows of the sheet where ``condition`` holds."""
    return cells.filter(condition)["row"].to_list()


def with_count(rows: pl.DataFrame) -> pl.DataFrame:
    """Return ``rows`` of one agency with ``#``: clients counted, printed on the first row of each."""
    is_first = pl.col("slug").is_first_distinct()
    return rows.with_columns(count=pl.when(is_first).then(is_first.cum_sum().cast(pl.String)))


def ordinals(number: pl.Expr) -> pl.Expr:
    """Return 1st, 2nd, 3rd, 4th, ... for each number."""
    teen = (number % 100).is_between(11, 13)
    last = number % 10
    ending = pl.when(~teen & (last == 1)).then(pl.lit("st")).when(~teen & (last == 2)).then(pl.lit("nd"))
    return pl.concat_str(number, ending.when(~teen & (last == 3)).then(pl.lit("rd")).otherwise(pl.lit("th")))


def text(column: pl.Expr) -> pl.Expr:
    """Return numbers as the text of a cell: OSCaR writes no numbers."""
    return column.cast(pl.String)
