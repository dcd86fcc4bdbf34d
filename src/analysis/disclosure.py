"""The one gate for numbers that leave: what may be published of a table, rounded to what can be read.

Published numbers pass as they are: somebody has printed them already. No rule for simulated or real records is
built yet, so tables that descend from either are refused here rather than let through.
"""

import numpy as np
import pandas as pd

SIGNIFICANT_DIGITS = 6


class DisclosureError(ValueError):
    """A table may not leave."""


def publishable(numbers: pd.DataFrame, name: str, origin: str) -> pd.DataFrame:
    """Return the publishable form of ``numbers`` with its ``origin`` as the last column.

    Raises ``DisclosureError`` for any origin but ``published``.
    """
    if origin != "published":
        raise DisclosureError(
            f"the numbers of {name!r} descend from {origin} data, for which no disclosure rule exists; "
            "they stay in data/processed"
        )
    floats = numbers.select_dtypes("floating").columns
    return numbers.assign(**{column: rounded(numbers[column]) for column in floats}, origin=origin)


def rounded(values: pd.Series) -> pd.Series:
    """Return ``values`` to six significant digits, and to whole numbers from a million up.

    Iterative fits agree to more digits than this between processors, so the published bytes do too.
    """
    size = np.ceil(np.log10(values.abs().mask(values == 0, 1).astype("float64").fillna(1)))
    scale = 10.0 ** np.clip(SIGNIFICANT_DIGITS - size, 0, None)
    return (np.round(values.astype("float64") * scale) / scale).astype("Float64")
