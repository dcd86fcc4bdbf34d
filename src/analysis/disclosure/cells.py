"""The counts of a table as cells, and which cells add up to which."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import sparse

from analysis.contract import Table
from analysis.disclosure.reasons import DisclosureError
from analysis.kinds import Curve, Kind, Release, Share

N_SHOWN = 3  # sums that do not add up, named in the message
IRREGULAR = 10007  # a prime: squares modulo it add up to the same in two directions only where they must


@dataclass(frozen=True)
class Cells:
    """``entries``: one line a count of a row (row, role, column, cell, exact); ``frame``: one line a cell.

    A count that stands in several rows, such as the denominator of shares that add up to one, is one cell.
    ``relations``: one row a sum, 1 for its parts and -1 for the total, over the lines of ``frame``.
    """

    entries: pd.DataFrame
    frame: pd.DataFrame
    relations: sparse.csr_array

    def positions(self) -> np.ndarray:
        """Return the line of ``frame`` that each line of ``entries`` belongs to: cells stand as they first appear."""
        return pd.factorize(self.entries["cell"])[0].astype("int32")


def kinds_of(numbers: pd.DataFrame, release: Release) -> pd.Series:
    """Return the kind of number of each row, by the column ``scale``."""
    scales = numbers["scale"] if "scale" in numbers else [""] * len(numbers)
    return pd.Series([release.kinds.get(scale) for scale in scales], numbers.index, dtype="object")


def cells_of(numbers: pd.DataFrame, table: Table, name: str) -> Cells:
    """Return the cells of ``numbers`` (rows numbered from 0); raise ``DisclosureError`` if sums do not add up."""
    release = table.release
    key = [column for column in table.key if column != "scale"]
    blocks = [
        _entries(numbers[kinds_of(numbers, release) == kind], kind, key)
        for kind in dict.fromkeys(release.kinds.values())
    ]
    entries = pd.concat(blocks, ignore_index=True).dropna(subset="exact")
    prefix = release.population or name
    is_total = {column: entries[column] == total for column, total in release.totals.items()}
    parts = [
        (column + "=" + entries[column].astype("str")).mask(is_total.get(column, False) | entries[column].isna(), "")
        for column in key
    ]
    entries["cell"] = prefix + "|" + entries["role"] + pd.Series("", entries.index).str.cat(parts, sep="|")
    frame = entries.drop_duplicates("cell").reset_index(drop=True)
    _check_same(entries, name)
    _check_told_once(entries, name)
    relations = _relations(frame, key, release)
    _check_sums(relations, frame, name)
    cells = Cells(entries, frame, relations)
    summed(cells, np.arange(len(frame)) ** 2 % IRREGULAR, name)  # whether sums agree must not hang on the counts
    return cells


def _entries(rows: pd.DataFrame, kind: Kind, key: list[str]) -> pd.DataFrame:
    """Return one line a count of the rows of one kind.

    A denominator, and the facilities behind it, do not tell its parts, or its days, apart.
    """
    lines = []
    dimensions = {name: rows[name].astype("object") for name in key}
    divided = getattr(kind, "parts", None) or getattr(kind, "day", None)
    for role, column in kind.counts.items():
        is_denominator = role in ("n", "facilities") and isinstance(kind, Share | Curve)
        not_told = {divided: None} if is_denominator and divided else {}
        own = {
            "row": rows.index,
            "role": role,
            "column": column,
            "unit": "facilities" if role == "facilities" else kind.unit,
            "parts": getattr(kind, "parts", None) or "",
            "is_denominator": is_denominator,
            "is_whole": column == kind.whole,
            "exact": rows[column].astype("Float64").round().astype("Int64").to_numpy(),
        }
        lines.append(pd.DataFrame({**dimensions, **not_told, **own}, rows.index))
    return pd.concat(lines)


def _check_same(entries: pd.DataFrame, name: str) -> None:
    values = entries.groupby("cell")["exact"].agg(["min", "max"])
    differ = values.index[values["min"] != values["max"]]
    if len(differ):
        raise DisclosureError(f"{name}: {len(differ)} counts have other values in other rows, such as {differ[0]!r}")


def _check_told_once(entries: pd.DataFrame, name: str) -> None:
    """Refuse rows that differ in their scale alone: of what was told earlier, their estimates would be one."""
    own = entries.loc[~entries["is_denominator"], "cell"]
    if own.duplicated().any():
        again = own[own.duplicated()].unique()
        raise DisclosureError(
            f"{name}: {len(again)} counts stand in two rows that differ in their scale alone, such as {again[0]!r}; "
            "tell the count once, or give what tells the rows apart a column of the key"
        )


def _relations(frame: pd.DataFrame, key: list[str], release: Release) -> sparse.csr_array:
    pairs = [_to_totals(frame, column, total, key, release) for column, total in release.totals.items()]
    pairs += [_to_denominators(frame, column, key) for column in frame["parts"].unique() if column]
    pairs = [found.assign(source=at) for at, found in enumerate(pairs) if len(found)]
    if not pairs:
        return sparse.csr_array((0, len(frame)))
    found = pd.concat(pairs, ignore_index=True)
    relation = found.groupby(["source", "total"], sort=False).ngroup().to_numpy()
    totals = found.drop_duplicates(["source", "total"])["total"].to_numpy()
    values = np.concatenate([np.ones(len(found)), -np.ones(len(totals))])
    at = (np.concatenate([relation, np.arange(len(totals))]), np.concatenate([found["part"].to_numpy(), totals]))
    matrix = sparse.csr_array((values, at), shape=(len(totals), len(frame)))
    matrix.sort_indices()
    return matrix


def _to_totals(frame: pd.DataFrame, column: str, total: str, key: list[str], release: Release) -> pd.DataFrame:
    """Return the pairs of a cell and the cell it is part of: of its group's, or of the total."""
    block = _blocks(frame, ["role", *(name for name in key if name != column)])
    value = frame[column].to_numpy("object")
    above = [None if own == total else release.within.get(own, total) for own in value]
    places = {place: at for at, place in enumerate(zip(block, value, strict=True))}
    whole = np.array([places.get(place, -1) for place in zip(block, above, strict=True)])
    return pd.DataFrame({"part": np.flatnonzero(whole >= 0), "total": whole[whole >= 0]})


def _to_denominators(frame: pd.DataFrame, column: str, key: list[str]) -> pd.DataFrame:
    """Return the pairs of the hits of a part and the denominator that the parts divide among them."""
    block = _blocks(frame, ["parts", *(name for name in key if name != column)])
    own = pd.DataFrame({"block": block, "role": frame["role"], "at": np.arange(len(frame))})[frame["parts"] == column]
    hits, wholes = (own[own["role"] == role].drop(columns="role") for role in ("hits", "n"))
    joined = hits.rename(columns={"at": "part"}).merge(wholes.rename(columns={"at": "total"}), on="block")
    return joined[["part", "total"]]


def _blocks(frame: pd.DataFrame, columns: list[str]) -> np.ndarray:
    """Return a number for each line, the same for lines alike in ``columns``."""
    block = np.zeros(len(frame), "int64")
    for column in columns:
        codes, values = pd.factorize(frame[column].to_numpy("object"), use_na_sentinel=False)
        block = block * len(values) + codes
    return block


def _check_sums(relations: sparse.csr_array, frame: pd.DataFrame, name: str) -> None:
    is_wrong = relations @ frame["exact"].to_numpy("float64") != 0
    if is_wrong.any():
        totals = [
            frame["cell"].iloc[total] for (_, total), wrong in zip(sums(relations), is_wrong, strict=True) if wrong
        ]
        raise DisclosureError(
            f"{name}: {len(totals)} totals are not the sums of their parts, such as {', '.join(totals[:N_SHOWN])}; "
            "give what is unknown a row of its own, or do not call these rows totals"
        )


def sums(relations: sparse.csr_array) -> list[tuple[np.ndarray, int]]:
    """Return the parts and the total of each relation."""
    if relations.shape[0] == 0:
        return []
    ends = relations.indptr[1:-1]
    cells, signs = np.split(relations.indices, ends), np.split(relations.data, ends)
    return [(own[sign > 0], int(own[sign < 0][0])) for own, sign in zip(cells, signs, strict=True)]


def summed(cells: Cells, inner: np.ndarray, name: str) -> np.ndarray:
    """Return ``inner`` (cells,) with every total as the sum of its parts; ``DisclosureError`` where sums differ."""
    whole = inner.astype("int64").copy()
    left = sums(cells.relations)
    while left:
        unknown = {total for _, total in left}
        for parts, total in left:
            if unknown.isdisjoint(parts):
                whole[total] = whole[parts].sum()
        left = [(parts, total) for parts, total in left if not unknown.isdisjoint(parts)]
    if np.any(cells.relations @ whole):
        raise DisclosureError(
            f"{name}: a total is the sum of different counts in different directions; give the cross table they are "
            "the margins of, or make two tables"
        )
    return whole


def hits_and_wholes(cells: Cells) -> np.ndarray:
    """Return the pairs of hits, or of facilities, and of the count that is never smaller: all, each with a child."""
    at, row = cells.positions(), cells.entries["row"].to_numpy()
    is_part, is_whole = cells.entries["role"].isin(["hits", "facilities"]), cells.entries["is_whole"].to_numpy("bool")
    wholes = pd.Series(at[is_whole], row[is_whole])
    pairs = pd.DataFrame({"at": at[is_part], "at_whole": pd.Series(row[is_part]).map(wholes)}).dropna()
    return pairs.drop_duplicates().to_numpy("int32")
