"""Two lists: Chapman's estimator of what both miss, and draws of that number.

Of units on the first list only (a), the second only (b) and both (m), two independent lists miss a b / m on average;
Chapman's a b / (m + 1) has little bias in small samples and is finite where no unit is on both.

The draws are a parametric bootstrap: replicate counts are Poisson, Chapman's estimate is made from each, and the number
missed is Poisson around it. A small share of a unit is added to what the replicates are drawn around, or a stratum
without a unit on one list only would miss none for certain. Of the intervals compared it alone held the true number
as often as it says both in small strata and in sums of them; the log-normal one (Chao 1987) and the profile
likelihood fall short in small strata, and the transformed logit (Sadinle 2009) does once strata are added up
(docs/methods/capture_recapture.md).

References: Chapman (1951) University of California Publications in Statistics 1:131-160; Chao (1987) Biometrics
43:783-791; Sadinle (2009) Communications in Statistics - Simulation and Computation 38:1909-1924.
"""

import numpy as np

from analysis.models.capture.histories import checked_continuity, checked_counts
from analysis.models.capture.totals import Missed

N_LISTS = 2


def chapman(first_only: np.ndarray, second_only: np.ndarray, both: np.ndarray) -> np.ndarray:
    """Return Chapman's estimate of the number of units that both lists miss.

    Estimand: units of a closed population on neither list. ASSUME: the lists are independent, and on each of them all
    units have the same chance to stand; if they name the same units more often than by chance, it is too low.

    >>> chapman(30, 20, 9)
    60.0
    """
    return first_only * second_only / (both + 1)


def missed_by_two(counts: np.ndarray, n_replicates: int, continuity: float, rng: np.random.Generator) -> Missed:
    """Return what two lists miss by ``counts`` (linkages, strata, 3), in the order of ``histories(2)``.

    ``continuity``: units added to every stratum, spread evenly over its histories. ASSUME: as ``chapman``, within every
    stratum. Strata without a unit are taken to miss none.
    Raises ``ValueError`` for other shapes, missing counts and a continuity not above 0.
    """
    counts = checked_counts(counts, N_LISTS)
    each = checked_continuity(continuity) / counts.shape[-1]
    listed = counts.sum(axis=-1)
    means = np.where(listed[..., None] > 0, counts + each, 0)
    replicates = rng.poisson(means, (n_replicates, *means.shape))
    drawn = rng.poisson(chapman(*np.moveaxis(replicates, -1, 0)))
    return Missed(listed, chapman(*np.moveaxis(counts, -1, 0)), drawn)
