"""Cells made to do harm to whoever opens what was imported, and what must hold after they were.

Each third cell of a small export holds one of them, so that in every column some row has one and others are sound.
"""

import copy
import csv
import io
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import mutations
import polars as pl
from mutations import Cell, Export

from analysis.importers.faults import UNPRINTABLE

EVERY, STRIDE = 3, 7
FORMULAS = (
    *("=cmd|' /C touch {canary}'!A0", "@SUM(1+1)*cmd|' /C touch {canary}'!A0", "+cmd|' /C touch {canary}'!A0"),
    *("-2+3+cmd|' /C touch {canary}'!A0", '=HYPERLINK("file://{canary}","x")', '=DDE("cmd";"/C touch {canary}";"x")'),
    *("\t=1+1", "\r=1+1", "\n=1+1", "＝1+1", "－x", '"=1+1"', "'=1+1", ";=1+1", " =1+1"),
)
HARMFUL = (
    *FORMULAS,
    *("<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "]]></v><v>", "&e;", "<!DOCTYPE x>"),
    *("'; DROP TABLE cases; --", '" OR 1=1 --', "$(touch {canary})", "`touch {canary}`", "; touch {canary}"),
    *("__import__('os').system('touch {canary}')", "{{7*7}}", "{0.__class__}", "%s%n%x", "\\", "\\N", "\\x00"),
    *("../../../{canary}", "{canary}", "file:///etc/passwd", "\\\\host\\share", "~", "*", "/dev/zero"),
    *("\x1b[2J\x1b]0;x\x07", "a\x00b", "\x7f", "\u202egnirts\u202c", "\u2066x", "\ufeff", "\u2028", "\x9b31m"),
    *("\u200bស្រី\u200b", "ក" * 20_000, "😀" * 2_000, "e\u0301" * 500, "a" * 32_767, "null", "NaN", "|", "a|b", "\x1f"),
)


def spoilt(export: Export, canary: Path) -> Export:
    """Return a copy of an export in which each third cell of its rows, or value of its records, is harmful."""
    harmful = _in_turn(canary)
    copied = copy.deepcopy(export)
    for table in copied.tables:
        for at in table.data:
            table.rows[at].cells = [_spoilt(cell, at + x, harmful) for x, cell in enumerate(table.rows[at].cells)]
    if copied.shape == "json":
        copied.records = [_spoilt_value(record, at, harmful) for at, record in enumerate(copied.records)]
    return copied


def _in_turn(canary: Path) -> Callable[[], str]:
    """Return a function that gives one string after the other."""
    at = 0

    def following() -> str:
        nonlocal at
        at += STRIDE
        return HARMFUL[at % len(HARMFUL)].replace("{canary}", str(canary))

    return following


def _spoilt(cell: Cell, place: int, harmful: Callable[[], str]) -> Cell:
    return harmful() if place % EVERY == 0 else cell


def _spoilt_value(value: Any, place: int, harmful: Callable[[], str]) -> Any:
    if isinstance(value, dict):
        return {key: _spoilt_value(inner, place + at, harmful) for at, (key, inner) in enumerate(value.items())}
    if isinstance(value, list):
        return [_spoilt_value(inner, place + at, harmful) for at, inner in enumerate(value)]
    return _spoilt(value, place, harmful)


def faults_of_message(text: str) -> Iterator[str]:
    """Yield what a terminal would not show as it stands, and what is no message for a user."""
    if UNPRINTABLE.search(text.replace("\n", "")):
        yield f"signs that drive a terminal: {text[:300]!a}"
    if "Traceback" in text or "not foreseen" in text:
        yield f"no message for a user: {text[:500]}"


def faults_of_results(root: Path, of_design: set[str]) -> Iterator[str]:
    """Yield which cells of the results harm who opens them, and where rows were lost."""
    for file in sorted(root.rglob("*.csv")):
        with file.open(encoding="utf-8", newline="") as stream:
            cells = {cell for line in csv.reader(stream) for cell in line}
        for cell in cells:
            if UNPRINTABLE.search(cell) or (cell.startswith((*"=+-@＝＋－＠",)) and not _is_number(cell)):
                yield f"{file.name} holds {cell[:80]!a}"
    for file in sorted(root.rglob("*.parquet")):
        words = pl.read_parquet(file).select(pl.col(pl.String)).drop(of_design, strict=False)
        for column in words.iter_columns():
            if column.str.contains(r"[\p{Cc}<>=;{}$`\\\x{202a}-\x{202e}]").any():
                yield f"{file.stem}.{column.name} holds what somebody typed"
    rows = pl.read_parquet(next(root.rglob("import_rows.parquet")))
    if not rows.height or rows.filter(pl.col("rows_in") != pl.col("rows_out") + pl.col("rows_rejected")).height:
        yield "rows in are not rows out and rows rejected"


def _is_number(cell: str) -> bool:
    try:
        float(cell.replace(",", "."))
    except ValueError:
        return False
    return True


def written(export: Export) -> bytes:
    """Return the bytes of an export; signs that its format cannot hold are lost."""
    if export.shape != "csv":
        return mutations.written(export)
    text = io.StringIO()
    writer = csv.writer(text, delimiter=export.separator)
    writer.writerows([["" if cell is None else cell for cell in row.cells] for row in export.tables[0].rows])
    return text.getvalue().encode()
