"""The likelihood of Poisson totals whose means are sums over units: its derivatives and its maximum.

Shapes: B totals, U units, p columns of the design, the first of them ones; ``member`` (B, U) says which unit lies in
which total. The mean of total b is the sum over its units of exp(offset + design theta).
"""

import numpy as np
from scipy import special

MAX_ITERATIONS = 200
STARTS = (-2.0, -0.5, 0.5, 2.0)  # besides 0: the likelihood of sums can have several maxima
LONGEST_STEP = 1.0  # a longer Newton step leaves the range in which its quadratic means anything
LAST_STEP = 1e-6  # Newton doubles the digits: after a step this short nothing is left to gain, or to tell by deviance
SMALLEST_STEP = 1e-13
SAME_DEVIANCE = 1e-9  # maxima no further apart are equal, and the first stands: rounding must not choose


def deviance(totals: np.ndarray, mean: np.ndarray) -> float:
    """Return the Poisson deviance of ``totals`` (B,) from their ``mean`` (B,).

    >>> round(deviance(np.array([10.0]), np.array([5.0])), 3)  # 2 (10 log 2 - 5)
    3.863
    """
    return float(2 * (special.xlogy(totals, totals / mean) - totals + mean).sum())


def derivatives(
    totals: np.ndarray, member: np.ndarray, mean_of_units: np.ndarray, design: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return score (p,), Hessian (p, p) and expected information (p, p) of the log likelihood y log(mu) - mu."""
    mean = member @ mean_of_units
    slope_of_mean = member @ (mean_of_units[:, None] * design)
    residual = totals / mean - 1
    curvature = design.T @ ((mean_of_units * (member.T @ residual))[:, None] * design)
    hessian = curvature - slope_of_mean.T @ ((totals / mean**2)[:, None] * slope_of_mean)
    information = slope_of_mean.T @ (slope_of_mean / mean[:, None])
    return slope_of_mean.T @ residual, hessian, information


def maximum(totals: np.ndarray, member: np.ndarray, offset: np.ndarray, design: np.ndarray, bound: float) -> np.ndarray:
    """Return the theta (p,) of the highest maximum found from equal rates and from the best of several starts.

    Slopes are held within ``bound`` of 0; one at the bound itself means that the likelihood still rises there.
    """
    equal_rates, *others = [np.zeros(design.shape[1] - 1)] + [
        np.clip(s * u, -bound, bound) for u in np.eye(design.shape[1] - 1) for s in STARTS
    ]

    def distance(theta: np.ndarray) -> float:
        return deviance(totals, member @ np.exp(offset + design @ theta))

    def completed(slopes: np.ndarray) -> np.ndarray:
        return _complete(totals, member, offset, design, slopes)

    best_other = min(others, key=lambda slopes: distance(completed(slopes)), default=equal_rates)
    first, second = (_climb(totals, member, offset, design, slopes, bound) for slopes in (equal_rates, best_other))
    return second if distance(second) < distance(first) - SAME_DEVIANCE else first


def condition(information: np.ndarray) -> float:
    """Return the condition number of the design scaled to equal columns, from its information (p, p).

    1 at best; infinite if a column carries no information.
    """
    scale = np.sqrt(np.diag(information))
    if not (scale > 0).all():
        return np.inf
    return float(np.sqrt(np.linalg.cond(information / np.outer(scale, scale))))


def _climb(
    totals: np.ndarray,
    member: np.ndarray,
    offset: np.ndarray,
    design: np.ndarray,
    slopes: np.ndarray,
    bound: float,
) -> np.ndarray:
    """Climb by Newton steps, by Fisher's where the likelihood is not concave, each halved until it rises."""
    theta = _complete(totals, member, offset, design, slopes)
    mean = np.exp(offset + design @ theta)
    reached = deviance(totals, member @ mean)
    for _ in range(MAX_ITERATIONS if len(slopes) else 0):
        score, hessian, information = derivatives(totals, member, mean, design)
        concave = np.linalg.eigvalsh(hessian)[-1] < 0
        step = np.linalg.lstsq(-hessian if concave else information, score, rcond=None)[0][1:]
        step *= min(1.0, LONGEST_STEP / max(np.abs(step).max(), SMALLEST_STEP))
        if np.abs(step).max() < LAST_STEP:
            return _complete(totals, member, offset, design, np.clip(theta[1:] + step, -bound, bound))
        rises = False
        while not rises and np.abs(step).max() > SMALLEST_STEP:
            candidate = _complete(totals, member, offset, design, np.clip(theta[1:] + step, -bound, bound))
            mean = np.exp(offset + design @ candidate)
            rises, step = deviance(totals, member @ mean) < reached, step / 2
        if not rises:
            break
        theta, reached = candidate, deviance(totals, member @ mean)
    return theta


def _complete(
    totals: np.ndarray, member: np.ndarray, offset: np.ndarray, design: np.ndarray, slopes: np.ndarray
) -> np.ndarray:
    """Return theta with the best intercept for these slopes: the one that fits the sum of all totals."""
    log_mean = (offset + design[:, 1:] @ slopes)[member.any(axis=0)]
    return np.concatenate([[np.log(totals.sum()) - special.logsumexp(log_mean)], slopes])
