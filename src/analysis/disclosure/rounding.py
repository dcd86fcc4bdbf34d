"""Rounding: counts to a base, intervals outwards, modelled numbers to the digits that can be read."""

import numpy as np
import pandas as pd

SIGNIFICANT_DIGITS = 6


def to_base(counts: np.ndarray, base: int) -> np.ndarray:
    """Return whole ``counts`` rounded to the nearest multiple of ``base`` (odd, so that there are no ties).

    >>> to_base(np.array([3, 8, 12]), 5).tolist()
    [5, 10, 10]
    """
    return (counts + base // 2) // base * base


def outwards(low: pd.Series, high: pd.Series, step: pd.Series) -> tuple[pd.Series, pd.Series]:
    """Return the ends of intervals moved away from each other to multiples of ``step``.

    A multiple stays: what arithmetic adds in the last digits does not move an end by a whole step.

    >>> low, high = outwards(pd.Series([0.3]), pd.Series([0.6]), pd.Series([0.25]))
    >>> low.tolist(), high.tolist()
    ([0.25], [0.75])
    """
    return np.floor(low / step + 1e-9) * step, np.ceil(high / step - 1e-9) * step


def significant(values: pd.Series, digits: int = SIGNIFICANT_DIGITS) -> pd.Series:
    """Return ``values`` to so many significant digits, and to whole numbers where these have more.

    Iterative fits agree to more than six digits between processors, so the published bytes do too.

    >>> significant(pd.Series([0.123456789, 1234567.89])).tolist()
    [0.123457, 1234568.0]
    """
    numbers = values.to_numpy("float64", na_value=np.nan)
    scale = 10.0 ** np.clip(digits - _size(numbers), 0, None)
    return pd.Series(np.round(numbers * scale) / scale, values.index, name=values.name).astype("Float64")


def step_of(values: pd.Series, digits: int) -> pd.Series:
    """Return the unit of the last of so many significant digits of each value."""
    numbers = values.to_numpy("float64", na_value=np.nan)
    return pd.Series(10.0 ** (_size(numbers) - digits), values.index, name=values.name)


def _size(numbers: np.ndarray) -> np.ndarray:
    """Return how many digits stand before the point; negative for leading zeros behind it."""
    return np.ceil(np.log10(np.where(np.isnan(numbers) | (numbers == 0), 1.0, np.abs(numbers))))
