"""Cells with several values: joined by a separator, or printed as an array of Ruby."""

import re

import polars as pl

JOINT = "\x1f"  # a sign that no cell holds: stands for a separator within a value
TOKEN = re.compile(r'"((?:[^"\\]|\\.)*+)("?)|([^\s,\[\]"]+)', re.DOTALL)  # what does not close runs to the end, once
ESCAPE = re.compile(r"\\(?:u\{([0-9a-fA-F]{1,6})\}|u([0-9a-fA-F]{4})|(.))", re.DOTALL)
LAST_SIGN, SURROGATES = 0x10FFFF, range(0xD800, 0xE000)  # of Unicode
LETTERS = {"n": "\n", "t": "\t", "r": "\r", "e": "\x1b", "s": " "}


def split_values(text: pl.Expr, separator: str, labels: tuple[str, ...] = ()) -> pl.Expr:
    """Return the values of a cell as a list, trimmed, empty ones left out; missing for an empty cell.

    ``labels`` are known values that themselves hold the separator, as "Material support (uniforms, etc)" does.
    """
    sign = separator.strip() or separator
    whole = sorted((label for label in labels if sign in label), key=len, reverse=True)
    kept = [label.replace(sign, JOINT) for label in whole]
    guarded = text.str.replace_many(whole, kept, leftmost=True) if whole else text
    parts = guarded.str.split(sign)
    trimmed = pl.element().str.replace_all(JOINT, sign, literal=True).str.strip_chars()
    return parts.list.eval(trimmed.filter(trimmed != ""))


def ruby_array(text: pl.Expr) -> pl.Expr:
    """Return the values of a cell printed by Ruby, ``["a", nil, "b"]``, as a list; missing for an empty cell.

    An array printed inside a string of an array (T19) is taken apart as well. A cell that is no array, or was cut off,
    is one value as it stands.
    """
    return (
        text.map_batches(_joined, return_dtype=pl.String, is_elementwise=True)
        .str.split(JOINT)
        .list.filter(pl.element() != "")
    )


def _joined(cells: pl.Series) -> pl.Series:
    """Return each cell's values joined; Python sees each different cell once."""
    written = cells.unique().drop_nulls()
    joined = pl.Series([JOINT.join(_values(cell)) for cell in written], dtype=pl.String)
    return cells.replace_strict(written, joined, default=None, return_dtype=pl.String)


def _values(cell: str) -> list[str]:
    inside = cell.strip()
    if not (inside.startswith("[") and inside.endswith("]")):
        return [cell] if inside not in ("", "nil") else []
    values: list[str] = []
    for string, end, bare in TOKEN.findall(inside):
        text = string if end else string.rstrip("]")
        values += [bare.removeprefix(":")] if bare and bare != "nil" else _values(_unescaped(text))
    return values


def _unescaped(string: str) -> str:
    """Return a string of Ruby as it was before it was printed."""
    return ESCAPE.sub(_sign, string)


def _sign(escape: re.Match[str]) -> str:
    number = int(escape[1] or escape[2] or "0", 16)
    if number > LAST_SIGN or number in SURROGATES:  # no sign at all: as it stands
        return escape[0]
    return chr(number) if escape[1] or escape[2] else LETTERS.get(escape[3], escape[3])
