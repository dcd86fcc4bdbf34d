"""Codes as systems mangle them: places that lost their zero, options with local digits, cells with an apostrophe."""

import polars as pl

from analysis.importers import fields
from analysis.importers.repeated import read_once

N_DIGITS_OF_A_VILLAGE = 8
LOCAL_SUFFIX = r"_(?:\d{5,6}|[0-9a-f]{7})$"


def location(text: pl.Expr, digits: int = N_DIGITS_OF_A_VILLAGE) -> pl.Expr:
    """Return a code of the gazetteer with the leading zero that was lost (T21), cut to ``digits`` from the left.

    A province has 2 digits, a district 4, a commune 6, a village 8. Missing for anything but such a code, and for a
    code that is coarser than ``digits``: its first two digits are the province.
    """
    return read_once(text, lambda cell: _location(cell, digits), pl.String, after=[fields.khmer_digits])


def code_stem(text: pl.Expr) -> pl.Expr:
    """Return an option's id without the digits that one country's configuration added (T25)."""
    return text.str.replace(LOCAL_SUFFIX, "")


def short_id(long_id: pl.Expr) -> pl.Expr:
    """Return the number that the last seven signs of an id of Primero are, by which it shows a case; else missing."""
    return long_id.str.tail(7).str.to_integer(base=16, strict=False)


def without_apostrophe(text: pl.Expr) -> pl.Expr:
    """Return the cell without the apostrophe put before = + - @ | % to keep a spreadsheet from computing (T28)."""
    return pl.when(text.str.contains(r"^'[=+\-@|%]")).then(text.str.slice(1)).otherwise(text)


def _location(text: pl.Expr, digits: int) -> pl.Expr:
    written = text.str.strip_suffix(".0")
    number = pl.when(written.str.contains(r"^[0-9]{1,8}$")).then(written)
    is_odd = number.str.len_bytes() % 2 == 1
    padded = pl.when(is_odd).then("0" + number).otherwise(number)
    return pl.when(padded.str.len_bytes() >= digits).then(padded.str.slice(0, digits))
