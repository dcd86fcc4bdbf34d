"""The maximum of a smooth log-likelihood by Newton's method, with steps that always climb."""

from collections.abc import Callable

import numpy as np

from analysis.models.mixed_counts.counts import NoConvergenceError

MOST_STEPS = 100
GAIN = 1e-10  # twice the log-likelihood still to be gained by the last step, as its quadratic has it
THERE = 1e-16  # the same, where no further step is taken
ROUNDING = 1e-7  # of log-likelihood that a step may seem to lose: it is a difference of sums over large counts
MOST_HALVINGS = 60
LEAST_CURVATURE = 1e-12  # of the largest; a flatter direction is stepped along as if it had this much
DIFFERENCE = 1e-3  # in standard errors: the error of a second derivative is of the order of its square
Derivatives = Callable[[np.ndarray], tuple[float, np.ndarray, np.ndarray]]
Gradient = Callable[[np.ndarray], tuple[float, np.ndarray]]


def maximum(derivatives: Derivatives, start: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return where (k,) a log-likelihood is highest, from ``start`` (k,), and its Hessian (k, k) there.

    ``derivatives`` gives value, gradient and Hessian. Raises ``NoConvergenceError`` if no maximum is found.
    """
    at = start
    value, gradient, hessian = derivatives(at)
    for _ in range(MOST_STEPS):
        step = _uphill(gradient, hessian)
        gain = float(gradient @ step)
        if gain < THERE:
            return at, _checked(hessian)
        if gain < GAIN:
            at = at + step
            return at, _checked(derivatives(at)[2])  # there, not a step before: how that came depends on last digits
        tried = derivatives(at + step)
        for _ in range(MOST_HALVINGS):
            if tried[0] > value - ROUNDING:
                break
            step = step / 2
            tried = derivatives(at + step)
        at, (value, gradient, hessian) = at + step, tried
    raise NoConvergenceError(f"no maximum of the likelihood in {MOST_STEPS} steps: the model asks too much of the data")


def with_differences(gradient: Gradient, scale: np.ndarray) -> Derivatives:
    """Return derivatives whose Hessian is taken by central differences of an exact gradient.

    ``scale`` (q,) are standard errors, or of their order.
    """

    def derivatives(at: np.ndarray) -> tuple[float, np.ndarray, np.ndarray]:
        value, slope = gradient(at)
        steps = np.diag(scale * DIFFERENCE)
        rows = [(gradient(at + step)[1] - gradient(at - step)[1]) / (2 * step.sum()) for step in steps]
        hessian = np.array(rows)
        return value, slope, (hessian + hessian.T) / 2

    return derivatives


def _uphill(gradient: np.ndarray, hessian: np.ndarray) -> np.ndarray:
    """Return Newton's step, with directions that curve upwards turned round so that it always climbs."""
    scale = 1 / np.sqrt(np.maximum(np.abs(np.diag(hessian)), np.finfo("float64").tiny))
    values, vectors = np.linalg.eigh(-hessian * np.outer(scale, scale))
    size = np.maximum(np.abs(values), LEAST_CURVATURE * np.abs(values).max())
    return scale * (vectors @ ((vectors.T @ (scale * gradient)) / size))


def _checked(hessian: np.ndarray) -> np.ndarray:
    scale = 1 / np.sqrt(np.abs(np.diag(hessian)))
    if not np.linalg.eigvalsh(-hessian * np.outer(scale, scale))[0] > LEAST_CURVATURE:
        raise NoConvergenceError("the likelihood is flat where the search ended: the model asks too much of the data")
    return hessian
