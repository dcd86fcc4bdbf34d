"""Tables: the numbers behind a figure as a reader takes them in.

What is the same in all rows is said once, and a long text that comes back in many rows stands beneath the table.
"""

import math
import re
from dataclasses import dataclass
from itertools import product
from string import ascii_lowercase

import pandas as pd

ROWS, COLUMNS = 20, 14  # so many are read; all stand in the CSV
SIGNIFICANT = 3  # digits of a number that is no whole one
LONG = 30  # letters, from which a text is given room, or stands beneath if it comes back
NUMBER = re.compile(r"-?\d+(\.\d+)?(e[-+]?\d+)?")
AS_WRITTEN = re.compile(r"(^|_)(code|id|ids|year|period|position|round|sort)(_|$)")  # names, though made of digits
NAME_OF_OURS = re.compile(r"[a-z]+(_[a-z]+)+")  # as at_home; read without its strokes
HEADINGS = {"ci_low": "interval from", "ci_high": "interval to"}
YES_OR_NO = {"True": "yes", "False": "no"}
UNKNOWN, WITHHELD = "–", "withheld"


@dataclass(frozen=True)
class Column:
    """A column as it is shown: its heading and how its cells are set."""

    heading: str
    look: str  # the class of its cells: n for numbers, long for sentences, nothing for words


@dataclass(frozen=True)
class Shown:
    """A table as it is shown."""

    columns: list[Column]
    rows: list[list[str]]
    in_all_rows: list[tuple[str, str]]  # heading and value of columns that say the same in every row
    notes: dict[str, str]  # long texts by the letter that stands for them in the rows
    reasons: list[str]  # why numbers are withheld, each once
    n_more: int  # rows that stand in the CSV only
    n_more_columns: int


def shown(numbers: pd.DataFrame) -> Shown:
    """Return ``numbers`` (as text, as they stand in the CSV) as a table for reading."""
    reasons = sorted(set(numbers["withheld"]) - {""}) if "withheld" in numbers else []
    told = numbers.drop(columns=["origin", *([] if reasons else ["withheld"])], errors="ignore")
    constant = [name for name in told if len(told) > 1 and (told[name] == told[name].iloc[0]).all()]
    varying = told.drop(columns=constant)
    read = varying[[*dict.fromkeys([*varying.columns[:COLUMNS], *varying.columns.intersection(["withheld"])])]]
    printed = read.head(ROWS).apply(lambda values: values.map(lambda text: in_cell(text, values.name)))
    if reasons and "estimate" in printed:  # a number that is withheld is neither unknown nor zero
        is_withheld = (told["withheld"] != "").head(ROWS)
        printed["estimate"] = printed["estimate"].mask(is_withheld & (printed["estimate"] == UNKNOWN), WITHHELD)
    noted, notes = _with_notes(printed)
    return Shown(
        columns=[Column(_heading(name), _look(read[name], noted[name])) for name in read],
        rows=noted.to_numpy().tolist(),
        in_all_rows=[(_heading(name), in_cell(told[name].iloc[0], name)) for name in constant if told[name].iloc[0]],
        notes=notes,
        reasons=reasons,
        n_more=max(0, len(numbers) - ROWS),
        n_more_columns=varying.shape[1] - read.shape[1],
    )


def in_cell(text: str, column: str) -> str:
    """Return the ``text`` of a cell of ``column`` as it is read: numbers rounded, an en dash where nothing is known."""
    if not text:
        return UNKNOWN
    if text in YES_OR_NO:
        return YES_OR_NO[text]
    if NAME_OF_OURS.fullmatch(text):
        return text.replace("_", " ")
    if AS_WRITTEN.search(column) or not NUMBER.fullmatch(text) or re.match(r"-?0\d", text):
        return text
    return rounded(float(text)) if "e" not in text else text  # so small or large that digits would fill the column


def rounded(value: float) -> str:
    """Return a number with three digits that count; a whole number in full, thousands apart."""
    if value == int(value) or abs(value) >= 10**SIGNIFICANT:
        return f"{value:,.0f}"
    decimals = max(0, SIGNIFICANT - 1 - math.floor(math.log10(abs(value))))
    printed = f"{value:,.{decimals}f}"
    return printed.rstrip("0").rstrip(".") if "." in printed else printed


def _with_notes(printed: pd.DataFrame) -> tuple[pd.DataFrame, dict[str, str]]:
    """Return the cells with a letter in place of each long text that comes back, and the texts by their letters."""
    repeated = [name for name in list(printed)[1:] if _comes_back(printed[name])]
    texts = [text for name in repeated for text in dict.fromkeys(printed[name]) if len(text) > LONG]
    letters = ("".join(pair) for pair in product(["", *ascii_lowercase], ascii_lowercase))
    of_text = dict(zip(dict.fromkeys(texts), letters, strict=False))
    marked = {name: printed[name].map(lambda text: of_text.get(text, text)) for name in repeated}
    return printed.assign(**marked), {letter: text for text, letter in of_text.items()}


def _comes_back(values: pd.Series) -> bool:
    long = values[values.str.len() > LONG]
    return len(long) > 1 and long.nunique() <= len(long) / 2


def _heading(name: object) -> str:
    return HEADINGS.get(str(name), str(name).replace("_", " "))


def _look(values: pd.Series, printed: pd.Series) -> str:
    told = values[values != ""]
    is_named = AS_WRITTEN.search(str(values.name))
    if len(told) and not is_named and told.map(lambda text: bool(NUMBER.fullmatch(text))).all():
        return "n"
    return "long" if printed.str.len().max() > LONG else ""
