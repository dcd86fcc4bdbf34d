"""Canonical tables written as parquet: in the words of their contracts, and only if they keep them."""

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import polars as pl

from analysis import store
from analysis import study as choices
from analysis.contract import Column, Table
from analysis.importers import outputs, sheet_codes
from analysis.importers.assembled import assembled
from analysis.importers.canonical import Assembled, in_words
from analysis.importers.checked import checked, contract_of
from analysis.importers.ledger import Ledger
from analysis.importers.score_lists import LISTS, one_row_a_score

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
    """Return ``frame`` in words, in order and as its contract has it; numbers are sorted faster than their digits."""
    contract = contract_of(table)
    keys = _keys(frame, contract)
    ordered = frame.select(*contract.columns).sort(contract.key) if keys.issuperset(contract.key) else frame
    return checked(in_words(ordered, contract), contract, table, keys)


def _keys(frame: pl.DataFrame, contract: Table) -> set[str]:
    return {name for name in contract.columns if frame.schema[name] == pl.UInt64}


def _checked_scores(assessments: pl.DataFrame) -> pl.DataFrame:
    """Return the scores of ``assessments`` below each other; what they share is put into words and checked once."""
    contract = contract_of("assessments")
    columns = contract.columns
    shared = replace(
        contract, key=("assessment_id",), columns={name: columns[name] for name in columns if name not in LISTS}
    )
    about = checked(in_words(assessments, shared), shared, "assessments", _keys(assessments, shared))
    number = {"nth": Column("Int64", "the assessment, in the order of their ids")}
    own = replace(contract, key=("nth", "domain_code"), columns={**number, **{name: columns[name] for name in LISTS}})
    numbered = assessments.select(*LISTS, nth=pl.int_range(pl.len()))
    scores = checked(one_row_a_score(in_words(numbered, own)), own, "assessments")
    long = about.select(pl.all().gather(scores["nth"])).with_columns(scores[name] for name in LISTS)
    return long.select(*columns)
