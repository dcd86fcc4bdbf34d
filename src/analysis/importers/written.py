"""Canonical tables written as parquet: in the words of their contracts, and only if they keep them."""

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import polars as pl

from analysis import store
from analysis import study as choices
from analysis.importers import outputs, sheet_codes
from analysis.importers.assembled import assembled
from analysis.importers.canonical import Assembled, in_words
from analysis.importers.checked import checked, contract_of
from analysis.importers.ledger import Ledger
from analysis.importers.score_lists import one_row_a_score

N_TABLES_AT_ONCE = 2


def write_tables(
    read: dict[str, pl.DataFrame], ledger: Ledger, answers: pl.DataFrame, origin: str, folder: Path
) -> tuple[dict[str, int], Assembled]:
    """Write the canonical tables of what was read, and what was found; return the rows by table, and the whole."""
    systems = choices.load().importing.systems
    with closing(outputs.TableFile(folder / "assessments.parquet", origin)) as scores:
        whole = assembled(read, ledger, answers, systems, lambda share: scores.add(_checked_scores(share)))
    frames = {
        **whole.tables,
        "import_conflicts": whole.conflicts,
        "import_findings": sheet_codes.coded(ledger.findings, ledger.sheets),
        "import_rows": sheet_codes.coded(ledger.accounts, ledger.sheets),
    }
    n_rows = {"assessments": scores.n_rows, **_written(frames, origin, folder)}
    return {table: n_rows[table] for table in store.tables_of(store.IMPORTED)}, whole


def _written(frames: Mapping[str, pl.DataFrame], origin: str, folder: Path) -> dict[str, int]:
    """Write ``frames`` by table, two at a time; return their rows."""

    def write(table: str) -> int:
        return outputs.write_table(_checked(frames[table], table), folder / f"{table}.parquet", origin)

    with ThreadPoolExecutor(N_TABLES_AT_ONCE) as writers:
        return dict(zip(frames, writers.map(write, frames), strict=True))


def _checked(frame: pl.DataFrame, table: str) -> pl.DataFrame:
    contract = contract_of(table)
    return checked(in_words(frame, contract), contract, table)


def _checked_scores(assessments: pl.DataFrame) -> pl.DataFrame:
    """Return the scores of ``assessments`` below each other; what they share is put into words once."""
    contract = contract_of("assessments")
    return checked(one_row_a_score(in_words(assessments, contract)), contract, "assessments")
