"""Cox's proportional hazards regression: Efron's ties, delayed entry, strata, weights, variance by cluster.

Estimand: log hazard ratios b of hazard(t | x) = hazard_stratum(t) exp(offset + x' b). With competing ends, and those
counted as censored, the hazard is that of one cause: its rate among those to whom nothing has happened yet. It does not
say how many come to it. Covariates that change with time, and people seen from a later day on, are rows (entry, exit].
ASSUME: proportional hazards within strata; rows leave for reasons that the covariates explain; what a row holds was
known when it began; clusters are independent of each other.
Uncertainty: ``covariance`` is the inverse information, right if rows are independent; ``robust_covariance`` that of
cluster sums of score residuals, right with many clusters; ``few_clusters.corrected`` also with few.

References: Cox (1972) JRSS B 34:187-220; Efron (1977) JASA 72:557-565; Lin and Wei (1989) JASA 84:1074-1078; Therneau
and Grambsch (2000) Modeling Survival Data. Held to R's ``survival::coxph`` in ``tests/models/survival``.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from analysis.models.survival.at_risk import sums_by
from analysis.models.survival.cox_likelihood import CoxRows, TiedSums, log_likelihood, tied_sums
from analysis.models.survival.cox_rows import codes_of, cox_rows
from analysis.models.survival.cox_scores import score_rows
from analysis.models.survival.cox_search import maximum


@dataclass(frozen=True, eq=False)
class CoxFit:
    """Coefficients (k,) of ``names``, with ``covariance`` (k, k) of independent rows and, by cluster, robust.

    ``n``, ``n_events``: rows and rows with an event; ``log_likelihood``, and ``log_likelihood_null`` with all
    coefficients 0. ``rows`` and ``sums``: what ``cox_residuals``, ``cox_baseline`` and ``few_clusters`` start from.
    With clusters (G of them): ``cluster_labels`` (G,), ``cluster_codes`` (n,), ``cluster_scores`` (G, k), the sums of
    score residuals; ``cluster_influence`` is to first order what the coefficients gain by a cluster.
    """

    names: tuple[str, ...]
    coefficients: np.ndarray
    covariance: np.ndarray
    robust_covariance: np.ndarray | None
    log_likelihood: float
    log_likelihood_null: float
    n: int
    n_events: int
    rows: CoxRows
    sums: TiedSums
    information: np.ndarray
    cluster_labels: np.ndarray | None = None
    cluster_codes: np.ndarray | None = None
    cluster_scores: np.ndarray | None = None

    @property
    def n_clusters(self) -> int:
        """Number of clusters; 0 if none were given."""
        return 0 if self.cluster_labels is None else len(self.cluster_labels)

    @property
    def standard_error(self) -> np.ndarray:
        """Standard errors (k,): robust ones where clusters were given."""
        return np.sqrt(np.diag(self.covariance if self.robust_covariance is None else self.robust_covariance))

    @property
    def cluster_influence(self) -> np.ndarray:
        """Change of the coefficients by each cluster (G, k), to first order (sums of R's ``dfbeta``)."""
        return self.cluster_scores @ self.covariance


def cox_fit(
    entry: ArrayLike,
    exit: ArrayLike,  # noqa: A002
    event: ArrayLike,
    covariates: ArrayLike,
    clusters: ArrayLike | None = None,
    strata: ArrayLike | None = None,
    weights: ArrayLike | None = None,
    offset: ArrayLike | None = None,
    start: ArrayLike | None = None,
) -> CoxFit:
    """Return the fit of n rows under observation in (entry, exit], ``event`` at its end or not.

    ``entry`` may be 0 for all. ``covariates`` (n, k): a frame or an array, no constant, k may be 0. ``clusters``,
    ``strata``: labels (n,). ``weights`` (n,): above 0; in ``covariance`` they count as rows, as in R, so that sampling
    weights need clusters. ``start`` (k,): where to begin, if a fit nearby is known.
    Raises ``ValueError`` for rows that cannot be (see ``cox_rows``) and for a single cluster, ``NotEstimableError`` for
    a column without information, ``SeparationError`` where a coefficient would be infinite.

    >>> fit = cox_fit([0, 0, 0, 0], [1, 2, 3, 4], [1, 1, 1, 0], [[1], [0], [1], [0]])
    >>> float(np.exp(fit.coefficients[0]).round(4))  # (1 + sqrt(17)) / 2
    2.5616
    """
    return fit_of_rows(cox_rows((entry, exit, event), covariates, strata, weights, offset), clusters, start)


def fit_of_rows(rows: CoxRows, clusters: ArrayLike | None = None, start: ArrayLike | None = None) -> CoxFit:
    """Return the fit of rows that are checked already, whatever their risk sets; all else as ``cox_fit``."""
    labels = None if clusters is None else _clusters(clusters, len(rows.columns))
    null = np.zeros(len(rows.names))
    found = maximum(rows, null if start is None else np.asarray(start, dtype="float64"))
    covariance = np.linalg.inv(found.information)
    codes = names = scores = robust = None
    if labels is not None:
        codes, names = labels
        scores = sums_by(codes, len(names), score_rows(rows, found.sums))
        influence = scores @ covariance
        robust = influence.T @ influence
    return CoxFit(
        names=rows.names,
        coefficients=found.coefficients,
        covariance=covariance,
        log_likelihood=found.log_likelihood,
        log_likelihood_null=found.log_likelihood_start if start is None else _log_likelihood_at(rows, null),
        n=len(rows.columns),
        n_events=len(rows.sets.event_rows),
        rows=rows,
        sums=found.sums,
        information=found.information,
        robust_covariance=robust,
        cluster_labels=names,
        cluster_codes=codes,
        cluster_scores=scores,
    )


def _clusters(clusters: ArrayLike, n: int) -> tuple[np.ndarray, np.ndarray]:
    codes, names = codes_of(clusters, n, "cluster")
    if len(names) < 2:
        raise ValueError("all rows are of one cluster, which does not tell how far clusters differ: leave clusters out")
    return codes, names


def _log_likelihood_at(rows: CoxRows, coefficients: np.ndarray) -> float:
    return log_likelihood(rows, tied_sums(rows, coefficients))
