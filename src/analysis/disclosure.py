"""The one gate for numbers that leave: what may be published of a table, rounded to what can be read.

Published numbers pass as they are: somebody has printed them already. Of simulated and real records only shares of
rows pass, and only where both those with a property and those without are many; everything else is refused.
"""

import numpy as np
import pandas as pd

from analysis import study as choices

SIGNIFICANT_DIGITS = 6
COUNTS = ("n_hits", "n")  # what a share is made of
SHARE = "share"
INTERVAL = ("ci_low", "ci_high")
FEW_ROWS = "fewer rows than may be shown"
FEW_HITS = "fewer rows with it, or without it, than may be shown"


class DisclosureError(ValueError):
    """A table may not leave."""


def publishable(numbers: pd.DataFrame, name: str, origin: str) -> pd.DataFrame:
    """Return the publishable form of ``numbers`` with its ``origin`` as the last column.

    Raises ``DisclosureError`` for numbers from records, simulated or real, that are not shares with their counts.
    """
    passed = numbers if origin == "published" else _guarded(numbers, name, origin)
    floats = passed.select_dtypes("floating").columns
    return passed.assign(**{column: rounded(passed[column]) for column in floats}, origin=origin)


def _guarded(numbers: pd.DataFrame, name: str, origin: str) -> pd.DataFrame:
    """Return shares recomputed from rounded counts; small counts become missing, with the reason in ``withheld``.

    None and all of many rows pass: that a column is always filled in, or never, is no secret of a child.
    """
    _refuse_all_but_shares(numbers, name, origin)
    rules = choices.load().disclosure
    n_hits, n = (numbers[column].astype("Int64") for column in COUNTS)
    is_few = (n < rules.least_rows).fillna(True)
    is_thin = pd.concat([_is_small(n_hits, rules.least_rows), _is_small(n - n_hits, rules.least_rows)], axis=1).any(
        axis=1
    )
    is_shown = ~(is_few | is_thin)
    shown_hits, shown_n = (_rounded_to(counts, rules.round_to).where(is_shown) for counts in (n_hits, n))
    share = (shown_hits / shown_n).astype("Float64")
    reason = pd.Series(FEW_HITS, numbers.index, dtype="str").mask(is_few, FEW_ROWS).mask(is_shown)
    return numbers.assign(estimate=share, n_hits=shown_hits, n=shown_n, withheld=reason.astype("str"))


def _refuse_all_but_shares(numbers: pd.DataFrame, name: str, origin: str) -> None:
    has_counts = {"estimate", "scale", "withheld", *COUNTS} <= set(numbers.columns)
    other_numbers = set(numbers.select_dtypes("number").columns) - {"estimate", *INTERVAL, *COUNTS}
    has_interval = any(numbers[column].notna().any() for column in INTERVAL if column in numbers)
    if not has_counts or other_numbers or has_interval or not (numbers["scale"] == SHARE).all():
        raise DisclosureError(
            f"the numbers of {name!r} descend from {origin} data, for which only shares with their counts "
            f"({', '.join(COUNTS)}) and a column for reasons ('withheld') may leave; they stay in data/processed"
        )


def _is_small(counts: pd.Series, least: int) -> pd.Series:
    return (counts.between(1, least - 1) | (counts < 0)).fillna(True)


def _rounded_to(counts: pd.Series, base: int) -> pd.Series:
    return (counts + base // 2) // base * base


def rounded(values: pd.Series) -> pd.Series:
    """Return ``values`` to six significant digits, and to whole numbers from a million up.

    Iterative fits agree to more digits than this between processors, so the published bytes do too.
    """
    size = np.ceil(np.log10(values.abs().mask(values == 0, 1).astype("float64").fillna(1)))
    scale = 10.0 ** np.clip(SIGNIFICANT_DIGITS - size, 0, None)
    return (np.round(values.astype("float64") * scale) / scale).astype("Float64")
