"""Calibration of incidences foretold up to a day: of those to whom 20 in 100 is foretold, do 20 have the event by then?

Who is censored before the day has no outcome; each child stands instead with a pseudo-value of the Aalen-Johansen
incidence, the whole plus n times what the child adds to it, whose mean given covariates is the child's own incidence.

ASSUME: censoring and late entry depend neither on covariates nor on what is to come; foretold incidences do not rest
on the child's own outcome. Clusters are independent; Student's t with one degree of freedom less than clusters.
References: Andersen and Perme (2010) Stat Methods Med Res 19:71-99; van Geloven et al. (2022) BMJ 377:e069249; Royston
(2014) Stata J 14:738-755. Held to R's ``survival::pseudo`` and ``geepack::geese`` in the tests.
"""

import numpy as np
from numpy.typing import ArrayLike

from analysis.models.survey.generalised_linear import NotEstimableError
from analysis.models.survey.linearised import Estimated
from analysis.models.survival.counting import coded, count_events, observed, times_of_events
from analysis.models.survival.influence import influences, reached_by

GAIN, MOST_STEPS = 1e-12, 50
LARGEST_CONDITION = 1e12  # of the equations: beyond it the line goes off, as where nobody has the event


def incidence_pseudo_values(
    entry: ArrayLike, exit_: ArrayLike, cause: ArrayLike, of_cause: int, n_causes: int, horizon: float
) -> np.ndarray:
    """Return pseudo-values (n,) of the incidence of ``of_cause`` (1 to ``n_causes``) up to ``horizon``.

    Infinitesimal jackknife. They may lie below 0 or above 1. Raises ``ObservationError`` for impossible rows.
    """
    rows = observed(entry, exit_, cause, n_causes)
    times = times_of_events(rows, horizon)
    counts = count_events(rows, times)
    whole = counts.increments()[of_cause - 1].sum()
    moved = influences(rows, counts, reached_by(times, np.array([horizon])))
    return whole + rows.n * moved[:, 0, of_cause - 1]


def observed_to_foretold(pseudo_values: ArrayLike, foretold: ArrayLike, clusters: ArrayLike) -> Estimated:
    """Return how often the event happens for each time it was foretold, one value; its interval is on the log scale."""
    pseudo, risks, codes, n_clusters = _arrays(pseudo_values, foretold, clusters)
    ratio = pseudo.sum() / risks.sum()
    return _estimated(np.array([ratio]), ((pseudo - ratio * risks) / risks.sum())[:, None], codes, n_clusters)


def observed_by_group(
    pseudo_values: ArrayLike, foretold: ArrayLike, groups: ArrayLike, clusters: ArrayLike
) -> tuple[Estimated, np.ndarray]:
    """Return the observed incidence and the mean foretold one of each group, in the order of their names: (g,) each."""
    pseudo, risks, codes, n_clusters = _arrays(pseudo_values, foretold, clusters)
    number, names = coded(groups, len(pseudo), "group")
    member = number[:, None] == np.arange(len(names))
    share = member / member.sum(axis=0)
    means = pseudo @ share
    return _estimated(means, (pseudo[:, None] - means) * share, codes, n_clusters), risks @ share


def calibration_line(pseudo_values: ArrayLike, foretold: ArrayLike, clusters: ArrayLike) -> Estimated:
    """Return intercept and slope of the observed incidence on the foretold one, both as log(-log(1 - incidence)).

    ``pseudo_values``, ``foretold`` and ``clusters`` (n,). 0 and 1 are right; a slope below 1 says that foretold
    incidences lie too far apart. Estimating equations of independent rows with constant variance, as ``geese(mean.link
    = "cloglog")``. Raises ``NotEstimableError`` for foretold incidences of 0 or 1 or all alike, and where no solution
    is found.
    """
    pseudo, risks, codes, n_clusters = _arrays(pseudo_values, foretold, clusters)
    if not ((risks > 0) & (risks < 1)).all():
        raise NotEstimableError("a foretold incidence is 0 or 1: no line through its complementary log-log")
    if len(np.unique(risks)) < 2:
        raise NotEstimableError("all foretold incidences are alike: no line goes through one point")
    columns = np.column_stack([np.ones(len(risks)), np.log(-np.log1p(-risks))])
    at = np.array([0.0, 1.0])
    for _ in range(MOST_STEPS):
        with np.errstate(over="ignore", invalid="ignore"):  # of a line that goes off
            hazard = np.exp(columns @ at)
            slopes = columns * (hazard * np.exp(-hazard))[:, None]
        bread, score = slopes.T @ slopes, slopes * (pseudo + np.expm1(-hazard))[:, None]
        if not np.isfinite(bread).all() or np.linalg.cond(bread) > LARGEST_CONDITION:
            break
        step = np.linalg.solve(bread, score.sum(axis=0))
        at = at + step
        if score.sum(axis=0) @ step < GAIN:
            return _estimated(at, score @ np.linalg.inv(bread), codes, n_clusters)
    raise NotEstimableError("no line of calibration was found: foretold incidences may be nearly alike")


def _arrays(
    pseudo_values: ArrayLike, foretold: ArrayLike, clusters: ArrayLike
) -> tuple[np.ndarray, np.ndarray, np.ndarray, int]:
    pseudo, risks = np.asarray(pseudo_values, dtype="float64"), np.asarray(foretold, dtype="float64")
    codes, labels = coded(clusters, len(pseudo), "cluster")
    if len(labels) < 2:
        raise ValueError("all rows are of one cluster: nothing can be said of how clusters differ")
    return pseudo, risks, codes, len(labels)


def _estimated(estimate: np.ndarray, influence: np.ndarray, codes: np.ndarray, n_clusters: int) -> Estimated:
    """Return the estimate (k,) with the covariance of the ``influence`` (n, k) summed by cluster."""
    sums = np.stack([np.bincount(codes, column, n_clusters) for column in influence.T], axis=1)
    scale = n_clusters / (n_clusters - 1)
    return Estimated(estimate, scale * sums.T @ sums, n_clusters - 1, n_clusters)
