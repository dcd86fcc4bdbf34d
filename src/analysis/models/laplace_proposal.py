"""Proposals near the posterior of ``province_intensities``: Laplace fits given the two spreads.

The printed totals pin down few directions of many parameters, but sums of exponentials bend those directions. So a
proposal has two steps. Once: the prior of the spreads (tau, sigma) is cut into cells, and in each a Laplace fit finds
the directions the totals speak about and how likely the cell is. Per draw: the spreads come from the prior within a
cell, the parameters across the directions of that cell from their prior, and those along them from a Laplace fit of
their own, given the rest.

A proposal only, which any error makes less efficient but not wrong: the density it was drawn from is returned.
"""

from dataclasses import dataclass

import numpy as np
from scipy.special import logsumexp

from analysis.models.expected_totals import Known, expected, log_likelihood, slopes
from analysis.models.province_intensities import Array, Intensities, intensities, log_intensities, spreads

N_STEPS_ONCE, N_STEPS_PER_DRAW = 15, 3  # Newton steps; the second start from the mode of the first
LONGEST_STEP = 1.5  # in any coordinate: a sum of exponentials far from its total bends too much for a longer one
STRETCHES = np.array([1.1, 2.0, 4.0])  # of the standard deviations, drawn by the shares below: the wide ones reach
STRETCH_SHARES = np.array([0.7, 0.2, 0.1])  # where the ridge of a sum bends away from the fit, else weights explode
AT_ONCE = 500  # draws fitted at once: their arrays then stay in the processor's cache
TEMPER = 0.5  # power of the approximate evidence of a cell
UNIFORM_SHARE = 0.5  # of the draws go to the cells evenly, since the approximate evidence can be far off


@dataclass(frozen=True)
class Proposal:
    """A grid of cells of the two spreads, equally likely a priori: one row a cell in every array.

    ``corner`` (cells, 2) is where a cell begins, in prior probability, and ``chance`` how often it is drawn;
    ``directions`` (cells, directions, parameters) are orthonormal and ``mode`` (cells, directions) lies along them.
    """

    known: Known
    corner: Array
    chance: Array
    directions: Array
    mode: Array

    def drawn(self, n_draws: int, rng: np.random.Generator) -> tuple[Intensities, Array]:
        """Return intensities and the log of their prior density over their proposal density, up to a constant."""
        steps = (np.arange(n_draws) + rng.uniform()) / n_draws
        cell = np.minimum(np.searchsorted(np.cumsum(self.chance), steps), len(self.chance) - 1)
        width = 1 / np.sqrt(len(self.chance))
        tau, sigma = spreads(self.corner[cell] + width * rng.uniform(size=(n_draws, 2)), self.known.priors)
        anywhere = rng.standard_normal((n_draws, self.directions.shape[2]))
        parts = np.array_split(np.arange(n_draws), -(-n_draws // AT_ONCE))
        fits = [self._fit(cell[part], anywhere[part], tau[part], sigma[part]) for part in parts]
        across, centre, factor = (np.concatenate(of_parts) for of_parts in zip(*fits, strict=True))
        stretch = rng.choice(STRETCHES, size=n_draws, p=STRETCH_SHARES)
        plain = stretch[:, None] * rng.standard_normal(centre.shape)
        along = centre + np.linalg.solve(np.swapaxes(factor, 1, 2), plain[:, :, None])[:, :, 0]
        log_ratio = -0.5 * (along**2).sum(axis=1) - _log_density_of_stretched(plain) - np.log(self.chance[cell])
        log_ratio -= np.log(np.diagonal(factor, axis1=1, axis2=2)).sum(axis=1)
        standard = across + _moved(self.directions[cell], along)
        return intensities(standard, tau, sigma, self.known.units, self.known.priors), log_ratio

    def _fit(self, cell: Array, anywhere: Array, tau: Array, sigma: Array) -> tuple[Array, Array, Array]:
        """Return parameters across the directions of cells, and along these the mode and the root of the precision."""
        directions = self.directions[cell]
        across = anywhere - _moved(directions, _along(directions, anywhere))
        base = log_intensities(across, tau, sigma, self.known.units, self.known.priors)
        design = _design(directions, tau, sigma, self.known)
        centre, scaled = _laplace(base, design, self.mode[cell], N_STEPS_PER_DRAW, self.known)
        return across, centre, np.linalg.cholesky(np.swapaxes(scaled, 1, 2) @ scaled + np.eye(directions.shape[1]))


def _log_density_of_stretched(plain: Array) -> Array:
    """Return the log density, up to a constant, of the mixture of stretched standard normals at ``plain`` (n, k)."""
    squares = 0.5 * (plain**2).sum(axis=1, keepdims=True) / STRETCHES**2
    return logsumexp(-squares - plain.shape[1] * np.log(STRETCHES), axis=1, b=STRETCH_SHARES)


def fitted(known: Known, n_cells_a_side: int) -> Proposal:
    """Return the proposal for what is known, each cell of spreads fitted at its middle."""
    steps = np.arange(n_cells_a_side) / n_cells_a_side
    corner = np.array([(tau, sigma) for tau in steps for sigma in steps])
    n_cells, n_parameters = len(corner), known.units.n_standard
    tau, sigma = spreads(corner + 0.5 / n_cells_a_side, known.priors)
    base = log_intensities(np.zeros((n_cells, n_parameters)), tau, sigma, known.units, known.priors)
    design = _design(np.broadcast_to(np.eye(n_parameters), (n_cells, n_parameters, n_parameters)), tau, sigma, known)
    centre, scaled = _laplace(base, design, np.zeros((n_cells, n_parameters)), N_STEPS_ONCE, known)
    directions = _orthonormal(scaled)
    root = np.linalg.cholesky(scaled @ np.swapaxes(scaled, 1, 2) + np.eye(len(known.seen)))
    evidence = log_likelihood(base + _moved(design, centre), known) - 0.5 * (centre**2).sum(axis=1)
    evidence -= np.log(np.diagonal(root, axis1=1, axis2=2)).sum(axis=1)
    likely = np.exp(TEMPER * (evidence - evidence.max()))
    chance = (1 - UNIFORM_SHARE) * likely / likely.sum() + UNIFORM_SHARE / n_cells
    return Proposal(known, corner, chance, directions, _along(directions, centre))


def _orthonormal(rows: Array) -> Array:
    """Return orthonormal directions (n, rows, parameters) with the span of ``rows``: of each, what those before lack.

    Not singular vectors: these point either way, and turn where two are as long, by the last digits of a processor.
    """
    columns, triangle = np.linalg.qr(np.swapaxes(rows, 1, 2))
    side = np.where(np.diagonal(triangle, axis1=1, axis2=2) < 0, -1.0, 1.0)
    return np.ascontiguousarray(np.swapaxes(columns * side[:, None, :], 1, 2))


def _design(directions: Array, tau: Array, sigma: Array, known: Known) -> Array:
    """Return what a step along each direction adds to ``log_intensities``, linear in the parameters: a row a direction.

    ``directions`` have shape (n, directions, parameters), the result (n, directions, logs).
    """
    n, k, n_parameters = directions.shape
    every = np.concatenate([np.zeros((1, n_parameters)), directions.reshape(-1, n_parameters)])
    tau, sigma = (np.append(spread[:1], np.repeat(spread, k)) for spread in (tau, sigma))
    logs = log_intensities(every, tau, sigma, known.units, known.priors)
    return (logs[1:] - logs[0]).reshape(n, k, -1)


def _laplace(base: Array, design: Array, start: Array, n_steps: int, known: Known) -> tuple[Array, Array]:
    """Return the mode of standard normal coordinates and the root of the information about them.

    ``base`` (n, logs) and ``design`` (n, coordinates, logs) give the logs; the root has shape (n, totals,
    coordinates): the precision at the mode is root' root + 1. Fisher scoring; a total far above its expectation is
    met on the log scale, and steps are bounded, so that none overshoots.
    """
    centre = start
    for _ in range(n_steps):
        totals = expected(base + _moved(design, centre), known)
        slope = slopes(totals, design, known)
        ratio = known.seen / np.exp(totals.log_expected)
        residual = np.where(ratio > 1, np.log(np.maximum(ratio, 1)), ratio - 1)
        root = np.sqrt(totals.information)
        scaled = slope * root[:, :, None]
        target = root * (_along(slope, centre) + residual)
        gram = scaled @ np.swapaxes(scaled, 1, 2) + np.eye(len(known.seen))
        step = _moved(scaled, np.linalg.solve(gram, target[:, :, None])[:, :, 0]) - centre
        centre = centre + step * np.minimum(1, LONGEST_STEP / np.abs(step).max(axis=1, keepdims=True).clip(1e-9))
    totals = expected(base + _moved(design, centre), known)
    return centre, slopes(totals, design, known) * np.sqrt(totals.information)[:, :, None]


def _along(slope: Array, coordinates: Array) -> Array:
    return (slope @ coordinates[:, :, None])[:, :, 0]


def _moved(directions: Array, coordinates: Array) -> Array:
    return (coordinates[:, None, :] @ directions)[:, 0, :]
