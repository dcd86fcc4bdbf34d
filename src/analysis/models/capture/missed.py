"""Missed by three lists: an average over log-linear models, and draws that hold all that is not known of the number.

A parametric bootstrap: replicate counts are Poisson around the averaged fit; to each all models are fitted and weighed
anew, one of them is drawn by its weight, and the number missed is drawn as Poisson around its mean. So the draws vary
by chance, by the choice of the model, and by the units that happen to be missed.

A small share of a unit is added to every history, here and in each replicate. Without it a history that no unit of a
small stratum happens to have would say for certain that nobody like that is missed.

References: Buckland, Burnham and Augustin (1997) Biometrics 53:603-618; Norris and Pollock (1996) Environmental and
Ecological Statistics 3:235-244.
"""

import numpy as np

from analysis.models.capture.histories import checked_continuity, checked_counts
from analysis.models.capture.log_linear import N_LISTS, fit_models, weights
from analysis.models.capture.totals import Missed

MOST = 1e9  # a replicate in which no two lists share a unit can have any mean; more cannot be drawn


def missed_by_three(counts: np.ndarray, n_replicates: int, continuity: float, rng: np.random.Generator) -> Missed:
    """Return what three lists miss by ``counts`` (linkages, strata, 7), in the order of ``histories(3)``.

    Estimand: the units of each stratum on no list. ``continuity``: units added to every stratum, spread evenly over
    its histories. ASSUME: a closed population, equal chances within a stratum, and no dependence but between pairs of
    lists, alike in all strata. Strata without a unit are taken to miss none.
    Raises ``ValueError`` for other shapes, missing counts and a continuity not above 0.
    """
    counts = checked_counts(counts, N_LISTS)
    listed, each = counts.sum(axis=-1), checked_continuity(continuity) / counts.shape[-1]
    is_used = listed.sum(axis=0) > 0
    expected, drawn = np.zeros(listed.shape), np.zeros((n_replicates, *listed.shape))
    if is_used.any():
        expected[:, is_used], means = _averaged(counts[:, is_used], each)
        drawn[..., is_used] = _drawn(np.broadcast_to(means, (n_replicates, *means.shape)), each, rng)
    return Missed(listed, expected, drawn)


def _averaged(counts: np.ndarray, each: float) -> tuple[np.ndarray, np.ndarray]:
    """Return the mean numbers missed (linkages, strata) and listed by history, over all models by their weights."""
    fits = fit_models(counts + each)
    weight = weights(fits, counts.sum(axis=(-2, -1)))
    return np.einsum("rm,rms->rs", weight, fits.missed), np.einsum("rm,rmsh->rsh", weight, fits.means)


def _drawn(means: np.ndarray, each: float, rng: np.random.Generator) -> np.ndarray:
    """Return numbers missed in replicates of tables with these ``means`` (replicates, linkages, strata, histories)."""
    counts = rng.poisson(means).reshape(-1, *means.shape[2:]).astype("float64")
    fits = fit_models(counts + each)
    cumulated = weights(fits, counts.sum(axis=(-2, -1))).cumsum(axis=1)
    which = (rng.random((len(counts), 1)) > cumulated[:, :-1]).sum(axis=1)
    missed = fits.missed[np.arange(len(counts)), which]
    return rng.poisson(np.minimum(missed, MOST)).reshape(means.shape[:-1])
