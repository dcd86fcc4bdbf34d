"""Which rows a mishap strikes: a share of those it may strike, at least one, so that each occurs in small exports."""

import numpy as np


def struck(rng: np.random.Generator, may_strike: np.ndarray, share: float) -> np.ndarray:
    """Return flags of the rows struck: ``share`` of the rows where ``may_strike`` holds, rounded up."""
    places = np.flatnonzero(may_strike)
    flags = np.zeros(len(may_strike), dtype=bool)
    flags[rng.choice(places, int(np.ceil(share * len(places))), replace=False)] = True
    return flags
