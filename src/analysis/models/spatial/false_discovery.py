"""False discovery: p-values of many tests, adjusted so that few of those called discoveries are chance."""

import numpy as np

METHODS = ("benjamini-hochberg", "benjamini-yekutieli")


def adjusted_p(p: np.ndarray, method: str) -> np.ndarray:
    """Return adjusted p-values (n,): calling all at or below q discoveries keeps the expected false share within q.

    ``benjamini-hochberg`` asks that tests be independent or positively dependent, which local statistics that share
    neighbours need not be; ``benjamini-yekutieli`` holds under any dependence and is stricter by sum(1 / i).
    Missing p-values stay missing and are no tests. Raises ``ValueError`` for another method.
    References: Benjamini and Hochberg (1995) JRSS B 57:289-300; Benjamini and Yekutieli (2001) Annals of Statistics
    29:1165-1188. Equal to R's ``p.adjust`` with "BH" and "BY".

    >>> adjusted_p(np.array([0.01, 0.04, 0.03]), "benjamini-hochberg").round(3).tolist()
    [0.03, 0.04, 0.04]
    """
    if method not in METHODS:
        raise ValueError(f"the method is one of {', '.join(METHODS)}, not {method!r}")
    adjusted = np.full(len(p), np.nan)
    is_test = ~np.isnan(p)
    order = np.argsort(-p[is_test], kind="stable")  # from the largest
    ranks = np.arange(is_test.sum(), 0, -1)
    factor = (1 / ranks).sum() if method == "benjamini-yekutieli" else 1.0
    steps = np.minimum.accumulate(p[is_test][order] * len(ranks) / ranks * factor)
    adjusted[np.flatnonzero(is_test)[order]] = np.minimum(steps, 1.0)
    return adjusted
