"""Could the effect have come from the order of starts alone? Starts dealt out again among the units.

For roll-outs of one place at a time, where no group has a spread of its own. ASSUME: who starts when is as good as by
lot; then, if the programme changed nothing anywhere, every order would have given the same outcomes.
Reference: Athey and Imbens (2022) J Econometrics 226:62-79 (designs in which the start is by lot).
"""

from collections.abc import Callable

import numpy as np

from analysis.models.staggered.panel import Panel


def permuted_p_value(
    panel: Panel, effect: Callable[[Panel], float], n_permutations: int, rng: np.random.Generator
) -> float:
    """Return the share of orders of starts with an ``effect`` as far from 0 as the true one, itself among them.

    ``effect`` takes a panel and returns a number; orders for which it is missing are left out.
    Starts are dealt to clusters as wholes, so all units of a cluster must start together: else ``ValueError``.
    """
    first = np.unique(panel.clusters, return_index=True)[1]
    of_cluster = panel.starts[first]
    if not np.array_equal(of_cluster[panel.clusters], panel.starts):
        raise ValueError("units of one cluster start at different times: starts cannot be dealt to clusters")
    found = []
    for _ in range(n_permutations):
        starts = rng.permutation(of_cluster)[panel.clusters]
        found.append(effect(Panel(panel.outcomes, panel.times, starts, panel.weights, panel.clusters)))
    others = np.abs([value for value in found if np.isfinite(value)])
    return float((1 + (others >= np.abs(effect(panel)) * (1 - 1e-12)).sum()) / (1 + len(others)))
