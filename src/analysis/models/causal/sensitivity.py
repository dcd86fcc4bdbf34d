"""How strong an unmeasured cause would have to be to explain an association away.

References: VanderWeele and Ding (2017) Ann Intern Med 167:268-274 (E-value); Ding and VanderWeele (2016) Epidemiology
27:368-377 (bounding factor), which holds for any unmeasured cause, without assumptions on its kind.
"""

import numpy as np
from numpy.typing import ArrayLike


def e_value(risk_ratio: ArrayLike) -> np.ndarray:
    """Return the E-value of risk ratios (...) above 0: RR + sqrt(RR (RR - 1)), of 1 / RR where below 1.

    The least risk ratio that an unmeasured cause must have with both treatment and outcome, beyond what was measured,
    to move the ratio to 1. Raises ``ValueError`` for ratios not above 0.

    >>> round(float(e_value(2)), 2)
    3.41
    """
    ratio = _ratios(risk_ratio)
    above = np.maximum(ratio, 1 / ratio)
    return above + np.sqrt(above * (above - 1))


def e_value_of_interval(low: ArrayLike, high: ArrayLike) -> np.ndarray:
    """Return the E-value of the end, ``low`` or ``high`` (...), that is nearer to 1; 1 if the interval holds 1."""
    lower, upper = _ratios(low), _ratios(high)
    nearer = np.where(lower > 1, lower, np.where(upper < 1, upper, 1.0))
    return e_value(nearer)


def bounding_factor(with_treatment: ArrayLike, with_outcome: ArrayLike) -> np.ndarray:
    """Return the most by which an unmeasured cause can move a risk ratio: RR_AU RR_UY / (RR_AU + RR_UY - 1).

    ``with_treatment``: how many times as common it is in one arm as in the other, at most; ``with_outcome``: how many
    times as high the risk is with it, at most. Both at least 1, else ``ValueError``.

    >>> float(bounding_factor(2, 3))
    1.5
    """
    of_treatment, of_outcome = _ratios(with_treatment), _ratios(with_outcome)
    if (of_treatment < 1).any() or (of_outcome < 1).any():
        raise ValueError("strengths of an unmeasured cause are ratios of at least 1: turn them round")
    return of_treatment * of_outcome / (of_treatment + of_outcome - 1)


def _ratios(values: ArrayLike) -> np.ndarray:
    ratios = np.asarray(values, dtype="float64")
    if not (ratios > 0).all():
        raise ValueError("risk ratios must be above 0, and none may be missing")
    return ratios
