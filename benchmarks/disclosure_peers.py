"""The peers of the gate, run in an environment of their own: ``python disclosure_peers.py TOOL TABLES.json OUT.json``.

TABLES: a list of {"name": ..., "cells": [[place, reason, children], ...]} without totals. OUT: for each table
{"name": ..., "seconds": ..., "outputs": [[[place, reason, number or null], ...], ...]}, where "all" stands for totals,
and outputs are null where the tool failed.
"""

import json
import logging
import os
import sys
import tempfile
import time
from pathlib import Path

ALL = "all"
LEAST, RANGE = 10, 100  # tau-ARGUS: a frequency of 10, and per cent of it that must stay open around a small cell


def acro(children: dict[str, list], mitigation: str) -> list[list]:
    """Return ACRO's cross table with margins."""
    return [_acro_table(children, "place", "reason", mitigation)]


def acro_apart(children: dict[str, list], mitigation: str) -> list[list]:
    """Return ACRO's cross table without margins and the two tables of its margins, each an output of its own."""
    margins = [_acro_table(children, name, ALL, mitigation) for name in ("place", "reason")]
    cross = [row for row in _acro_table(children, "place", "reason", mitigation) if ALL not in row[:2]]
    return [cross, *margins]


def tauargus(children: dict[str, list], _: str) -> list[list]:
    """Return tau-ARGUS's table, its secondary cells chosen by the optimal method."""
    from pytauargus import protect

    counted = children | {"one": [1.0] * len(children["place"])}
    with tempfile.TemporaryDirectory() as folder:
        done = protect(counted, ["place", "reason"], "one", f"FREQ({LEAST},{RANGE})", "OPT(1)", workdir=folder)
        (table,) = done.tables
        numbers = table.safe(None)
        rows = [[row["place"], row["reason"], number] for row, number in zip(table.rows, numbers, strict=True)]
    return [[[*(ALL if value == "Total" else value.strip() for value in row[:2]), row[2]] for row in rows]]


def _acro_table(children: dict[str, list], row: str, column: str, mitigation: str) -> list[list]:
    import pandas as pd
    from acro import ACRO

    frame = pd.DataFrame(children).assign(**{ALL: ALL})
    session = ACRO()
    session.mitigation = mitigation
    has_margins = column != ALL
    table = session.crosstab(frame[row], frame[column], margins=has_margins, margins_name=ALL)
    named = []
    for left, numbers in table.iterrows():
        for top, number in numbers.items():
            place, reason = (left, top) if row == "place" else (top, left)
            named.append([str(place), str(reason), None if pd.isna(number) else float(number)])
    return named


TOOLS = {
    "acro": (acro, "suppress"),
    "acro_apart": (acro_apart, "suppress"),
    "acro_round": (acro, "round"),
    "tauargus": (tauargus, ""),
}


def main(tool: str, tables: str, out: str) -> None:
    """Put every table through ``tool`` and write what it publishes."""
    logging.disable(logging.CRITICAL)
    protect, how = TOOLS[tool]
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        given = json.loads(Path(tables).read_text(encoding="utf-8"))
        _one(given[0], protect, how)  # imports are not timed
        done = [_one(table, protect, how) for table in given]
    Path(out).write_text(json.dumps(done), encoding="utf-8")


def _one(table: dict, protect, how: str) -> dict:
    children = {
        name: [cell[at] for cell in table["cells"] for _ in range(cell[2])]
        for at, name in enumerate(("place", "reason"))
    }
    start = time.process_time()
    try:
        outputs = protect(children, how)
    except Exception as fault:  # a table that a peer cannot do is counted, whatever stopped it
        print(f"{table['name']}: {type(fault).__name__}: {fault}", file=sys.stderr)  # noqa: T201
        outputs = None
    return {"name": table["name"], "seconds": time.process_time() - start, "outputs": outputs}


if __name__ == "__main__":
    main(*(str(Path(name).resolve()) if name.endswith(".json") else name for name in sys.argv[1:]))
