"""What is timed: one reader on one file, in a process of its own. Each leaves behind what the others must agree with.

``python -m benchmarks.readers READER FILE OUT``
"""

import hashlib
import json
import os
import sys
from collections.abc import Callable, Iterable
from pathlib import Path

KEY = "0" * 64  # of made-up records; for the import and its peer
AGREED = "agreed.json"
TABLES = ("cases", "children", "assessments", "placements", "households")
SCORES_FROM, N_DOMAINS = 7, 12  # of the sheet of scores: the first blank header, and every second column from there


def import_cases(file: Path, out: Path) -> None:
    """Import the folder in which ``file`` lies, as ``make import`` does."""
    os.environ["HOMEWARD_KEY"] = KEY
    from analysis.importers import run

    run.import_exports(file.parent, out / "processed", out / "restricted")
    for table in TABLES:
        (out / "processed" / "imported" / f"{table}.parquet").rename(out / f"{table}.parquet")


def pandas_cases(file: Path, out: Path) -> None:
    """Clean the CSV with pandas; nothing is checked."""
    from benchmarks import pandas_tables

    pandas_tables.make(file, out, KEY.encode(), is_checked=False)


def pandas_checked(file: Path, out: Path) -> None:
    """Clean the CSV with pandas and check every table against its contract, as all tables made with pandas are."""
    from benchmarks import pandas_tables

    pandas_tables.make(file, out, KEY.encode(), is_checked=True)


def read_workbook(file: Path, out: Path) -> None:
    """Read a workbook of OSCaR into tables as read: recognised, its faults found, its codes in our words."""
    from analysis.importers import detect

    tables = detect.importer_of(file).read(file).tables
    _agree(out, tables["case_records"]["slug"].unique(), tables["assessments"]["score"].sum())


def openpyxl_workbook(file: Path, out: Path) -> None:
    """Read the same columns with pandas and openpyxl; nothing else is done with them."""
    _pandas_workbook(file, out, "openpyxl")


def calamine_workbook(file: Path, out: Path) -> None:
    """Read the same columns with pandas and calamine; nothing else is done with them."""
    _pandas_workbook(file, out, "calamine")


def _pandas_workbook(file: Path, out: Path, engine: str) -> None:
    import pandas as pd
    from benchmarks.exports import CLIENTS, CLIENTS_NOT_READ, SCORES, SHEET

    read = [label for label in CLIENTS if label not in CLIENTS_NOT_READ]
    scored = [1, 5, 6, *range(SCORES_FROM, SCORES_FROM + 2 * N_DOMAINS, 2)]
    with pd.ExcelFile(file, engine=engine) as workbook:
        clients = pd.read_excel(workbook, sheet_name=SHEET, usecols=read, dtype="str")
        lines = pd.read_excel(workbook, sheet_name=SCORES, usecols=scored, dtype="str")
    scores = lines.iloc[:, 3:].apply(pd.to_numeric, errors="coerce")
    _agree(out, clients["ID"].dropna().unique(), scores.where((scores >= 1) & (scores <= 4)).sum().sum())


def _agree(out: Path, ids: Iterable[str], total: float) -> None:
    """Leave a digest of the ids and the sum of the scores."""
    listed = sorted(ids)
    digest = hashlib.sha256("\n".join(listed).encode()).hexdigest()
    (out / AGREED).write_text(json.dumps({"clients": len(listed), "ids": digest, "scores": int(total)}))


READERS: dict[str, Callable[[Path, Path], None]] = {
    reader.__name__: reader
    for reader in (import_cases, pandas_cases, pandas_checked, read_workbook, openpyxl_workbook, calamine_workbook)
}

if __name__ == "__main__":
    READERS[sys.argv[1]](Path(sys.argv[2]), Path(sys.argv[3]))
