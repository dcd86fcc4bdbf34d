"""Draws that several parts of the simulator share: words by share, days as dates, joined words, ids as systems make."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

CROCKFORD = np.array(list("0123456789ABCDEFGHJKMNPQRSTVWXYZ"))
HEX = np.array(list("0123456789abcdef"))
DAYS_PER_MONTH = 365.25 / 12
DAYS_PER_YEAR = 365.25
BLANK = np.array(None)  # a cell that is left blank, among values of any kind


def words(rng: np.random.Generator, shares: Mapping[str, float], n: int) -> np.ndarray:
    """Return ``n`` keys of ``shares``, drawn by share."""
    weights = np.array(list(shares.values()), dtype=float)
    return np.array(list(shares), dtype=object)[rng.choice(len(weights), n, p=weights / weights.sum())]


def day(date: str) -> float:
    """Return the day number of an ISO date."""
    return float(np.datetime64(date, "D").astype(int))


def dates(days: np.ndarray) -> np.ndarray:
    """Return day numbers as dates, missing where they are missing; parts of a day are cut off."""
    days = np.asarray(days, dtype=float)
    known = np.isfinite(days)
    found = np.full(days.shape, np.datetime64("NaT"), dtype="datetime64[D]")
    found[known] = np.floor(days[known]).astype(int).astype("datetime64[D]")
    return found.astype("datetime64[us]")


def uniform_days(rng: np.random.Generator, within: float, n: int) -> np.ndarray:
    """Return ``n`` whole numbers of days from 0 to ``within``, both included."""
    return rng.integers(0, int(within) + 1, n).astype(float)


def joined(flags: Mapping[str, np.ndarray]) -> np.ndarray:
    """Return the names whose flag is set, joined by ``|``; ``unknown`` where none is."""
    text = np.full(len(next(iter(flags.values()))), "", dtype=object)
    for name, flag in flags.items():
        text = np.where(flag, np.where(text == "", name, text + "|" + name), text)
    return np.where(text == "", "unknown", text)


def order_within(group: pd.Series, *by: pd.Series) -> pd.Series:
    """Return 1, 2, ... within each group in the order of ``by``, then of the rows."""
    ranked = pd.concat([group, *by], axis=1, keys=["group", *(f"by{i}" for i in range(len(by)))])
    ordered = ranked.sort_values(list(ranked.columns), kind="stable")
    return (ordered.groupby("group", sort=False).cumcount() + 1).reindex(group.index)


def ulids(rng: np.random.Generator, days: np.ndarray) -> np.ndarray:
    """Return ULIDs: ten letters of time (the day) and sixteen drawn ones."""
    milliseconds = np.asarray(days, dtype=np.int64) * 86_400_000 + rng.integers(0, 86_400_000, len(days))
    time = milliseconds[:, None] >> (5 * np.arange(9, -1, -1)) & 31
    return _text(CROCKFORD[np.hstack([time, rng.integers(0, 32, (len(days), 16))])])


def uuids(rng: np.random.Generator, n: int) -> np.ndarray:
    """Return version-4 UUIDs."""
    digits = rng.integers(0, 16, (n, 32))
    digits[:, 12], digits[:, 16] = 4, 8 + digits[:, 16] % 4
    letters = _text(HEX[digits])
    return np.array([f"{t[:8]}-{t[8:12]}-{t[12:16]}-{t[16:20]}-{t[20:]}" for t in letters], dtype=object)


def _text(letters: np.ndarray) -> np.ndarray:
    width = letters.shape[1]
    return np.ascontiguousarray(letters).view(f"<U{width}").ravel().astype(object)
