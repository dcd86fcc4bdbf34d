"""Codes of the systems in our words, by ``values.csv``. A code that is not listed becomes "unknown", never a guess."""

import re
import unicodedata
from functools import cache
from pathlib import Path

import polars as pl

from analysis import country
from analysis.importers import codes
from analysis.importers.findings import Findings
from analysis.importers.multi_values import JOINT
from analysis.importers.repeated import read_once

TABLE = Path(__file__).with_name("values.csv")
UNKNOWN = "unknown"
MONEY = ("income_currency", "amount_unit")  # fields whose words are the currencies of a country


def canonical(raw: pl.Expr, field: str, system: str) -> pl.Expr:
    """Return ``raw`` codes of ``system`` in the words of ``field``; missing and unlisted codes are "unknown"."""
    return _found(raw, field, system).fill_null(UNKNOWN)


def canonical_list(raw: pl.Expr, field: str, system: str) -> pl.Expr:
    """Return lists of codes as our words joined by |, each once, sorted; "unknown" for a list with no known code."""

    def words(text: pl.Expr) -> pl.Expr:
        return text.str.split(JOINT).list.eval(_word(_letters(pl.element()), field, system))

    def joined(listed: pl.Expr) -> pl.Expr:
        known = listed.list.filter(pl.element().is_not_null() & (pl.element() != UNKNOWN))
        return known.list.unique().list.sort().list.join("|")

    found = read_once(raw.list.join(JOINT), joined, pl.String, after=[words])
    return found.replace("", None).fill_null(UNKNOWN)


def is_unlisted(raw: pl.Expr, field: str, system: str) -> pl.Expr:
    """Return where ``raw`` holds a code that the table does not list."""
    return raw.is_not_null() & _found(raw, field, system).is_null()


def note_unlisted(frame: pl.DataFrame, column: str, field: str, system: str, findings: Findings, table: str) -> None:
    """Report the unlisted codes of a column (text, or lists of text) of ``frame``, with its ``sheet`` and ``row``."""
    cells = frame.select("sheet", "row", column)
    if cells.schema[column] == pl.List(pl.String):
        cells = cells.explode(column)
    written = cells[column].drop_nulls().unique().to_frame()
    odd = written.filter(is_unlisted(pl.col(column), field, system)).to_series()
    if odd.is_empty():
        return
    unlisted = cells.filter(pl.col(column).is_in(odd.implode()))
    findings.unknown_code(field, unlisted[column])
    places = unlisted.unique(["sheet", "row"], maintain_order=True)
    findings.rows(places, pl.lit(True), table=table, check="unknown_code", action=UNKNOWN, column=field)


def _found(raw: pl.Expr, field: str, system: str) -> pl.Expr:
    """Return our word of each code, as written or without its local suffix; missing where it is not listed."""
    return read_once(raw, lambda letters: _word(letters, field, system), pl.String, after=[_letters])


def _word(letters: pl.Expr, field: str, system: str) -> pl.Expr:
    words, spellings = _words(field, system), (letters, codes.code_stem(letters))
    return pl.coalesce(known.replace_strict(words, default=None, return_dtype=pl.String) for known in spellings)


def _letters(code: pl.Expr) -> pl.Expr:
    return code.str.normalize("NFC").str.strip_chars().str.replace_all(r"\s+", " ").str.to_lowercase()


@cache
def _words(field: str, system: str) -> dict[str, str]:
    """Return our word by the code of ``system``, in lower case; currencies are the country's, by ISO code too."""
    listed = pl.read_csv(TABLE, infer_schema=False).filter(
        (pl.col("canonical_field") == field) & (pl.col("system") == system) & pl.col("source_value").is_not_null()
    )
    pairs = listed.select("source_value", "canonical_value").iter_rows()
    words = {" ".join(unicodedata.normalize("NFC", code).lower().split()): word for code, word in pairs}
    if field in MONEY:
        own = {currency.lower(): currency for currency in country.CURRENCIES}
        words = {code: word for code, word in words.items() if word in (*country.CURRENCIES, UNKNOWN)} | own
    stems = {re.sub(codes.LOCAL_SUFFIX, "", code): word for code, word in words.items()}
    return {**stems, **words}
