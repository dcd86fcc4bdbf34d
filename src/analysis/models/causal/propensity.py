"""The chance to be treated, given what was known before: the propensity score, and where two arms overlap."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from analysis.models.causal.regressions import Fitted, fitted, with_constant


def propensity(columns: ArrayLike, treated: ArrayLike, names: Sequence[str] | None = None) -> Fitted:
    """Return the unpenalised logistic regression of ``treated`` (n,) on a constant and ``columns`` (n, k).

    ``mean`` is the chance of each row to be treated. ASSUME: everything that causes both treatment and outcome is in
    the columns. Raises as ``regressions.fitted``: ``SeparationError`` where a column foretells treatment without
    fail, so that there is nobody to compare with.
    """
    called = None if names is None else ("constant", *names)
    return fitted(with_constant(columns), np.asarray(treated, dtype="float64"), names=called)


@dataclass(frozen=True)
class Overlap:
    """Where the chances of both arms lie: ``low`` to ``high`` is common to both, ``share_outside`` of all is not."""

    low: float
    high: float
    share_outside: float


def overlap(chance: ArrayLike, treated: ArrayLike) -> Overlap:
    """Return the range of the chance (n,) to be treated that both arms reach, and the share of rows outside it."""
    chances, in_treated = np.asarray(chance, dtype="float64"), np.asarray(treated, dtype=bool)
    arms = chances[in_treated], chances[~in_treated]
    low, high = max(arm.min() for arm in arms), min(arm.max() for arm in arms)
    return Overlap(float(low), float(high), float(((chances < low) | (chances > high)).mean()))
