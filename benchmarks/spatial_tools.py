"""What is timed: ``python spatial_tools.py ours|esda global|local VALUES PAIRS PERMUTATIONS OUT``.

VALUES: a number a line. PAIRS: two places a line that touch, numbered from 0. OUT: seconds of processor after imports
and reading, then Moran's I, then the local ones. Weights are row-standardised. Each tool imports only its own packages,
since a command pays for what it imports.
"""

import sys
import time

import numpy as np


def ours(which: str, values: np.ndarray, pairs: np.ndarray, n_permutations: int) -> list[float]:
    """Return the time taken and the statistics of models/spatial."""
    from analysis.models import spatial

    start = time.process_time()
    weights = spatial.row_standardised(spatial.pair_weights(map(tuple, pairs.tolist()), range(len(values))))
    rng = np.random.default_rng(1)
    found = [spatial.morans_i(values, weights, n_permutations, rng).statistic]
    if which == "local":
        found += spatial.local_morans_i(values, weights, n_permutations, rng).statistic.tolist()
    return [time.process_time() - start, *found]


def esda(which: str, values: np.ndarray, pairs: np.ndarray, n_permutations: int) -> list[float]:
    """Return the time taken and the statistics of esda; its local ones times n / (n - 1), which is our convention."""
    from esda import Moran, Moran_Local
    from libpysal.weights import W

    start = time.process_time()
    around: dict[int, list[int]] = {place: [] for place in range(len(values))}
    for one, other in pairs.tolist():
        around[one].append(other)
        around[other].append(one)
    weights = W(around, silence_warnings=True)
    weights.transform = "r"
    found = [float(Moran(values, weights, permutations=n_permutations).I)]
    if which == "local":
        local = Moran_Local(values, weights, permutations=n_permutations, seed=1)
        found += (local.Is * len(values) / (len(values) - 1)).tolist()
    return [time.process_time() - start, *found]


def main(tool: str, which: str, values: str, pairs: str, n_permutations: str, out: str) -> None:
    """Run one tool and write its statistics."""
    read = np.loadtxt(values), np.loadtxt(pairs, delimiter=",", dtype="int64")
    np.savetxt(out, {"ours": ours, "esda": esda}[tool](which, *read, int(n_permutations)), fmt="%.17g")


if __name__ == "__main__":
    main(*sys.argv[1:])
