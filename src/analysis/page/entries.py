"""Entries: one figure on the page: its words in the page's language, its drawing, its numbers, the date of its data."""

import io
import json
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pandas as pd
from markupsafe import Markup, escape

from analysis import sources
from analysis.languages import folder
from analysis.page import drawings, tables
from analysis.page.rendering import MISSING, untranslated

YEAR = re.compile(r"\b(?:19|20)\d\d(?:[–-]\d\d(?!\d))?")
DATES = ("period", "year")  # columns that say of when a number is
FIELDS = ("title", "caption", "reading", "source", "limits")  # of the words, those that are told as text
NOT_STATED = "not stated in the numbers or their caption"


@dataclass(frozen=True)
class Entry:
    """A figure as the page shows it; ``words`` are markup, escaped and marked where they are not translated."""

    name: str
    origin: str
    words: dict[str, Markup]
    title: str  # plain, as the name of a region
    alt_text: str
    statuses: frozenset[str]  # of the translation of its words
    english: dict[str, str]
    drawing: Markup | None
    table: tables.Shown
    numbers: pd.DataFrame  # as text, as they stand in the CSV
    dates: str  # in English
    is_current: bool


def read(figures: Path, name: str, language: str) -> Entry:
    """Return the figure ``name`` of the folder ``figures`` for a page in ``language``."""
    here = figures / folder(language)
    english = json.loads((figures / f"{name}.json").read_text(encoding="utf-8"))
    told = json.loads((here / f"{name}.json").read_text(encoding="utf-8"))
    numbers, table = _numbers((figures / f"{name}.csv").read_bytes())
    statuses = told.get("translation", {})
    drawing = here / "inline" / f"{name}.svg"
    return Entry(
        name=name,
        origin=english["origin"],
        words={field: _marked(told[field], english[field], statuses.get(field)) for field in FIELDS},
        title=told["title"],
        alt_text=told["alt_text"],
        statuses=frozenset(statuses.values()),
        english={field: english[field] for field in FIELDS},
        drawing=drawings.inline(drawing, name, told["alt_text"]) if drawing.exists() else None,
        table=table,
        numbers=numbers,
        dates=_dates(numbers, english),
        is_current=told["numbers_sha256"] == sources.sha256(figures / f"{name}.csv"),
    )


@cache
def _numbers(csv: bytes) -> tuple[pd.DataFrame, tables.Shown]:
    """Return the numbers of a figure as text and as they are shown: the same in every language, so worked out once."""
    numbers = pd.read_csv(io.BytesIO(csv), dtype="str", keep_default_na=False)
    return numbers, tables.shown(numbers)


def _marked(text: str, english: str, status: str | None) -> Markup:
    return untranslated(text, english) if status == MISSING else escape(text)


def _dates(numbers: pd.DataFrame, words: dict[str, str]) -> str:
    """Return of when the numbers are, as far as their columns or their caption tell it."""
    if words["origin"] == "simulated":
        return "of no real date: the records are made up"
    for column in DATES:
        if column in numbers and (told := sorted(set(numbers[column]) - {""})):
            return told[0] if len(told) == 1 else f"{told[0]} to {told[-1]}"
    named = sorted({year.replace("-", "–") for year in YEAR.findall(words["caption"])})
    return f"years named in the caption: {', '.join(named)}" if named else NOT_STATED
