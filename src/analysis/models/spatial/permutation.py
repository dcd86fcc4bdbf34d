"""Permutation: values dealt again among the places, and how far out of what that gives the observed value lies."""

from collections.abc import Callable, Iterator

import numpy as np

ALTERNATIVES = ("two-sided", "greater", "less")
BATCH = 2_000_000  # numbers held at once
ROUNDING = 1e-12  # of a statistic near 1: a permutation that gives the observed value again counts as such


def permuted_batches(values: np.ndarray, n_permutations: int, rng: np.random.Generator) -> Iterator[np.ndarray]:
    """Yield ``n_permutations`` permutations of ``values`` (n,), one a row, a few million numbers at a time.

    Raises ``ValueError`` for fewer than one.
    """
    if n_permutations < 1:
        raise ValueError(f"at least one permutation is needed, not {n_permutations}")
    step = max(1, BATCH // len(values))
    for start in range(0, n_permutations, step):
        rows = min(step, n_permutations - start)
        yield rng.permuted(np.broadcast_to(values, (rows, len(values))), axis=1)


def permuted_statistics(
    values: np.ndarray,
    n_permutations: int,
    rng: np.random.Generator,
    statistic: Callable[[np.ndarray], np.ndarray],
) -> np.ndarray:
    """Return ``statistic`` (rows of values to numbers) of ``n_permutations`` permutations of ``values`` (n,)."""
    return np.concatenate([statistic(rows) for rows in permuted_batches(values, n_permutations, rng)])


def permutation_p(
    observed: float | np.ndarray, drawn: np.ndarray, expected: float | np.ndarray, alternative: str = "two-sided"
) -> np.ndarray:
    """Return the p-value of ``observed`` (...) among ``drawn`` (P, ...). Raises ``ValueError`` for no such alternative.

    (1 + number of draws at least as extreme) / (1 + number of draws): the observed arrangement is one of those that
    could have been dealt, so p is never below 1 / (P + 1). "Extreme" is, two-sided, as far from ``expected`` or
    farther, on either side; one-sided, as large or as small. The test is exact: under the hypothesis that all
    arrangements are equally likely, P(p <= a) is at most a.
    Reference: Phipson and Smyth (2010) Statistical Applications in Genetics and Molecular Biology 9:39.
    """
    if alternative not in ALTERNATIVES:
        raise ValueError(f"the alternative is one of {', '.join(ALTERNATIVES)}, not {alternative!r}")
    if alternative == "two-sided":
        is_extreme = np.abs(drawn - expected) >= np.abs(observed - expected) - ROUNDING
    elif alternative == "greater":
        is_extreme = drawn >= observed - ROUNDING
    else:
        is_extreme = drawn <= observed + ROUNDING
    return (1 + is_extreme.sum(axis=0)) / (1 + len(drawn))
