"""Header labels of the systems, English and Khmer, and where they stand in a sheet. Position decides nothing.

``labels/<system>.csv`` lists for each kind of sheet which label is which field and how it is handled: ``read``;
``personal`` (names, phones, addresses, notes: never read); ``ignored`` (known, not needed).
"""

import unicodedata
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import polars as pl

from analysis.importers.reading import Grid

TABLES = Path(__file__).parent / "labels"
COLUMNS = ("sheet_kind", "field", "label", "language", "handling")
HANDLING = ("read", "personal", "ignored")
COENG_DA, COENG_TA = "\u17d2\u178a", "\u17d2\u178f"  # drawn alike, typed either way


@dataclass(frozen=True)
class Matched:
    """Where the fields of a sheet stand (a label may occur twice), and the labels that are not read."""

    positions: dict[str, list[int]]
    personal: list[str]
    unknown: list[str]


@cache
def aliases(system: str) -> pl.DataFrame:
    """Return the labels that ``system`` is known to write: sheet_kind, field, label, language, handling."""
    listed = pl.read_csv(TABLES / f"{system}.csv", infer_schema=False)
    return listed.select(COLUMNS).with_columns(pl.all().fill_null(""))


def kinds(system: str) -> list[str]:
    """Return the kinds of sheet of ``system``, as its table lists them."""
    return aliases(system)["sheet_kind"].unique(maintain_order=True).to_list()


def normalised(label: str) -> str:
    """Return the letters and digits that identify a label: no case, space, punctuation or star."""
    text = unicodedata.normalize("NFC", label).casefold()
    letters = "".join(letter for letter in text if unicodedata.category(letter)[0] in "LMN")
    return letters.replace(COENG_DA, COENG_TA) or text.strip()


def matched(grid: Grid, system: str, sheet_kind: str) -> Matched:
    """Return which field stands where in ``grid``, by the labels of its header row."""
    known = _known(system, sheet_kind)
    positions: dict[str, list[int]] = {}
    personal, unknown = [], []
    for position, label in enumerate(grid.header):
        if not label:
            continue
        field, handling = known.get(_folded(label)) or known.get(normalised(label), ("", "unknown"))
        if handling == "read":
            positions.setdefault(field, []).append(position)
        elif handling == "personal":
            personal.append(label)
        elif handling == "unknown":
            unknown.append(label)
    return Matched(positions, personal, unknown)


@cache
def _known(system: str, sheet_kind: str) -> dict[str, tuple[str, str]]:
    """Return field and handling by each label of a kind of sheet, and by its letters where they mean one field only.

    Primero has both "case_id" and "Case ID", which is the short one.
    """
    listed = aliases(system).filter(pl.col("sheet_kind") == sheet_kind)
    exact = {_folded(label): (field, handling) for _, field, label, _, handling in listed.iter_rows()}
    by_letters: dict[str, set[tuple[str, str]]] = {}
    for label, meaning in exact.items():
        by_letters.setdefault(normalised(label), set()).add(meaning)
    return {letters: meanings.pop() for letters, meanings in by_letters.items() if len(meanings) == 1} | exact


def _folded(label: str) -> str:
    return " ".join(unicodedata.normalize("NFC", label).casefold().split())
