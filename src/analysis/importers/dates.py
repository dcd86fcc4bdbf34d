"""Dates as people and systems write them, English and Khmer. A text that is not one date is missing, never a guess."""

import polars as pl

from analysis.importers import fields
from analysis.importers.repeated import read_once

MONTHS = {
    **{"jan": 1, "feb": 2, "mar": 3, "apr": 4, "may": 5, "jun": 6, "jul": 7, "aug": 8, "sep": 9, "sept": 9},
    **{"oct": 10, "nov": 11, "dec": 12, "january": 1, "february": 2, "march": 3, "april": 4, "june": 6, "july": 7},
    **{"august": 8, "september": 9, "october": 10, "november": 11, "december": 12},
    **{"មករា": 1, "កុម្ភៈ": 2, "កុម្ភះ": 2, "មីនា": 3, "មិនា": 3, "មេសា": 4, "ឧសភា": 5, "មិថុនា": 6},
    **{"កក្កដា": 7, "សីហា": 8, "កញ្ញា": 9, "តុលា": 10, "វិច្ឆិកា": 11, "ធ្នូ": 12},
}
KHMER_WORDS = ["ថ្ងៃទី", "ថ្ងៃ", "ខែ", "ឆ្នាំ"]  # day, month and year, written before the number
TIME = r"(?:[t ]\s*\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?: ?[ap]m)?(?: ?(?:z|utc|[+-]\d{2}:?\d{2}))?)?"
NO_YEAR = "0000"  # there was none
GAP = r"[\s,./-]+"
YEAR_FIRST = rf"^(?<year>\d{{4,6}})(?:-|/|\.)(?<month>\d{{1,2}})(?:-|/|\.)(?<day>\d{{1,2}}){TIME}$"
TWO_NUMBERS = rf"^(?<first>\d{{1,2}})(?:-|/|\.)(?<second>\d{{1,2}})(?:-|/|\.)(?<year>\d{{4,6}}){TIME}$"
DAY_AND_NAME = rf"^(?<day>\d{{1,2}}){GAP}(?<month>[^\s\d,./-]+){GAP}(?<year>\d{{4,6}}){TIME}$"
NAME_AND_DAY = rf"^(?<month>[^\s\d,./-]+){GAP}(?<day>\d{{1,2}}){GAP}(?<year>\d{{4,6}}){TIME}$"
PLAIN = r"^[1-9][0-9]{3}-[0-9]{2}-[0-9]{2}$"  # as machines write them: read without taking them apart
SERIAL = r"^[1-7]\d{4}(?:\.\d+)?$"  # days of Excel: 1927 to 2119
SHAPES = {"year_first": YEAR_FIRST, "numbers": TWO_NUMBERS, "day_and_name": DAY_AND_NAME, "name_and_day": NAME_AND_DAY}
EXCEL_EPOCH = pl.date(1899, 12, 30)


def parsed_date(text: pl.Expr, day_first: bool = True) -> pl.Expr:
    """Return the date in the text. ``day_first`` settles 11/06/2008 where both orders are possible."""

    def read(cells: pl.Expr) -> pl.Expr:
        is_plain = cells.str.contains(PLAIN)
        others = pl.when(~is_plain).then(cells)
        careful = read_once(others, lambda parts: _date(parts, day_first), pl.Date, after=[_tidied, _parts])
        return pl.coalesce(pl.when(is_plain).then(cells).str.to_date("%Y-%m-%d", strict=False), careful)

    return read_once(text, read, pl.Date)


def is_ambiguous(text: pl.Expr) -> pl.Expr:
    """Return where the text is a date whose day and month can be exchanged, as 11/06/2008 (T09)."""
    return read_once(text, _is_ambiguous, pl.Boolean, after=[_tidied, _parts]).fill_null(False)


def is_day_first(written: pl.Series) -> bool | None:
    """Return the order of day and month that other dates of the same column settle; None if nothing does."""
    parts = written.to_frame("date").select(_tidied(pl.col("date"))).select(_parts(pl.col("date")).alias("parts"))
    first, second = parts.select(_first_and_second(pl.col("parts"))).get_columns()
    by_day, by_month = bool((first > 12).any()), bool((second > 12).any())
    return by_day if by_day != by_month else None


def is_impossible(text: pl.Expr) -> pl.Expr:
    """Return where the text is written like a date but names none of the calendar: 22012-01-01, 31 June 2008 (T16)."""
    return read_once(text, _is_impossible, pl.Boolean, after=[_tidied, _parts]).fill_null(False)


def _is_ambiguous(parts: pl.Expr) -> pl.Expr:
    first, second = _first_and_second(parts)
    return (first <= 12) & (second <= 12) & (first != second)


def _is_impossible(parts: pl.Expr) -> pl.Expr:
    is_shaped = pl.any_horizontal(parts.struct.field(shape).struct.field("year").is_not_null() for shape in SHAPES)
    return is_shaped & _date(parts, day_first=True).is_null()


def _tidied(text: pl.Expr) -> pl.Expr:
    plain = fields.khmer_digits(text).str.replace_many(KHMER_WORDS, [" "] * len(KHMER_WORDS), leftmost=True)
    return plain.str.replace_all(r"[\s\u200b]+", " ").str.strip_chars().str.to_lowercase()


def _parts(text: pl.Expr) -> pl.Expr:
    """Return the text and, for each shape of a date, what stands where in it; missing where it has another shape."""
    return pl.struct(text.alias("text"), *(text.str.extract_groups(SHAPES[name]).alias(name) for name in SHAPES))


def _date(parts: pl.Expr, day_first: bool) -> pl.Expr:
    shapes = [parts.struct.field(name).struct for name in SHAPES]
    year_first, numbers, *named = shapes
    month_name = pl.coalesce(shape.field("month") for shape in named)
    number = month_name.replace_strict(MONTHS, default=None, return_dtype=pl.Int64).cast(pl.String)
    month, day = ("second", "first") if day_first else ("first", "second")
    likely = _calendar(
        pl.coalesce(shape.field("year") for shape in shapes),
        pl.coalesce(year_first.field("month"), numbers.field(month), number),
        pl.coalesce(year_first.field("day"), numbers.field(day), *(shape.field("day") for shape in named)),
    )
    exchanged = _calendar(numbers.field("year"), numbers.field(day), numbers.field(month))
    return pl.coalesce(likely, exchanged, _of_serial(parts.struct.field("text")))


def _of_serial(text: pl.Expr) -> pl.Expr:
    days = pl.when(text.str.contains(SERIAL)).then(text).cast(pl.Float64, strict=False).floor().cast(pl.Int64)
    return EXCEL_EPOCH + pl.duration(days=days)


def _calendar(year: pl.Expr, month: pl.Expr, day: pl.Expr) -> pl.Expr:
    """Return the date of a year of four digits, a month and a day; missing where the calendar has none."""
    whole = pl.when((year.str.len_chars() == 4) & (year != NO_YEAR)).then(year)
    iso = pl.concat_str([whole, month.str.zfill(2), day.str.zfill(2)], separator="-")
    return iso.str.to_date("%Y-%m-%d", strict=False)


def _first_and_second(parts: pl.Expr) -> tuple[pl.Expr, pl.Expr]:
    numbers = parts.struct.field("numbers").struct
    return numbers.field("first").cast(pl.Int64), numbers.field("second").cast(pl.Int64)
