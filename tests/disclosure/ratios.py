"""What estimates and the ends of intervals tell beyond the rounded counts beside them."""

from collections.abc import Callable
from itertools import product

import numpy as np
import pandas as pd

from analysis.contract import Table
from analysis.kinds import Rate, Share

DIGITS = 6  # of published estimates
Z = 1.959964


def telling(published: pd.DataFrame, table: Table) -> pd.DataFrame:
    """Return the rows whose estimate is not the ratio of the counts shown with it, or stands without them."""
    rows = []
    for scale, kind in table.release.kinds.items():
        own = published[published["scale"] == scale] if scale else published
        if isinstance(kind, Share):
            ratio = own[kind.hits] / own[kind.of]
        elif isinstance(kind, Rate):
            ratio = kind.per * own[kind.events] / own[kind.exposure]
        else:
            continue
        estimate = own["estimate"].astype("float64")
        differs = (estimate - ratio.astype("float64")).abs() > 6 * 10.0**-DIGITS * estimate.abs()
        rows.append(own[estimate.notna() & (differs | ratio.isna())])
    return pd.concat(rows) if rows else published.iloc[:0]


def possible_hits(estimate: float, n_shown: int, half: int = 2) -> set[int]:
    """Return the exact hits that agree with a share told to six digits and a group rounded to ``n_shown``."""
    groups = np.arange(max(n_shown - half, 1), n_shown + half + 1)
    hits = np.round(estimate * groups)
    near = np.abs(hits / groups - estimate) <= 0.6 * 10.0 ** (np.ceil(np.log10(max(estimate, 1e-9))) - DIGITS)
    return {int(count) for count in hits[near]}


def possible_pairs(
    shown: tuple[int, int], ends: tuple[float, float], told: Callable[[int, int], tuple[float, float]], half: int = 2
) -> set[tuple[int, int]]:
    """Return the exact (hits, n) that round to the ``shown`` ones and whose interval is published as ``ends``."""
    around = [range(max(count - half, 0), count + half + 1) for count in shown]
    return {
        (hits, n) for hits, n in product(*around) if hits <= n and np.allclose(told(hits, n), ends, rtol=2e-6, atol=0)
    }


def wilson(hits: np.ndarray, n: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the ends of Wilson's interval, 95%."""
    share, z2 = hits / n, Z * Z
    middle = (share + z2 / (2 * n)) / (1 + z2 / n)
    half = Z / (1 + z2 / n) * np.sqrt(share * (1 - share) / n + z2 / (4 * n * n))
    return middle - half, middle + half
