"""Log-linear models of three lists: which pairs of them name the same units more or less often than by chance.

For stratum s and history h (1 if on list j) the count is Poisson with

    log mean = a_s + sum_j b_sj h_j + sum_(j<k) g_jk h_j h_k

so that every list has a chance of its own in every stratum, and the dependence g of two lists is alike in all strata:
that is what makes it estimable where a stratum holds few units. exp(a_s) is the mean of the units on no list. The
models are all sets of pairs: independence, one pair, two, all three. The dependence of all three at once cannot be
estimated, as nobody has seen the units on no list.

Fitted to all replicates at once by iteratively weighted least squares; the strata's own parameters are eliminated, so
that a step solves one 4 x 4 system a stratum and one of at most 3 x 3.

References: Fienberg (1972) Biometrika 59:591-603; Bishop, Fienberg and Holland (1975) Discrete Multivariate Analysis,
ch. 6. Held to R's ``glm(family = poisson)`` in the tests.
"""

import itertools
from dataclasses import dataclass

import numpy as np

from analysis.models.capture.histories import checked_counts, histories

N_LISTS = 3
PAIRS = tuple(itertools.combinations(range(N_LISTS), 2))
MODELS = tuple(pairs for n in range(len(PAIRS) + 1) for pairs in itertools.combinations(PAIRS, n))
TOLERANCE = 1e-9  # of logs of means, between two steps
MOST_STEPS = 200
LARGEST_STEP = 3.0  # of a log mean: a first step from a sparse table may overshoot


class NotConvergedError(ValueError):
    """The fit of some replicate did not settle."""


@dataclass(frozen=True)
class Fits:
    """All models of each replicate, in the order of ``MODELS``.

    ``missed`` (replicates, models, strata): mean number on no list; ``means`` (replicates, models, strata, histories);
    ``log_likelihood`` (replicates, models) up to a constant of the data; ``n_parameters`` (models).
    """

    missed: np.ndarray
    means: np.ndarray
    log_likelihood: np.ndarray
    n_parameters: np.ndarray


def fit_models(counts: np.ndarray) -> Fits:
    """Return the fits of all models to ``counts`` (replicates, strata, 7), ordered as ``histories(3)``.

    Every count must be above 0 (a share of a unit will do), or a maximum need not exist. Raises ``ValueError`` for
    other counts and shapes, ``NotConvergedError`` if a fit does not settle.
    """
    counts = checked_counts(counts, N_LISTS)
    if not (counts > 0).all():
        raise ValueError("a history without any unit may leave no maximum: add a share of a unit to every history")
    on_list = histories(N_LISTS)
    own = np.column_stack([np.ones(len(on_list)), on_list])
    on_both = np.column_stack([on_list[:, pair].prod(axis=1) for pair in PAIRS])
    shared = [on_both[:, [PAIRS.index(pair) for pair in pairs]] for pairs in MODELS]
    log_means = np.stack([_log_means(counts, own, columns) for columns in shared], axis=1)
    return Fits(
        missed=np.exp(log_means @ _log_missed(on_list)),
        means=np.exp(log_means),
        log_likelihood=(counts[:, None] * log_means - np.exp(log_means)).sum(axis=(-2, -1)),
        n_parameters=np.array([own.shape[1] * counts.shape[1] + len(pairs) for pairs in MODELS]),
    )


def weights(fits: Fits, n_units: np.ndarray) -> np.ndarray:
    """Return the weight of each model, (replicates, models), by Akaike's criterion corrected for small samples.

    exp(-AICc / 2), scaled to 1; ``n_units`` (replicates): units on any list. AICc and not BIC: BIC gives dependence too
    little weight at these sizes, and its intervals then miss the true number (docs/methods/capture_recapture.md).
    References: Hurvich and Tsai (1989) Biometrika 76:297-307; Burnham and Anderson (2002) Model Selection, ch. 2.
    """
    k = fits.n_parameters
    left = np.maximum(n_units[:, None] - k - 1, 1)
    criterion = -2 * fits.log_likelihood + 2 * k + 2 * k * (k + 1) / left
    weight = np.exp(-(criterion - criterion.min(axis=1, keepdims=True)) / 2)
    return weight / weight.sum(axis=1, keepdims=True)


def _log_missed(on_list: np.ndarray) -> np.ndarray:
    """Return the contrast of log means that is the log mean of the history on no list, in all of the models."""
    return np.where(on_list.sum(axis=1) % 2 == 1, 1.0, -1.0)


def _log_means(counts: np.ndarray, own: np.ndarray, shared: np.ndarray) -> np.ndarray:
    """Return the logs of fitted means, (replicates, strata, histories)."""
    log_means, unsettled = np.log(counts), np.arange(len(counts))
    for _ in range(MOST_STEPS):
        before = log_means[unsettled]
        step = _step(counts[unsettled], before, own, shared) - before
        log_means[unsettled] = before + np.clip(step, -LARGEST_STEP, LARGEST_STEP)
        unsettled = unsettled[np.abs(step).max(axis=(1, 2)) > TOLERANCE]
        if not unsettled.size:
            return log_means
    raise NotConvergedError(f"{unsettled.size} of {len(counts)} tables of counts did not settle")


def _step(counts: np.ndarray, log_means: np.ndarray, own: np.ndarray, shared: np.ndarray) -> np.ndarray:
    """Return log means after one weighted least-squares step, with each stratum's own parameters eliminated."""
    means = np.exp(log_means)
    target = means * log_means + counts - means  # weight times working response
    information = np.einsum("rsh,hi,hj->rsij", means, own, own, optimize=True)
    crossed = np.einsum("rsh,hi,hj->rsij", means, own, shared, optimize=True)
    right = np.einsum("rsh,hi->rsi", target, own)[..., None]
    solved = np.linalg.solve(information, np.concatenate([crossed, right], axis=-1))
    n_shared = shared.shape[1]
    of_shared, alone = solved[..., :n_shared], solved[..., n_shared:]
    left = np.einsum("rsh,hi,hj->rij", means, shared, shared, optimize=True)
    left = left - np.einsum("rsij,rsik->rjk", crossed, of_shared)
    rest = np.einsum("rsh,hi->ri", target, shared)[..., None] - np.einsum("rsij,rsik->rjk", crossed, alone)
    slopes = np.linalg.solve(left, rest)
    parameters = (alone - of_shared @ slopes[:, None])[..., 0]
    return parameters @ own.T + (slopes[..., 0] @ shared.T)[:, None]
