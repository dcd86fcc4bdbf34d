"""Lines of registers after reading: the case that each names, permission, and each line once.

A line that names no case is about no single child and needs no permission; one whose case is not in the exports, or
may not be used, is set aside with its reason.
"""

from collections.abc import Iterator

import polars as pl

from analysis.importers.assembly import Assembly
from analysis.importers.cases import Cases
from analysis.importers.ledger import Ledger
from analysis.importers.permitted_rows import first_of_each, of_permitted
from analysis.importers.register_schemas import OF_CASES, SCHEMAS
from analysis.importers.registers.kinds import REGISTERS
from analysis.importers.settled import RANKED

TABLES = tuple(SCHEMAS)
OF_AGENCIES = tuple(table for table, schema in SCHEMAS.items() if "agency" in schema)
NEXT = 0x9E3779B97F4A7C15  # what the key of a line goes up by for each line like it before it in its file


def permitted(own: Assembly, table: str, of_cases: Cases) -> Iterator[pl.DataFrame]:
    """Yield the lines of a register that may be used, each once."""
    for rows in own.ranges(table):
        kept = once(_of_permitted(rows, table, of_cases, own.ledger), table, own.ledger)
        own.ledger.note_kept(table, kept)
        yield kept
    own.ledger.close(table)


def once(rows: pl.DataFrame, table: str, ledger: Ledger) -> pl.DataFrame:
    """Return the ranked lines with ``line`` a key of their own: a line that stands in two files counts once.

    Equal lines of one file are several where a register may hold such, and else set aside.
    """
    number = pl.int_range(pl.len(), dtype=pl.UInt64).over("rank", "line")
    numbered = rows.with_columns(number=number)
    if not REGISTERS[table].is_repeatable:
        is_again = pl.col("number") > 0
        ledger.set_aside(numbered.filter(is_again), table, "duplicate_row")
        numbered = numbered.filter(~is_again)
    own = numbered.with_columns(line=pl.col("line") + pl.col("number") * pl.lit(NEXT, pl.UInt64)).drop("number")
    return first_of_each(own, table, "line", ledger)


def _of_permitted(rows: pl.DataFrame, table: str, of_cases: Cases, ledger: Ledger) -> pl.DataFrame:
    """Return the lines of permitted cases and those of no case; set the others aside."""
    if table not in OF_CASES:
        return rows
    found = rows.join(of_cases.shorts, on="case_short", how="left", maintain_order="left", validate="m:1")
    names_case = pl.col("case").is_not_null() | pl.col("case_short").is_not_null()
    is_shared = (pl.col("n_cases") > 1).fill_null(value=False)
    ledger.set_aside(found.filter(is_shared), table, "ambiguous_id")
    told = found.with_columns(names_case=names_case, case=pl.coalesce("case", "case_of_short")).filter(~is_shared)
    named = told.filter("names_case")
    of_case = of_permitted(named, table, "case", of_cases.may_use, of_cases.known, ledger)
    return (
        pl.concat([of_case, told.filter(~pl.col("names_case"))])
        .sort(RANKED)
        .drop(set(told.columns) - set(rows.columns))
    )
