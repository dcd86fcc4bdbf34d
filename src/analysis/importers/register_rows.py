"""Lines of registers after reading: the case that each names, permission, and each line once.

A line that names no case is about no single child and needs no permission; one whose case is not in the exports, or
may not be used, is set aside with its reason.
"""

from collections.abc import Mapping

import polars as pl

from analysis.importers import case_rows
from analysis.importers.ledger import Ledger
from analysis.importers.register_schemas import OF_A_CASE, SCHEMAS
from analysis.importers.registers.kinds import REGISTERS

TABLES = tuple(SCHEMAS)
OF_CASES = tuple(table for table, schema in SCHEMAS.items() if OF_A_CASE.keys() <= schema.keys())
OF_AGENCIES = tuple(table for table, schema in SCHEMAS.items() if "agency" in schema)
NEXT = 0x9E3779B97F4A7C15  # what the key of a line goes up by for each line like it before it in its file


def permitted(
    rows: Mapping[str, pl.DataFrame], records: pl.DataFrame, may_use: pl.Series, ledger: Ledger
) -> dict[str, pl.DataFrame]:
    """Return the lines of registers that may be used, each once; ``records`` are those of cases, all of them.

    ``rows`` are ranked, by table as read, with ``case`` and ``case_short``; ``may_use`` are the cases permitted.
    """
    has_any = any(rows[table].height for table in OF_CASES)
    shorts = short_ids(records if has_any else records.clear())
    about = {table: _of_permitted(rows[table], table, shorts, records, may_use, ledger) for table in OF_CASES}
    return {table: once(about.get(table, rows[table]), table, ledger) for table in TABLES}


def short_ids(records: pl.DataFrame) -> pl.DataFrame:
    """Return the cases by their short ids: ``case_short case_of_short n_cases``; of several cases any one."""
    named = records.select("case_short", "case").drop_nulls().unique()
    return named.group_by("case_short").agg(case_of_short=pl.col("case").min(), n_cases=pl.len())


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
    return case_rows.first_of_each(own, table, "line", ledger)


def _of_permitted(
    rows: pl.DataFrame, table: str, shorts: pl.DataFrame, records: pl.DataFrame, may_use: pl.Series, ledger: Ledger
) -> pl.DataFrame:
    """Return the lines of permitted cases and those of no case; set the others aside."""
    found = rows.join(shorts, on="case_short", how="left", maintain_order="left", validate="m:1")
    names_case = pl.col("case").is_not_null() | pl.col("case_short").is_not_null()
    is_shared = (pl.col("n_cases") > 1).fill_null(value=False)
    ledger.set_aside(found.filter(is_shared), table, "ambiguous_id")
    told = found.with_columns(names_case=names_case, case=pl.coalesce("case", "case_of_short")).filter(~is_shared)
    named = told.filter("names_case")
    of_case = case_rows.of_permitted(named, table, "case", may_use, records["case"], ledger)
    return (
        pl.concat([of_case, told.filter(~pl.col("names_case"))])
        .sort("rank", "at")
        .drop(set(told.columns) - set(rows.columns))
    )
