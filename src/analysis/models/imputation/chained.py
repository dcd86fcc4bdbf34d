"""Chained equations on two levels of a survey, its design kept.

Rows of the upper level (households) lie in clusters, rows of the lower (their members) in households. In turn each item
is drawn anew from a model given all others (``items``, ``clustered``): upper items once a household, lower items once
a member. Into each model go

- all other items, among them the outcome of the later analysis; for items of households those of members, summed;
- of each cluster: its stratum, the mean log weight, the means of all items, and an effect of its own, so that
  completed clusters are as alike as those that answered;
- for items of members the answers of the other members of the household.

ASSUME: whether an answer is blank depends only on what was observed (missing at random), not on the answer itself.

References: van Buuren (2018) Flexible Imputation of Missing Data, 2nd ed., ch. 4 and 7; Reiter, Raghunathan and Kinney
(2006) Survey Methodology 32:143-149 (why the design belongs in the model); Gelman and Rubin (1992) Statistical Science
7:457-472.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis.models.imputation.chains import Chain
from analysis.models.imputation.clustered import State
from analysis.models.imputation.levels import Levels


@dataclass(frozen=True, eq=False)
class Completed:
    """One completed data set: the items of both levels, rows in the order they were given.

    ``traces`` (sweeps, items): mean of the drawn values of each item, in the order of ``Levels.names``; ``nan`` where
    nothing was blank.
    """

    upper: pd.DataFrame
    lower: pd.DataFrame
    traces: np.ndarray


def imputations(levels: Levels, n: int, n_sweeps: int, rng: np.random.Generator) -> Iterator[Completed]:
    """Yield ``n`` completed data sets, each by ``n_sweeps`` through all items from random answers of the same item.

    Chains are independent, so that their traces can be compared. Where few answers are blank the draws forget their
    start within as many sweeps as make the share of blanks to that power negligible: five for a tenth. One chain and
    one data set are held at a time.
    """
    states: dict[str, list[State]] = {}
    for _ in range(n):
        chain = Chain(levels, rng, states)
        traces = np.array([chain.swept(rng) for _ in range(n_sweeps)])
        states, completed = chain.states, Completed(*chain.answers(), traces)
        del chain
        yield completed
        del completed


def scale_reduction(traces: np.ndarray) -> np.ndarray:
    """Return Gelman and Rubin's factor of each item from ``traces`` (m, sweeps, items): near 1 where chains agree.

    From the later half of the sweeps; ``nan`` where nothing was blank. Above 1.1 sweep more often. Raises
    ``ValueError`` for fewer than two chains or four sweeps.
    """
    m, n_sweeps, _ = traces.shape
    if m < 2 or n_sweeps < 4:
        raise ValueError("traces tell of convergence from two chains of four sweeps on")
    late = traces[:, n_sweeps // 2 :]
    n = late.shape[1]
    within, between = late.var(axis=1, ddof=1).mean(axis=0), late.mean(axis=1).var(axis=0, ddof=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.sqrt((n - 1) / n + between / within)
