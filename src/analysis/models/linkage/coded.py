"""Rows of lists as arrays of whole numbers, in the order of ``row_id``: -1 is unknown, equal numbers equal values."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis.models.linkage import normalised

PLACES = ("province", "district", "commune")
N_DIGITS = {"province": 2, "district": 4, "commune": 6}
UNKNOWN = -1


@dataclass(frozen=True)
class Terms:
    """A value a row: ``numbers`` (n,) into the ``letters`` of the values, -1 where unknown."""

    numbers: np.ndarray
    letters: np.ndarray


@dataclass(frozen=True)
class Rows:
    """Rows of all lists, sorted by ``ids``; ``lists`` counts into ``list_ids``, ``year`` is nan where unknown."""

    ids: pd.api.extensions.ExtensionArray
    lists: np.ndarray
    list_ids: np.ndarray
    latin: Terms
    khmer: Terms
    operator: Terms
    word: Terms
    declared: Terms
    province: Terms
    district: Terms
    commune: Terms
    year: np.ndarray

    def __len__(self) -> int:
        """Return the number of rows."""
        return len(self.ids)


def coded(rows: pd.DataFrame) -> Rows:
    """Return ``rows`` coded. A column that is missing is unknown for all; a larger place follows from a smaller one.

    Raises ``ValueError`` if a row has no ``row_id`` or ``list_id``, or two have the same ``row_id``.
    """
    if rows[["row_id", "list_id"]].isna().any(axis=None):
        raise ValueError("a row without row_id or list_id; each row needs both")
    rows = rows.iloc[rows["row_id"].array.argsort()]
    ids = rows["row_id"].array
    _check_unique(ids)
    lists, list_ids = pd.factorize(rows["list_id"], sort=True)
    latin, latin_word = _named(rows, "name_latin", normalised.latin_names)
    khmer, khmer_word = _named(rows, "name_km", normalised.khmer_names)
    return Rows(
        ids=ids,
        lists=lists.astype(np.int16),
        list_ids=list_ids.to_numpy(dtype=object),
        latin=latin,
        khmer=khmer,
        operator=_terms(*_factorized(rows, "operator_name"), normalised.heard),
        word=_either(latin_word, khmer_word),
        declared=_terms(*_factorized(rows, "facility_type"), _declared),
        year=pd.to_numeric(_column(rows, "opened_year"), errors="coerce").to_numpy(dtype=np.float32, na_value=np.nan),
        **_places(rows),
    )


def joined(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Return one number (n_rows,) for both terms of a row, -1 where either is unknown."""
    key = one.astype(np.int64) * (int(other.max(initial=0)) + 1) + other
    return np.where((one < 0) | (other < 0), UNKNOWN, key)


def _check_unique(ids: pd.api.extensions.ExtensionArray) -> None:
    doubled = ids[1:][np.asarray(ids[1:] == ids[:-1], dtype=bool)]
    if len(doubled):
        raise ValueError(f"row_id not unique: {', '.join(map(str, doubled[:3]))}")


def _column(rows: pd.DataFrame, name: str) -> pd.Series:
    return rows[name] if name in rows else pd.Series(pd.NA, index=rows.index, dtype="object")


def _factorized(rows: pd.DataFrame, name: str) -> tuple[np.ndarray, list[str]]:
    """Return the numbers of the column's values, -1 where it is unknown, and each value once: all that is cleaned."""
    numbers, values = pd.factorize(_column(rows, name))
    return numbers.astype(np.int32), values.tolist()


def _places(rows: pd.DataFrame) -> dict[str, Terms]:
    codes = {place: _terms(*_factorized(rows, f"{place}_code")) for place in PLACES}
    for larger, smaller in (("district", "commune"), ("province", "district")):
        within = [code[: N_DIGITS[larger]] for code in codes[smaller].letters]
        codes[larger] = _either(codes[larger], _terms(codes[smaller].numbers, within))
    return codes


def _named(rows: pd.DataFrame, name: str, script: Callable[[list[str]], normalised.Names]) -> tuple[Terms, Terms]:
    """Return the letters of names, and the kinds of their words for a type."""
    numbers, written = _factorized(rows, name)
    read = script(written)
    return _terms(numbers, read.letters), _terms(numbers, read.kinds)


def _declared(types: list[str]) -> list[str]:
    return ["" if declared == "unknown" else declared for declared in types]


def _terms(numbers: np.ndarray, values: list[str], heard: Callable[[list[str]], list[str]] = list) -> Terms:
    """Return the terms of rows, given the ``numbers`` of their ``values``, of which some may be ``heard`` as equal."""
    of_values = np.array(heard(values), dtype=object)
    of_values, letters = pd.factorize(np.where(of_values == "", np.array(None), of_values))
    return Terms(_at(of_values, numbers), letters)


def _either(first: Terms, second: Terms) -> Terms:
    """Return the term of the first where it is known, of the second elsewhere."""
    of_values, letters = pd.factorize(np.concatenate([first.letters, second.letters]))
    one, other = np.split(of_values, [len(first.letters)])
    return Terms(np.where(first.numbers < 0, _at(other, second.numbers), _at(one, first.numbers)), letters)


def _at(values: np.ndarray, numbers: np.ndarray) -> np.ndarray:
    """Return the value of each number, unknown for -1."""
    return np.append(values, UNKNOWN).astype(np.int32)[numbers]
