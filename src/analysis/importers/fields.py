"""Cells of text to numbers and yes-or-no. A cell that is not clearly one is missing, never a guess."""

import polars as pl

from analysis.importers.repeated import read_once

KHMER_DIGITS = "០១២៣៤៥៦៧៨៩"
YES = ("yes", "y", "true", "1", "បាទ", "ចាស", "បាទ/ចាស", "បាទ / ចាស", "ពិត", "មាន")
NO = ("no", "n", "false", "0", "ទេ", "មិនពិត", "មិនមាន", "គ្មាន")
THOUSANDS = r"^[+-]?\d{1,3}(?:,\d{3})+(?:\.\d+)?$"  # 1,200 or 1,200.50; a lone comma of another kind is no number
DECIMAL = r"^[+-]?(?:\d{1,15}(?:\.\d+)?|\.\d+)(?:e[+-]?\d{1,2})?$"


def khmer_digits(text: pl.Expr) -> pl.Expr:
    """Return the text with Khmer digits written as 0 to 9."""
    return text.map_batches(_with_our_digits, return_dtype=pl.String)


def yes_no(text: pl.Expr) -> pl.Expr:
    """Return true for yes, false for no, missing for anything else."""
    return read_once(text, _answer, pl.Boolean, after=[_plain])


def decimal(text: pl.Expr) -> pl.Expr:
    """Return the number in the text; missing if there is anything but a number."""
    return read_once(text, _number, pl.Float64, after=[_plain])


def whole_number(text: pl.Expr) -> pl.Expr:
    """Return the whole number in the text, "2.0" too; missing if there is anything else."""
    return read_once(text, _whole, pl.Int64, after=[_plain, _number])


def _plain(text: pl.Expr) -> pl.Expr:
    return khmer_digits(text).str.strip_chars().str.to_lowercase()


def _answer(word: pl.Expr) -> pl.Expr:
    return pl.when(word.is_in(YES)).then(True).when(word.is_in(NO)).then(False)


def _number(written: pl.Expr) -> pl.Expr:
    plain = pl.when(written.str.contains(THOUSANDS)).then(written.str.replace_all(",", "")).otherwise(written)
    return pl.when(plain.str.contains(DECIMAL)).then(plain).cast(pl.Float64, strict=False)


def _whole(number: pl.Expr) -> pl.Expr:
    return pl.when((number == number.round()) & (number.abs() < 1e15)).then(number).cast(pl.Int64, strict=False)


def _with_our_digits(cells: pl.Series) -> pl.Series:
    has_any = cells.str.contains(f"[{KHMER_DIGITS}]").any()
    return cells.str.replace_many(list(KHMER_DIGITS), [str(digit) for digit in range(10)]) if has_any else cells
