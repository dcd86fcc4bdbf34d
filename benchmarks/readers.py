"""What is timed: one reader on one file, in a process of its own. Each leaves behind what the others must agree with.

``python -m benchmarks.readers READER FILE OUT``
"""

import json
import os
import sys
from collections.abc import Callable
from pathlib import Path

KEY = "0" * 64  # of made-up records; for the import and its peer
GIVEN = "given.json"  # beside the folders that readers write to: what ``given`` returns
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
    from benchmarks.import_peers import agree

    from analysis.importers import detect

    tables = detect.importer_of(file).read(file).tables
    agree(out, tables["case_records"]["slug"].unique(), tables["assessments"]["score"].sum())


def openpyxl_workbook(file: Path, out: Path) -> None:
    """Read the same columns with pandas and openpyxl; nothing else is done with them."""
    from benchmarks import import_peers

    told = json.loads((out.parent / GIVEN).read_text(encoding="utf-8"))  # found beforehand, as for the other peers
    import_peers.pandas_workbook(file, out, told, "openpyxl")


def given() -> dict[str, object]:
    """Return what the peers need not find out: the columns to be read, and our word for each code of Primero."""
    from benchmarks.exports import CLIENTS, CLIENTS_NOT_READ, SCORES, SHEET
    from benchmarks.pandas_cases import CODES, LAST_DAY, listed

    return {
        "sheets": [SHEET, SCORES],
        "clients": [label for label in CLIENTS if label not in CLIENTS_NOT_READ],
        "scored": [1, 5, 6, *range(SCORES_FROM, SCORES_FROM + 2 * N_DOMAINS, 2)],
        "codes": {name: column for name, column in CODES.items() if name != "sex"}
        | {"closure_reason": "closure_reason"},
        "words": {name: listed(name) for name in (*CODES, "closure_reason")},
        "last_day": str(LAST_DAY.date()),
    }


READERS: dict[str, Callable[[Path, Path], None]] = {
    reader.__name__: reader for reader in (import_cases, pandas_cases, pandas_checked, read_workbook, openpyxl_workbook)
}

if __name__ == "__main__":
    READERS[sys.argv[1]](Path(sys.argv[2]), Path(sys.argv[3]))
