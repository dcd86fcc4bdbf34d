"""P-values of several tests, made such that they hold for all of them together."""

import numpy as np
import pandas as pd


def after_holm(p_values: pd.Series) -> pd.Series:
    """Return the p-values (n,) times how many tests are left from each on, the smallest first, and at most 1.

    The chance that any true hypothesis is rejected stays below the level, whatever the tests have in common. Missing
    p-values stay missing and are no tests. Reference: Holm (1979) Scand J Stat 6:65-70. Equal to R's ``p.adjust``.

    >>> after_holm(pd.Series([0.01, 0.04, 0.03])).round(3).tolist()
    [0.03, 0.06, 0.06]
    """
    ordered = p_values.dropna().sort_values()
    steps = ordered * np.arange(len(ordered), 0, -1)
    return steps.cummax().clip(upper=1).reindex(p_values.index)
