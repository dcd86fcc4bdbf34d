"""Models of one item given all others, with an effect of each cluster, and draws from what the answers say of them.

A yes-or-no item is logistic, an amount normal: eta_i = x_i'b + z_c'g + u_c with u_c ~ N(0, sd^2), x_i of the row and
z_c of its cluster. All of b, g and u are drawn at once from the normal approximation to their posterior around the
mode (Laplace; exact for amounts), sd before them from its likelihood with u integrated out (penalised quasi-likelihood
for yes-or-no items). Priors: coefficients N(0, 2.5^2) for a change of one unit, which of amounts is one sd of their
logs, the constant N(0, 10^2), sd uniform on a grid: they keep the draws proper where an answer is rare or columns
separate the answers.

Clusters enter through sums over their rows alone, so that strata and other columns of clusters cost next to nothing.

References: Breslow and Clayton (1993) JASA 88:9-25; Gelman et al. (2008) Annals of Applied Statistics 2:1360-1383.
"""

from dataclasses import dataclass, replace

import numpy as np
from scipy import linalg, sparse, special

PRIOR_SD, PRIOR_SD_CONSTANT = 2.5, 10.0  # a log odds ratio beyond 5 for a change of one is not expected (Gelman)
SD_GRID = 3 * (np.arange(1, 61) / 60) ** 2  # sd of clusters: fine where small, up to a 400-fold odds between clusters
FIRST_SD = 0.3
LEAST_VARIANCE = 1e-4  # of logs in units of their sd: amounts that follow from others still leave something open
LARGEST_STEP = 3.0
N_FIRST_STEPS = 8


@dataclass(frozen=True, eq=False)
class Rows:
    """What explains an item: ``columns`` (n, p) of rows, ``context`` (G, q) of clusters, the ``cluster`` (n,) of each.

    Rows stand together by cluster, 0 to G - 1; the first column of ``context`` is the constant.
    """

    columns: np.ndarray
    context: np.ndarray
    cluster: np.ndarray

    def sums(self, weights: np.ndarray, of: np.ndarray) -> np.ndarray:
        """Return the sums (G, ...) over the rows of each cluster of ``weights`` (n,) times ``of`` (n, ...)."""
        ends = np.searchsorted(self.cluster, np.arange(len(self.context) + 1))
        return sparse.csr_array((weights, np.arange(len(weights)), ends), (len(self.context), len(weights))) @ of


@dataclass(frozen=True, eq=False)
class State:
    """Mode of the coefficients (p + q,) and effects (G,) of clusters, their ``sd``, and the ``variance`` of an amount.

    ``variance`` 0 marks a yes-or-no item.
    """

    coefficients: np.ndarray
    effects: np.ndarray
    sd: float
    variance: float


@dataclass(frozen=True, eq=False)
class Draw:
    """``eta`` (n,) of drawn parameters, ``effects`` (G,) drawn with coefficients at their mode, the next ``state``."""

    eta: np.ndarray
    effects: np.ndarray
    state: State


@dataclass(frozen=True, eq=False)
class _Expansion:
    """Second-order expansion of the log likelihood around a state, clusters kept apart."""

    used: np.ndarray  # places of the coefficients in the model (k,)
    n_of_clusters: int  # how many of them belong to columns of clusters
    gradient: np.ndarray  # (k,)
    information: np.ndarray  # (k, k)
    by_cluster: np.ndarray  # information between coefficients and effects (G, k)
    score: np.ndarray  # (G,)
    weight: np.ndarray  # information of the effects (G,)


def linear_predictor(rows: Rows, coefficients: np.ndarray, effects: np.ndarray) -> np.ndarray:
    """Return eta (n,)."""
    p = rows.columns.shape[1]
    return rows.columns @ coefficients[:p] + (rows.context @ coefficients[p:] + effects)[rows.cluster]


def started(y: np.ndarray, asked: np.ndarray, rows: Rows, used: np.ndarray, is_amount: bool) -> State:
    """Return the state at the mode; ``asked`` marks the rows whose ``y`` is known, ``used`` the coefficients."""
    p, q = rows.columns.shape[1], rows.context.shape[1]
    coefficients, mean = np.zeros(p + q), float(y[asked].mean())
    coefficients[p] = mean if is_amount else special.logit(mean)
    variance = float(y[asked].var()) if is_amount else 0.0
    state = State(coefficients, np.zeros(len(rows.context)), FIRST_SD, variance)
    for _ in range(N_FIRST_STEPS):
        expansion = _expanded(y, asked, rows, used, state)
        state = replace(state, sd=_likely_sd(expansion, state))
        state = _stepped(state, expansion)[0]
        state = replace(state, variance=_mean_square(y, asked, rows, state) if is_amount else 0.0)
    return state


def drawn(
    y: np.ndarray, asked: np.ndarray, rows: Rows, used: np.ndarray, state: State, rng: np.random.Generator
) -> Draw:
    """Return eta under parameters drawn from what the ``asked`` rows say."""
    expansion = _expanded(y, asked, rows, used, state)
    mode, factor = _stepped(replace(state, sd=_drawn_sd(expansion, state, rng)), expansion)
    deviation = np.zeros_like(mode.coefficients)
    deviation[used] = linalg.solve_triangular(factor, rng.standard_normal(len(used)), lower=True, trans="T")
    spread = _shrunken(expansion, mode.sd)
    effects = mode.effects + np.sqrt(spread) * rng.standard_normal(len(spread))
    drawn_effects = effects - spread * (expansion.by_cluster @ deviation[used])
    eta = linear_predictor(rows, mode.coefficients + deviation, drawn_effects)
    if state.variance:
        residual = float(((y - eta)[asked] ** 2).sum())
        mode = replace(mode, variance=max(residual / rng.chisquare(asked.sum()), LEAST_VARIANCE))
    return Draw(eta, effects, mode)


def _expanded(y: np.ndarray, asked: np.ndarray, rows: Rows, used: np.ndarray, state: State) -> _Expansion:
    eta = linear_predictor(rows, state.coefficients, state.effects)
    if state.variance:
        weight, residual = asked / state.variance, np.where(asked, y - eta, 0) / state.variance
    else:
        mean = special.expit(eta)
        weight, residual = asked * mean * (1 - mean), np.where(asked, y - mean, 0)
    root = np.sqrt(weight)
    weighted = rows.columns * root[:, None]
    of_rows, of_clusters = rows.sums(root, weighted), rows.sums(weight, np.ones(len(y)))
    score = rows.sums(residual, np.ones(len(y)))
    by_cluster = np.hstack([of_rows, of_clusters[:, None] * rows.context])
    across = of_rows.T @ rows.context
    information = np.block([[weighted.T @ weighted, across], [across.T, rows.context.T @ by_cluster[:, len(across) :]]])
    precision = _prior_precision(rows)
    gradient = np.r_[residual @ rows.columns, score @ rows.context] - precision * state.coefficients
    information[np.diag_indices_from(information)] += precision
    n_of_clusters = int((used >= rows.columns.shape[1]).sum())
    kept = information[np.ix_(used, used)]
    return _Expansion(used, n_of_clusters, gradient[used], kept, by_cluster[:, used], score, of_clusters)


def _stepped(state: State, expansion: _Expansion) -> tuple[State, np.ndarray]:
    """Return the state one Newton step on, and the Cholesky factor of the information with effects integrated out."""
    spread = _shrunken(expansion, state.sd)
    of_effects = expansion.score - state.effects / state.sd**2
    information = expansion.information - expansion.by_cluster.T @ (spread[:, None] * expansion.by_cluster)
    factor = linalg.cholesky(information, lower=True)
    right = expansion.gradient - expansion.by_cluster.T @ (spread * of_effects)
    step = linalg.cho_solve((factor, True), right)
    step /= max(1.0, np.abs(step).max() / LARGEST_STEP)
    coefficients = state.coefficients.copy()
    coefficients[expansion.used] += step
    effects = state.effects + spread * (of_effects - expansion.by_cluster @ step)
    return replace(state, coefficients=coefficients, effects=effects), factor


def _shrunken(expansion: _Expansion, sd: float) -> np.ndarray:
    """Return the variance of each effect given its cluster's answers and the coefficients."""
    return 1 / (expansion.weight + 1 / sd**2)


def _sd_log_likelihood(expansion: _Expansion, state: State) -> np.ndarray:
    """Return the log likelihood of each sd of the grid: a cluster's residuals sum to N(0, weight + weight^2 sd^2).

    Coefficients of clusters use up degrees of freedom: squares are raised by G / (G - q) as a residual variance is.
    """
    is_seen = expansion.weight > 0
    weight, total = expansion.weight[is_seen], (expansion.score + expansion.weight * state.effects)[is_seen]
    n_fitted = min(expansion.n_of_clusters, is_seen.sum() // 2)
    square = total**2 * is_seen.sum() / (is_seen.sum() - n_fitted)
    inflated = 1 + weight * SD_GRID[:, None] ** 2
    return 0.5 * (square * SD_GRID[:, None] ** 2 / inflated - np.log(inflated)).sum(axis=1)


def _likely_sd(expansion: _Expansion, state: State) -> float:
    return float(SD_GRID[_sd_log_likelihood(expansion, state).argmax()])


def _drawn_sd(expansion: _Expansion, state: State, rng: np.random.Generator) -> float:
    """Return one sd of the grid by its posterior under a uniform prior (points are denser near 0: weighed by gaps)."""
    log_posterior = _sd_log_likelihood(expansion, state) + np.log(np.gradient(SD_GRID))
    chances = special.softmax(log_posterior).cumsum()
    return float(SD_GRID[min(int(np.searchsorted(chances, rng.random())), len(SD_GRID) - 1)])


def _mean_square(y: np.ndarray, asked: np.ndarray, rows: Rows, state: State) -> float:
    residual = (y - linear_predictor(rows, state.coefficients, state.effects))[asked]
    return max(float(residual @ residual / len(residual)), LEAST_VARIANCE)


def _prior_precision(rows: Rows) -> np.ndarray:
    precision = np.full(rows.columns.shape[1] + rows.context.shape[1], PRIOR_SD**-2)
    precision[rows.columns.shape[1]] = PRIOR_SD_CONSTANT**-2
    return precision
