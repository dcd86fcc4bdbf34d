"""Whom and what a line of a register is about, as ids: its case, worker, funder, receipt, and the line itself.

A case is named as its system shows it: in OSCaR by the client's id, in Primero by the short id of seven signs, which is
the end of the long one, or by the long id itself.
"""

import polars as pl

from analysis.importers import as_read, values
from analysis.importers.codes import short_id
from analysis.importers.findings import Findings
from analysis.importers.organisations import normalised
from analysis.importers.registers.kinds import ITEMS, REGISTERS
from analysis.importers.registers.sheets import SYSTEM

SHORT_ID = r"^(?:[0-9a-fA-F]{7}|[0-9]{1,6})$"  # digits alone may have lost zeros in a spreadsheet
BETWEEN = "\x1f"  # a sign that no cell holds
NOT_OF_A_LINE = ("sheet", "row", "line_ref")


def with_case(rows: pl.DataFrame, table: str, findings: Findings) -> pl.DataFrame:
    """Attach the case that a line names: ``case_ref``, or ``case_short`` where it is named by a short id of Primero.

    A number without a system names a case that nobody knows; no number is no case.
    """
    values.note_unlisted(rows, "system", "case_system", SYSTEM, findings, table)
    system = values.canonical(pl.col("system"), "case_system", SYSTEM)
    read = rows.with_columns(system=system)
    number, is_primero = pl.col("case_number"), pl.col("system") == "primero"
    is_short = is_primero & number.str.contains(SHORT_ID)
    spaces = {"oscar": "slug", "primero": "case_id", "unknown": "case_of_no_system"}
    long = pl.concat_str(pl.col("system").replace_strict(spaces), pl.lit(":"), number)
    return read.with_columns(
        case_ref=pl.when(~is_short.fill_null(value=False)).then(long),
        case_short=pl.when(is_short).then(short_id(number)),
    ).drop("system", "case_number")


def with_worker(rows: pl.DataFrame, table: str, findings: Findings) -> pl.DataFrame:
    """Attach the worker by the name of the user, as records of cases have it."""
    worker = pl.format("worker:{}/{}", pl.col("agency").fill_null(""), "worker")
    return rows.with_columns(worker_ref=worker).drop("worker")


def with_funder(rows: pl.DataFrame, table: str, findings: Findings) -> pl.DataFrame:
    """Attach the funder: however it is spelt, with the same letters it is the same."""
    return rows.with_columns(funder_ref=pl.lit("funder:") + normalised(pl.col("funder")))


def with_receipt(rows: pl.DataFrame, table: str, findings: Findings) -> pl.DataFrame:
    """Attach the receipt by the letters and digits of its number; two agencies may have receipts of one number."""
    number = normalised(pl.col("receipt")).str.replace_all(" ", "")
    return rows.with_columns(receipt_ref=pl.lit("receipt:") + number).drop("receipt")


def with_line(rows: pl.DataFrame, table: str) -> pl.DataFrame:
    """Attach what makes a line the same line in another file: its ``identity``, of a check its item too."""
    of_line = REGISTERS[table].identity or tuple(c for c in as_read.SCHEMAS[table] if c not in NOT_OF_A_LINE)
    of_item = ("item",) if set(ITEMS) & set(REGISTERS[table].codes) else ()
    cells = [pl.col(name).cast(pl.String).fill_null("") for name in (*of_line, *of_item)]
    return rows.with_columns(line_ref=pl.lit(f"{table}:") + pl.concat_str(cells, separator=BETWEEN))
