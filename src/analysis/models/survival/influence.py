"""How much each row moves a cumulative incidence: the infinitesimal jackknife of any weighted sum of its increments.

With F_k the Aalen-Johansen incidence of cause k and g a known function of time, theta_k = sum over times u of
g(u) dF_k(u): the incidence at t for g(u) = 1{u <= t}, the time lost to the cause before t for g(u) = max(t - u, 0).
The derivative of theta_k with respect to the weight of a row is the sum, over the times u at which it is at risk, of
g(u) S(u-)/Y(u) dM_k(u) - R_k(u)/(Y(u) - d(u)) dM(u), where R_k(u) is the part of theta_k that is still to come after
u, dM_k the row's event less its hazard, Y at risk, d events. Squares are summed over rows, or over clusters of rows.
References: Aalen, Borgan and Gjessing (2008) Survival and Event History Analysis, section 3.4; Therneau and Grambsch
(2000) Modeling Survival Data, section 7.1 (infinitesimal jackknife by cluster).
"""

import numpy as np

from analysis.models.survival.counting import Counts, Observed, positions


def reached_by(times: np.ndarray, at: np.ndarray) -> np.ndarray:
    """Return g (T, M) of the incidence at each of ``at`` (T,): 1 for the ``times`` (M,) up to it, else 0."""
    return (times[None, :] <= at[:, None]).astype("float64")


def left_of(times: np.ndarray, at: np.ndarray) -> np.ndarray:
    """Return g (T, M) of the time lost before each of ``at`` (T,): what is left of it at the ``times`` (M,)."""
    return np.maximum(at[:, None] - times[None, :], 0.0)


def influences(rows: Observed, counts: Counts, g: np.ndarray, total: bool = False) -> np.ndarray:
    """Return the weighted derivative (n, T, K) of theta with respect to each row's weight, times that weight.

    ``counts`` of all ``rows``, ``g`` (T, M). With ``total`` the causes are added up: (n, T, 1).
    """
    own, shared, risk = _slopes(counts, g)
    first, stop = positions(rows, counts.times)
    found = risk[first] - risk[stop]
    is_event = (rows.cause > 0) & (stop > 0)
    is_event &= rows.exit == counts.times[np.maximum(stop - 1, 0)] if len(counts.times) else False
    at, cause = stop[is_event] - 1, rows.cause[is_event] - 1
    found[is_event] -= shared[at]
    found[np.flatnonzero(is_event), :, cause] += own[at]
    found = found.sum(axis=2, keepdims=True) if total else found
    return found * rows.weights[:, None, None]


def summed_by(values: np.ndarray, codes: np.ndarray, size: int) -> np.ndarray:
    """Return sums (size, ...) of ``values`` (n, ...) over rows with the same code."""
    flat = values.reshape(len(values), -1)
    sums = [np.bincount(codes, column, minlength=size) for column in flat.T]
    return np.stack(sums, axis=1).reshape(size, *values.shape[1:])


def _slopes(counts: Counts, g: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return what an own event adds (M, T), what an event of any cause takes (M, T, K), risk so far (M + 1, T, K)."""
    at_risk, hazards, free = counts.at_risk, counts.hazards, counts.free_before()
    own = g * np.divide(free, at_risk, out=np.zeros_like(free), where=at_risk > 0)
    parts = g[:, None, :] * counts.increments()
    to_come = np.flip(np.cumsum(np.flip(parts, axis=2), axis=2), axis=2) - parts
    remaining = at_risk - counts.events.sum(axis=0)
    is_left = remaining > 1e-9 * np.maximum(at_risk, 1)  # else nobody is left and nothing is still to come
    shared = np.divide(to_come, remaining, out=np.zeros_like(to_come), where=is_left)
    risk = np.cumsum(own[:, None, :] * hazards - shared * hazards.sum(axis=0), axis=2)
    risk = np.concatenate([np.zeros((*risk.shape[:2], 1)), risk], axis=2)
    return own.T, shared.transpose(2, 0, 1), risk.transpose(2, 0, 1)
