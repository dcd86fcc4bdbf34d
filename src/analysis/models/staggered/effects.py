"""Effects of a roll-out added up over cells, with errors from the influence of each unit, bands and tests.

Estimand of a set of cells: O and E, the means of what was observed and of what would have been, over the cells
weighted by their started units; ``difference`` O - E, or ``log_ratio`` log(O / E). Over all cells from the start on
this is the effect for a unit (a child, by weight) and period under the programme.
Uncertainty: clusters are independent; the variance is the sum of their squared influences. Student's t with
Welch-Satterthwaite's degrees of freedom over cohorts, where clusters lie within cohorts; else clusters less one.
Bands hold for all effects at once: the quantile of the largest of the correlated t statistics, by simulation.
References: Callaway and Sant'Anna (2021) J Econometrics 225:200-230, sections 3 and 4; Montiel Olea and
Plagborg-Moller (2019) J Appl Econometrics 34:1-17 (bands from the joint distribution).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import stats

from analysis.models.counts import tail_of
from analysis.models.staggered.group_time import GroupTime

DIFFERENCE, LOG_RATIO = "difference", "log_ratio"
N_DRAWS = 10_000  # of the largest t: its 95 % quantile is then known within 0.02


@dataclass(frozen=True, eq=False)
class Effects:
    """``estimates`` (L,) of ``labels`` (L,) with ``influence`` (N, L); ``observed`` and ``expected`` (L,) means.

    ``n_cohorts`` (L,): groups that an effect is told of. ``clusters`` and ``starts`` (N,) are those of the units.
    """

    labels: np.ndarray
    estimates: np.ndarray
    influence: np.ndarray
    observed: np.ndarray
    expected: np.ndarray
    n_cohorts: np.ndarray
    clusters: np.ndarray
    starts: np.ndarray

    @property
    def sums(self) -> np.ndarray:
        """Influences (G, L) summed by cluster."""
        sums = np.zeros((int(self.clusters.max()) + 1, len(self.labels)))
        np.add.at(sums, self.clusters, self.influence)
        return sums

    @property
    def covariance(self) -> np.ndarray:
        """Covariance (L, L) of the estimates; missing where an arm had a single cluster."""
        return self.sums.T @ self.sums

    @property
    def standard_error(self) -> np.ndarray:
        """Standard errors (L,)."""
        return np.sqrt(np.diag(self.covariance))

    @property
    def degrees_of_freedom(self) -> np.ndarray:
        """Degrees of freedom (L,) of Student's t; missing where there is no error."""
        return _degrees_of_freedom(self.sums, _starts_of_clusters(self.clusters, self.starts))

    def interval(self, confidence: float) -> np.ndarray:
        """Return the ends (L, 2) of the interval of each effect by itself, on the scale of the estimates."""
        half = stats.t.isf(tail_of(confidence), self.degrees_of_freedom) * self.standard_error
        return np.column_stack([self.estimates - half, self.estimates + half])

    def band(self, confidence: float, rng: np.random.Generator, n_draws: int = N_DRAWS) -> np.ndarray:
        """Return the ends (L, 2) of intervals that hold for all effects at once; never narrower than ``interval``."""
        alone = self.interval(confidence)
        if not np.isfinite(self.standard_error).any():
            return alone
        level = np.quantile(self.largest_t(rng, n_draws), 1 - 2 * tail_of(confidence))
        half = np.maximum(level * self.standard_error, (alone[:, 1] - alone[:, 0]) / 2)
        return np.column_stack([self.estimates - half, self.estimates + half])

    def largest_t(self, rng: np.random.Generator, n_draws: int = N_DRAWS) -> np.ndarray:
        """Return draws (B,) of the largest |t| among effects that are all 0, with the correlation they have."""
        error = self.standard_error
        told = np.isfinite(error) & (error > 0)
        values, axes = np.linalg.eigh(self.covariance[np.ix_(told, told)] / np.outer(error[told], error[told]))
        root = axes * np.sqrt(np.maximum(values, 0))
        normal = np.abs(rng.standard_normal((n_draws, told.sum())) @ root.T).max(axis=1)
        df = self.degrees_of_freedom[told].min()
        return normal / np.sqrt(rng.chisquare(df, n_draws) / df)

    def kept(self, rows: np.ndarray) -> "Effects":
        """Return the effects ``rows`` (L,) of bool."""
        of_label = (self.observed[rows], self.expected[rows], self.n_cohorts[rows], self.clusters, self.starts)
        return Effects(self.labels[rows], self.estimates[rows], self.influence[:, rows], *of_label)


def effects_by_time(
    cells: GroupTime,
    measure: str = DIFFERENCE,
    *,
    window: tuple[int, int] | None = None,
    balanced_to: int | None = None,
) -> Effects:
    """Return the event study: one effect for each number of periods since the start, those before it too.

    ``window``: first and last number of periods told. ``balanced_to``: only groups seen so many periods after their
    start, so that effects from 0 on are of the same groups.
    """
    first, last = window or (cells.since.min(), cells.since.max())
    rows = (cells.since >= first) & (cells.since <= last)
    if balanced_to is not None:
        rows &= np.isin(cells.cohorts, cells.cohorts[cells.since == balanced_to])
    return _added(cells, np.where(rows, cells.since, np.nan), measure)


def effects_by_cohort(cells: GroupTime, measure: str = DIFFERENCE) -> Effects:
    """Return one effect for each group that started together, over all its periods from the start on."""
    return _added(cells, np.where(cells.since >= 0, cells.cohorts, np.nan), measure)


def effects_by_period(cells: GroupTime, measure: str = DIFFERENCE) -> Effects:
    """Return one effect for each period, over all groups that had started by then."""
    return _added(cells, np.where(cells.since >= 0, cells.times, np.nan), measure)


def effect_overall(cells: GroupTime, measure: str = DIFFERENCE) -> Effects:
    """Return the one effect over all groups and periods from the start on: for a unit and period under it."""
    return _added(cells, np.where(cells.since >= 0, 0.0, np.nan), measure)


def _added(cells: GroupTime, labels: np.ndarray, measure: str) -> Effects:
    """Return the effects of cells added up by ``labels`` (C,), those with ``nan`` left out."""
    if measure not in (DIFFERENCE, LOG_RATIO):
        raise ValueError(f"the measure must be {DIFFERENCE} or {LOG_RATIO}; it is {measure!r}")
    found = np.unique(labels[~np.isnan(labels)])
    columns = [_one(cells, labels == label, measure) for label in found]
    estimates, influences, observed, expected, n_cohorts = _unzipped(columns)
    influence = np.array(influences).T if columns else np.empty((len(cells.starts), 0))
    told = (np.array(estimates), influence, np.array(observed), np.array(expected), np.array(n_cohorts))
    return Effects(found, *told, cells.clusters, cells.starts)


def _one(cells: GroupTime, rows: np.ndarray, measure: str) -> tuple[float, np.ndarray, float, float, int]:
    share = cells.weights[rows] / cells.weights[rows].sum()
    observed, expected = share @ cells.observed[rows], share @ cells.expected[rows]
    of_observed, of_expected = cells.influence_observed[:, rows] @ share, cells.influence_expected[:, rows] @ share
    n_cohorts = len(np.unique(cells.cohorts[rows]))
    if measure == DIFFERENCE:
        return observed - expected, of_observed - of_expected, observed, expected, n_cohorts
    if not (observed > 0 and expected > 0):
        return np.nan, np.full(len(of_observed), np.nan), observed, expected, n_cohorts
    return np.log(observed / expected), of_observed / observed - of_expected / expected, observed, expected, n_cohorts


def _unzipped(columns: Sequence[tuple[object, ...]]) -> list[tuple[object, ...]]:
    return list(zip(*columns, strict=True)) if columns else [()] * 5


def _starts_of_clusters(clusters: np.ndarray, starts: np.ndarray) -> np.ndarray | None:
    """Return the start (G,) of each cluster, those that stand alone in theirs put together; ``None`` if one has two."""
    pairs = np.unique(np.column_stack([clusters, starts]), axis=0)
    if len(pairs) > len(np.unique(clusters)):
        return None
    levels, codes, sizes = np.unique(pairs[:, 1], return_inverse=True, return_counts=True)
    return np.where(sizes[codes] > 1, codes, len(levels))


def _degrees_of_freedom(sums: np.ndarray, strata: np.ndarray | None) -> np.ndarray:
    """Return Welch-Satterthwaite's degrees of freedom (L,): (sum v)^2 / sum(v^2 / (m - 1)) of variances of strata."""
    if strata is None:
        return np.where(np.isnan(sums).any(axis=0), np.nan, max(len(sums) - 1, 1))
    codes = np.unique(strata, return_inverse=True)[1]
    variances = np.zeros((codes.max() + 1, sums.shape[1]))
    np.add.at(variances, codes, sums**2)
    left = np.maximum(np.bincount(codes) - 1, 1)[:, None]
    below = (variances**2 / left).sum(axis=0)
    return np.divide(variances.sum(axis=0) ** 2, below, out=np.full(sums.shape[1], np.nan), where=below > 0)
