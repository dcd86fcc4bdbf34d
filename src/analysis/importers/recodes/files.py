"""Files of Stata and SPSS: names and labels of variables first, then only the columns asked for, in chunks.

Names of variables are compared without regard to case: the same recode writes hv101 in Stata and HV101 in SPSS.
"""

from collections.abc import Iterator
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import polars as pl

from analysis.importers import formats, labels
from analysis.importers.faults import refused
from analysis.importers.labels import Matched
from analysis.importers.reading import Grid
from analysis.importers.recodes import sound

SYSTEMS = ("dhs", "mics")
CHUNK = 100_000  # persons at a time: a recode has a few hundred columns and may have millions of persons
TEXT_FIELDS = ("country", "household_id")
NUMBER_FIELDS = ("weight",)
ENCODINGS = (None, "LATIN1")  # as the file says; older files say nothing and hold accents


def matched(file: Path, system: str, kind: str) -> Matched:
    """Return which field of a ``kind`` of recode stands where among the variables of ``file``."""
    return labels.matched(Grid(file, "", _metadata(file)[0], 0), system, kind)


def names(file: Path, system: str, kind: str) -> dict[str, str]:
    """Return by field the name of its variable, as the file writes it."""
    variables = _metadata(file)[0]
    return {field: variables[places[0]] for field, places in matched(file, system, kind).positions.items()}


def value_labels(file: Path, name: str) -> dict[int, str]:
    """Return the label of each code of a variable; codes that are no whole numbers have none."""
    listed = _metadata(file)[1].get(name, {})
    return {int(code): str(label) for code, label in listed.items() if isinstance(code, int | float) and code % 1 == 0}


def read(file: Path, names_of: dict[str, str]) -> pl.DataFrame:
    """Return ``row`` (from 1) and one column a field: text, numbers, or whole numbers; a blank is missing.

    Raises ``ExportError`` for a damaged file, one without rows, and a variable that does not hold what its field needs.
    """
    chunks = [_typed(chunk, names_of, file) for chunk in _chunks(file, list(names_of.values()))]
    if not chunks or not sum(chunk.height for chunk in chunks):
        raise refused(file, "the recode has no rows", "Export or download it again.")
    whole = pl.concat(chunks)
    return whole.with_columns(row=pl.int_range(1, pl.len() + 1, dtype=pl.Int64), sheet=pl.lit(""))


def _chunks(file: Path, columns: list[str]) -> Iterator[pl.DataFrame]:
    import pyreadstat

    encoding = _metadata(file)[2]
    try:
        for chunk, _ in pyreadstat.read_file_in_chunks(
            _reader(file),
            str(file),
            chunksize=CHUNK,
            usecols=columns,
            encoding=encoding,
            output_format="polars",
            disable_datetime_conversion=True,
        ):
            yield chunk
    except (pyreadstat.ReadstatError, pyreadstat.PyreadstatError, UnicodeError, OverflowError):
        raise _damaged(file) from None


def _typed(chunk: pl.DataFrame, names_of: dict[str, str], file: Path) -> pl.DataFrame:
    return chunk.select(_of_field(chunk[name], field, file).alias(field) for field, name in names_of.items())


def _of_field(column: pl.Series, field: str, file: Path) -> pl.Series:
    """Return a column of text, of numbers or of whole numbers, as its ``field`` needs it."""
    if field in TEXT_FIELDS:
        text = column.cast(pl.String).str.strip_chars()
        return text.set(text == "", None)
    if column.dtype == pl.String and not column.drop_nulls().is_empty():
        raise refused(file, f"{column.name} holds text, expected numbers", "Export the recode with its codes.")
    numbers = column.cast(pl.Float64, strict=False)
    if field in NUMBER_FIELDS:
        return numbers
    if not (numbers.drop_nulls() % 1 == 0).all():
        raise refused(file, f"{column.name} holds fractions, expected codes", "Export the recode as it was published.")
    return numbers.cast(pl.Int32, strict=False)  # millions of persons are held at once


def _metadata(file: Path) -> tuple[tuple[str, ...], dict[str, dict[Any, str]], str | None]:
    """Return the names of the variables, the labels of their codes, and the encoding in which they can be read."""
    state = file.stat()
    return _read_metadata(file, state.st_mtime_ns, state.st_size)


@lru_cache(maxsize=8)
def _read_metadata(
    file: Path, _changed: int, _size: int
) -> tuple[tuple[str, ...], dict[str, dict[Any, str]], str | None]:
    import pyreadstat

    if not sound.is_sound(file, formats.kind(file), _wanted()):
        raise _damaged(file)
    for encoding in ENCODINGS:
        try:
            _, found = _reader(file)(str(file), metadataonly=True, encoding=encoding)
        except (pyreadstat.ReadstatError, pyreadstat.PyreadstatError, UnicodeError):
            continue
        return tuple(name or "" for name in found.column_names), dict(found.variable_value_labels), encoding
    raise _damaged(file)


@cache
def _wanted() -> frozenset[str]:
    """Return the names of all variables that any recode is asked for."""
    return frozenset(label for system in SYSTEMS for label in labels.aliases(system)["label"])


def _reader(file: Path) -> Any:
    import pyreadstat

    return {"stata": pyreadstat.read_dta, "spss": pyreadstat.read_sav}[formats.kind(file)]


def _damaged(file: Path) -> Exception:
    return refused(file, "the file is damaged or of a version that cannot be read", "Download or export it again.")
