"""Screening answers beside the facilities of a list: two columns an item, whose labels begin with the item's id.

What follows the id may be the item in words, in any language; the last words say whether the column holds the answer
or the evidence. A column without such words holds the answer.
"""

import re
from collections.abc import Sequence
from functools import cache

import polars as pl

from analysis import sources
from analysis.importers import as_read, fields, labels, values
from analysis.importers.findings import Findings

TABLE = "screening_answers"
SYSTEM, KIND = "facility_list", "screening_item"
N_ITEMS_NEEDED = 3  # fewer labels that begin as an item does may mean something else
ANSWER = "answer"
COLUMNS = {"answer": "response", "evidence": "evidence_grade"}
ROLE = "assessor_role"


def item_columns(header: Sequence[str]) -> dict[str, int]:
    """Return where answers and evidence of items stand, as ``A1 answer``; nothing if there are few items."""
    found: dict[str, int] = {}
    for position, label in enumerate(header):
        if (item := _item(label)) is not None:
            found.setdefault(f"{item} {_part(label)}", position)
    return found if len({name.partition(" ")[0] for name in found}) >= N_ITEMS_NEEDED else {}


def answers(facilities: pl.DataFrame, items: Sequence[str], findings: Findings) -> pl.DataFrame:
    """Return one row a facility and item of ``facilities``, whose cells are in columns ``items`` (``A1 answer``)."""
    ids = dict.fromkeys(name.partition(" ")[0] for name in items)
    no_cell = pl.lit(None, dtype=pl.String)
    parts = [
        facilities.select(
            *("sheet", "row", pl.lit(item).alias("item_id"), pl.lit(_levels()[item]).alias("level")),
            *(
                (pl.col(name) if (name := f"{item} {part}") in items else no_cell).alias(to)
                for part, to in COLUMNS.items()
            ),
            (pl.col(ROLE) if ROLE in facilities.columns else no_cell).alias(ROLE),
        )
        for item in ids
    ]
    return as_read.filled(_worded(pl.concat(parts), findings), TABLE)


def _worded(cells: pl.DataFrame, findings: Findings) -> pl.DataFrame:
    """Return the cells in our words: blank is not assessed, a number of children is yes or no."""
    of_children = pl.col("level") != "facility"
    number = fields.whole_number(pl.col("response"))
    counted = cells.with_columns(n_children=pl.when(of_children & (number >= 0)).then(number))
    named = counted.filter(pl.col("n_children").is_null())
    values.note_unlisted(named, "response", "response", SYSTEM, findings, TABLE)
    values.note_unlisted(cells, "evidence_grade", "evidence_grade", SYSTEM, findings, TABLE)
    of_row = cells.unique(["sheet", "row"], maintain_order=True)  # it stands once for all items
    values.note_unlisted(of_row, ROLE, ROLE, SYSTEM, findings, TABLE)
    worded = counted.with_columns(
        values.canonical(pl.col("evidence_grade"), "evidence_grade", SYSTEM),
        values.canonical(pl.col(ROLE), ROLE, SYSTEM),
        answer=pl.when(pl.col("n_children") >= 1)
        .then(pl.lit("yes"))
        .when(pl.col("n_children") == 0)
        .then(pl.lit("no")),
        is_blank=pl.col("response").is_null(),
        listed=values.canonical(pl.col("response"), "response", SYSTEM),
    )
    is_forgotten = pl.col("is_blank") & (pl.col("evidence_grade") != values.UNKNOWN)
    findings.rows(
        worded, is_forgotten, table=TABLE, check="evidence_without_answer", action="unknown", column="response"
    )
    not_assessed = pl.when(pl.col("is_blank") & ~is_forgotten).then(pl.lit("not_assessed"))
    return worded.with_columns(response=pl.coalesce("answer", not_assessed, "listed")).drop(
        "n_children", "answer", "is_blank", "listed"
    )


def _item(label: str) -> str | None:
    """Return the item whose id a label begins with, followed by anything but a letter or digit."""
    begins = _pattern().match(label.casefold())
    return _ids()[begins[1]] if begins else None


def _part(label: str) -> str:
    letters = labels.normalised(label)
    return next((part for end, part in _parts() if letters.endswith(end)), ANSWER)


@cache
def _parts() -> tuple[tuple[str, str], ...]:
    """Return the letters with which a label of an answer or of evidence ends, the longest first."""
    listed = labels.aliases(SYSTEM).filter(sheet_kind=KIND)
    pairs = [(labels.normalised(label), field) for _, field, label, *_ in listed.iter_rows()]
    return tuple(sorted(pairs, key=lambda pair: -len(pair[0])))


@cache
def _pattern() -> re.Pattern[str]:
    ids = "|".join(re.escape(item) for item in sorted(_ids(), key=len, reverse=True))
    return re.compile(rf"({ids})(?![^\W_]|\.\d)")


@cache
def _ids() -> dict[str, str]:
    return {item.casefold(): item for item in _levels()}


@cache
def _levels() -> dict[str, str]:
    """Return whether each item is asked of the facility or of children."""
    items = sources.read("screening_items_assembled")
    return dict(zip(items["item_id"], items["level"], strict=True))
