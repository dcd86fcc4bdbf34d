"""Checks of the snapshot: calculations among its own numbers, with verdict and difference; and its documents.

Not a table: it turns the reconciliation and the rows of values into further rows.
"""

from collections.abc import Iterator
from typing import Any

import pandas as pd

CHECK, SOURCE = "check", "source"
SOURCES = "key_data_sources"
BEHIND_FIELDS = "9"  # documents stand after all fields


def checks_of(values: pd.DataFrame, reconciliation: pd.DataFrame, identities: pd.DataFrame) -> Iterator[dict]:
    """Yield every calculation that tells of a number of the snapshot, beside the field of that number.

    That is the result if a claim is, and otherwise the first of the terms, which then must all be shown.
    """
    shown = values[values["level"] == "country"].drop_duplicates("term").set_index("term")
    named = identities.set_index("identity_id")
    terms = named["terms"].str.split().map(lambda terms: [term for term in terms if not _is_number(term)])
    entry: dict[str, int] = {}
    for row in reconciliation.itertuples():
        result = named["result"][row.term]
        told = terms[row.term] if pd.isna(result) else [result]
        if row.term.startswith("conflict-") or not told or not set(told) <= set(shown.index):
            continue  # numbers in conflict stand side by side already
        field = shown.loc[told[0]]
        entry[field["position"]] = entry.get(field["position"], 0) + 1
        yield {
            **{name: field[name] for name in ("position", "section", "outcome")},
            "term": row.term,
            "level": CHECK,
            "entry": entry[field["position"]],
            "row_is": CHECK,
            "label": row.statement,
            "definition": "a calculation among printed numbers, done again",
            "denominator": "none: a check",
            "scale": row.scale,
            "estimate": row.estimate,
            "checked_against": row.printed_value,
            "difference": row.difference,
            "tolerance": row.tolerance,
            "holds": row.holds,
            "note": row.note,
            "shown_originally": "no",
            "why": "so that a wrong number is seen",
        }


def documents_of(rows: pd.DataFrame, documents: pd.DataFrame) -> Iterator[dict]:
    """Yield every document that a row names, with how many numbers and texts rest on it."""
    used = rows["source_id"].dropna().value_counts()
    order = sorted(used.index, key=lambda source_id: (-used[source_id], source_id))
    titles = documents.set_index("source_id")
    for place, source_id in enumerate(order, 1):
        document = titles.loc[source_id]
        yield {
            "position": f"{BEHIND_FIELDS}{place:02d}",
            "section": SOURCES,
            "outcome": f"document_{place:02d}",
            "term": source_id,
            "level": "country",
            "entry": 1,
            "row_is": SOURCE,
            "label": document["title"],
            "definition": "a document on which numbers or texts of this snapshot rest",
            "denominator": "none: a document",
            "scale": "text",
            "source_id": source_id,
            "period": _year(document["year"]),
            "n": int(used[source_id]),
            "note": "n counts the rows of the snapshot that rest on it; no interval.",
            "shown_originally": "no",
            "why": "made from the rows of the snapshot",
        }


def cited(rows: pd.DataFrame, documents: pd.DataFrame) -> pd.DataFrame:
    """Return ``rows`` with the full citation of their source; one that no list holds stands as it was ruled."""
    parts = documents.assign(year=documents["year"].map(lambda year: _year(year) or "year not stated"))
    texts = parts["publisher"] + " (" + parts["year"] + "). " + parts["title"] + "."
    texts += (" " + parts["url"]).fillna("")
    named = rows["source_id"].map(texts.set_axis(parts["source_id"]))
    return rows.assign(source=named.fillna(rows["cited"])).drop(columns="cited")


def _year(year: Any) -> str | None:
    return None if pd.isna(year) else str(int(year))


def _is_number(term: str) -> bool:
    return term.replace(".", "", 1).isdigit()
