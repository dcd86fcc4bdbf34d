"""Which areas report something at all, drawn again: a rate is applied to areas by a list that has misses.

Of an area with k units reported, the units that nobody reports are negative binomial: what a Poisson number of units
with Jeffreys' prior leaves unseen if each is reported with the same chance. Lists made again would report some units
they did not, miss some they had, and so name other areas.
"""

import numpy as np
from numpy.typing import ArrayLike


def chance_of_report(n_first: int, n_second: int, n_both: int) -> float:
    """Return the chance of a unit to be on at least one of two lists, from what each and both hold.

    ASSUME: the lists are independent; where both find the same, the chance is lower than this says. Without a unit on
    both it cannot be told: ``nan``. Raises ``ValueError`` for more on both than on one.
    """
    if n_both > min(n_first, n_second):
        raise ValueError(f"{n_both} units on both lists, but {n_first} and {n_second} on each")
    if n_both == 0:
        return float("nan")
    return float(1 - (1 - n_both / n_second) * (1 - n_both / n_first))


def chance_of_report_again(n_reported: ArrayLike, chance: float) -> np.ndarray:
    """Return the probability (D,) that an area with ``n_reported`` (D,) units is named if all lists are made again.

    1 - (1 - p)^k * (2 - p)^-(k + 1/2) for p = ``chance``: none of the k units nor of those unseen is reported again.
    With a chance of 1 the same areas are named. Raises ``ValueError`` for a chance outside (0, 1].
    """
    if not 0 < chance <= 1:
        raise ValueError(f"the chance to be reported must lie above 0 and up to 1, not {chance}")
    k = np.asarray(n_reported, dtype="float64")
    return 1 - (1 - chance) ** k * (2 - chance) ** -(k + 0.5)


def populations_again(
    populations: ArrayLike, n_reported: ArrayLike, chance: float, n_replicates: int, rng: np.random.Generator
) -> np.ndarray:
    """Return the population (R,) of the areas that are named in each replicate; arguments as above, one an area.

    ASSUME: areas are named or not independently of each other, and of which clusters were sampled.
    """
    named = chance_of_report_again(n_reported, chance)
    is_named = rng.random((n_replicates, len(named)), dtype="float32") < named
    return is_named @ np.asarray(populations, dtype="float64")
