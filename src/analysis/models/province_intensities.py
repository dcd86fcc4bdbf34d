"""Intensities of units whose counts are known only in sums: an aggregated Poisson model with shrunken unit effects.

For unit p with N_p people at risk and standardised covariates x_p:

    facilities   y_p ~ Poisson(N_p lambda_p),   log lambda_p = alpha + x_p' beta + tau u_p,   u_p ~ N(0, 1)
    children     c_p | y_p ~ Gamma(shape y_p a_p, scale kappa^2 s),   a_p = exp(sigma v_p) / kappa^2,   v_p ~ N(0, 1)

so a facility of unit p holds s exp(sigma v_p) children on average, with a coefficient of variation of kappa where
v_p = 0. Seen are sums of y and of c over blocks of units (``nested_totals``). Estimands: lambda_p and
lambda_p s exp(sigma v_p), both per person at risk, and the counts y_p and c_p.

Given the intensities and the totals of their blocks, the counts y are multinomial; given y and the child totals, the
children of a block split as a Dirichlet. Both are exact, which is why the sizes share a scale.

ASSUME: facilities arise independently given the intensities; what varies beyond that is tau u_p.
ASSUME: facilities of one unit have one mean size; sizes vary as a gamma whose scale all units share.
ASSUME: unit effects are exchangeable once the covariates are accounted for.

References: Best, Ickstadt & Wolpert (2000), Spatial Poisson regression for health and exposure data measured at
disparate resolutions, JASA 95, 1076-1088 (Poisson sums over areas); Gelman (2006), Prior distributions for variance
parameters in hierarchical models, Bayesian Analysis 1, 515-534 (half-normal spreads).
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaln, xlogy
from scipy.stats import halfnorm

from analysis.models.nested_totals import Block

Array = NDArray[np.floating]


@dataclass(frozen=True)
class Priors:
    """Priors on the log scale: normal for the levels and slopes, half-normal for the spreads; kappa is fixed."""

    rate: float  # median of exp(alpha), facilities per person at risk
    sd_log_rate: float
    sd_slope: float
    sd_unit: float  # scale of the half-normal of tau
    size: float  # median of s, children per facility
    sd_log_size: float
    sd_unit_size: float  # scale of the half-normal of sigma
    size_variation: float  # kappa


@dataclass(frozen=True)
class Units:
    """The units in order, their people at risk, shape (units,), and covariates, shape (units, covariates)."""

    codes: tuple[str, ...]
    n_at_risk: Array
    covariates: Array

    @property
    def n_standard(self) -> int:
        """Number of standard normal parameters: two levels, the slopes, two effects a unit."""
        return 2 + self.covariates.shape[1] + 2 * len(self.codes)


@dataclass(frozen=True)
class Totals:
    """Printed totals of one outcome as disjoint blocks of ``units``.

    Raises ``ValueError`` if the blocks do not cover every unit.
    """

    blocks: tuple[Block, ...]
    units: tuple[str, ...]

    def __post_init__(self) -> None:
        covered = {unit for block in self.blocks for unit in block.units}
        if apart := covered ^ set(self.units):
            raise ValueError(
                f"the printed totals and the units differ in {', '.join(sorted(apart))}; every unit must lie in a "
                "printed total, if only the total of all units"
            )

    @cached_property
    def sizes(self) -> Array:
        """The totals, one a block."""
        return np.array([block.total for block in self.blocks], dtype="float64")

    @cached_property
    def membership(self) -> Array:
        """1 where a unit (column) belongs to a block (row), else 0."""
        return np.array([[float(unit in block.units) for unit in self.units] for block in self.blocks])


@dataclass(frozen=True)
class Intensities:
    """One row a draw: ``rate`` and ``size`` have shape (draws, units), ``size_scale`` (draws,)."""

    rate: Array  # lambda, facilities per person at risk
    size: Array  # mean children per facility
    size_scale: Array  # kappa^2 s
    levels: dict[str, Array]  # alpha, tau, log_size, sigma and the slopes, shape (draws,)

    @property
    def size_shape(self) -> Array:
        """Shape of the gamma of one facility's children, a_p."""
        return self.size / self.size_scale[:, None]


def spreads(uniform: Array, priors: Priors) -> tuple[Array, Array]:
    """Return tau and sigma at uniform numbers of shape (draws, 2), by the quantiles of their half-normal priors."""
    return priors.sd_unit * halfnorm.ppf(uniform[:, 0]), priors.sd_unit_size * halfnorm.ppf(uniform[:, 1])


def log_intensities(standard: Array, tau: Array, sigma: Array, units: Units, priors: Priors) -> Array:
    """Return log lambda and log size of every unit and, last, log s: shape (draws, 2 * units + 1).

    Linear in the ``standard`` normal parameters, shape (draws, units.n_standard), at given spreads.
    """
    n_units, n_slopes = units.covariates.shape
    level, log_size, beta = standard[:, 0], standard[:, 1], standard[:, 2 : 2 + n_slopes]
    u, v = standard[:, 2 + n_slopes : 2 + n_slopes + n_units], standard[:, 2 + n_slopes + n_units :]
    alpha = np.log(priors.rate) + priors.sd_log_rate * level
    log_s = (np.log(priors.size) + priors.sd_log_size * log_size)[:, None]
    log_rate = alpha[:, None] + priors.sd_slope * beta @ units.covariates.T + tau[:, None] * u
    return np.hstack([log_rate, log_s + sigma[:, None] * v, log_s])


def intensities(standard: Array, tau: Array, sigma: Array, units: Units, priors: Priors) -> Intensities:
    """Return the intensities at ``standard`` normal parameters, shape (draws, units.n_standard)."""
    n_units, n_slopes = units.covariates.shape
    logs = log_intensities(standard, tau, sigma, units, priors)
    alpha = np.log(priors.rate) + priors.sd_log_rate * standard[:, 0]
    slopes = {f"beta_{k + 1}": priors.sd_slope * standard[:, 2 + k] for k in range(n_slopes)}
    levels = {"alpha": alpha, "tau": tau, "log_size": logs[:, -1], "sigma": sigma, **slopes}
    scale = priors.size_variation**2 * np.exp(logs[:, -1])
    return Intensities(np.exp(logs[:, :n_units]), np.exp(logs[:, n_units:-1]), scale, levels)


def from_prior(n_draws: int, units: Units, priors: Priors, rng: np.random.Generator) -> Intensities:
    """Return intensities drawn from the prior."""
    tau, sigma = spreads(rng.uniform(size=(n_draws, 2)), priors)
    return intensities(rng.standard_normal((n_draws, units.n_standard)), tau, sigma, units, priors)


def counts_from(at: Intensities, units: Units, rng: np.random.Generator) -> tuple[Array, Array]:
    """Return facilities and children drawn at the intensities, both of shape (draws, units)."""
    n_facilities = rng.poisson(at.rate * units.n_at_risk).astype("float64")
    return n_facilities, rng.gamma(n_facilities * at.size_shape) * at.size_scale[:, None]


def split_facilities(at: Intensities, units: Units, facilities: Totals, rng: np.random.Generator) -> Array:
    """Return facilities of every unit given the totals of their blocks: multinomial, exact."""
    expected = at.rate * units.n_at_risk
    n_facilities = np.zeros_like(expected)
    for block, inside in zip(facilities.blocks, facilities.membership.astype(bool), strict=True):
        chances = expected[:, inside] / expected[:, inside].sum(axis=1, keepdims=True)
        n_facilities[:, inside] = rng.multinomial(block.total, chances)
    return n_facilities


def split_children(at: Intensities, n_facilities: Array, children: Totals, rng: np.random.Generator) -> Array:
    """Return children of every unit given its facilities and the totals of the child blocks: Dirichlet, exact."""
    weights = rng.gamma(n_facilities * at.size_shape)
    of_block = (weights @ children.membership.T) @ children.membership
    total = children.sizes @ children.membership
    return np.divide(weights * total, of_block, out=np.zeros_like(weights), where=of_block > 0)


def log_chance_of_facilities(at: Intensities, units: Units, facilities: Totals) -> Array:
    """Return the Poisson log probability of the facility totals, up to a constant of the data; shape (draws,)."""
    expected = (at.rate * units.n_at_risk) @ facilities.membership.T
    return (xlogy(facilities.sizes, expected) - expected).sum(axis=1)


def log_density_of_children(at: Intensities, n_facilities: Array, children: Totals) -> Array:
    """Return the gamma log density of the child totals given the facilities of every unit; shape (draws,).

    A block without facilities has no children, and one with facilities has some.
    """
    shape = (n_facilities * at.size_shape) @ children.membership.T
    return gamma_log_density(children.sizes, shape, at.size_scale[:, None]).sum(axis=1)


def gamma_log_density(value: Array, shape: Array, scale: Array) -> Array:
    """Return the log density of a gamma at ``value``; of shape 0 it is a point mass at 0, elsewhere 0 is impossible.

    The three arrays broadcast together.
    """
    positive = (shape > 0) & (value > 0)
    safe_shape, safe_value = np.where(positive, shape, 1), np.where(positive, value, 1)
    height = (safe_shape - 1) * np.log(safe_value) - safe_value / scale - gammaln(safe_shape)
    height = height - safe_shape * np.log(scale)
    return np.where(positive, height, np.where((shape == 0) & (value == 0), 0, -np.inf))
