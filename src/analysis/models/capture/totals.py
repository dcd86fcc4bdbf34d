"""Totals: strata added up, with the interval that the draws of all linkages give together."""

from dataclasses import dataclass

import numpy as np

from analysis.models.counts import tail_of


@dataclass(frozen=True)
class Missed:
    """Units ``listed`` and ``expected`` to be missed (linkages, strata), and ``drawn`` (replicates, linkages, strata).

    ``drawn``: numbers that may have been missed, given what the lists of one linkage say.
    """

    listed: np.ndarray
    expected: np.ndarray
    drawn: np.ndarray


def totals(missed: Missed, members: np.ndarray, confidence: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return estimate, low and high of the number of units of groups of strata; ``members``: (groups, strata).

    The estimate is the mean over linkages; the interval runs between two quantiles of listed plus missed over all
    replicates of all linkages as one distribution, so what the linkages do not agree on is part of it.
    ASSUME: linkages are equally plausible draws; strata are drawn together, and so may be added up draw by draw.
    Raises ``ValueError`` for a confidence outside (0, 1).
    """
    tail = tail_of(confidence)
    estimate = ((missed.listed + missed.expected) @ members.T).mean(axis=0)
    drawn = (missed.listed + missed.drawn) @ members.T
    low, high = np.quantile(drawn.reshape(-1, len(members)), [tail, 1 - tail], axis=0, method="inverted_cdf")
    return estimate, low, high
