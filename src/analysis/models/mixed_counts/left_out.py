"""Coefficients with one group left out at a time: does one province carry the finding?"""

from collections.abc import Callable

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from analysis.models.mixed_counts.counts import group_codes
from analysis.models.mixed_counts.fit import Fit

GroupFit = Callable[[ArrayLike, pd.DataFrame, ArrayLike, ArrayLike], Fit]


def without_each_group(
    y: ArrayLike,
    X: pd.DataFrame,  # noqa: N803
    offset: ArrayLike,
    group: ArrayLike,
    fit: GroupFit,
) -> pd.DataFrame:
    """Return coefficients, a row for each group that is left out and a column for each column of ``X``.

    ``fit`` takes (y, X, offset, group), as ``fit_nb2_mixed`` does. Raises what ``fit`` raises, with the group that was
    left out.
    """
    y, offset, group = (np.asarray(values) for values in (y, offset, group))
    groups, codes = group_codes(group, len(y))
    rows = []
    for code, name in enumerate(groups):
        kept = codes != code
        try:
            rows.append(fit(y[kept], X[kept], offset[kept], group[kept]).coefficients)
        except ValueError as fault:
            raise type(fault)(f"without group {name}: {fault}") from fault
    return pd.DataFrame(rows, index=pd.Index(groups, name="left_out"), columns=list(X.columns))
