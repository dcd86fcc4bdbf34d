"""What ratings would do had nothing changed: who is chosen for a low score scores higher the next time.

A low score is partly a low state and partly chance. In a fitted model with group effects both are known apart, so the
change that chance alone brings to those who were low can be worked out, and taken from the change that was seen.
References: Galton (1886) J Anthropol Inst 15:246-263; Barnett, van der Pols and Dobson (2005) Int J Epidemiol
34:215-220.
"""

import numpy as np

from analysis.models.ordinal.fit import OrdinalFit
from analysis.models.ordinal.scores import probabilities

N_NODES = 60  # of the integral over effects, whose error is then below the fifth digit for sds up to 5


def change_if_nothing_changed(fit: OrdinalFit, low_at_most: float) -> tuple[float, float]:
    """Return the mean change (points) of the low, and the share of them (0 to 1) who are low again, by chance alone.

    Estimand: E(y' - y | y <= low_at_most) and P(y' <= low_at_most | y <= low_at_most) of two ratings y, y' of one child
    with a design of 0 in both: no time has passed. Integrated over the effects of both factors.
    ASSUME: the model; the chance parts of two ratings are independent, as they are not if the same worker copies the
    last one. Missing (nan) if no score is so low.
    """
    nodes, weights = np.polynomial.hermite_e.hermegauss(N_NODES)
    states = np.sqrt((fit.sds**2).sum()) * nodes
    chances = probabilities(fit.cuts, states)
    is_low = fit.categories <= low_at_most
    low = chances[:, is_low].sum(axis=1)
    if not is_low.any():
        return float("nan"), float("nan")
    n_low = weights @ low
    first = weights @ (chances[:, is_low] @ fit.categories[is_low])
    second = weights @ (low * (chances @ fit.categories))
    return float((second - first) / n_low), float(weights @ low**2 / n_low)
