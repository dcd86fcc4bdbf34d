"""Posterior draws of ``province_intensities`` given printed totals, by importance sampling.

Draws of the parameters come from a proposal near the posterior (``laplace_proposal``), facilities and children are
split exactly, and every draw gets the weight that makes it a draw of the exact posterior. Draws are independent: there
are no chains to diagnose, and their effective number says whether they are enough. Elliptical slice sampling was
tried first and left: the totals make a thin bent ridge, on which 64 chains of 2,000 updates had an R-hat of 1.5.

References: Kong (1992), A note on importance sampling using standardized weights, Univ. Chicago TR 348 (effective
number); Owen (2013), Monte Carlo theory, methods and examples, ch. 9.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analysis.models import laplace_proposal
from analysis.models.expected_totals import Known
from analysis.models.laplace_proposal import Proposal
from analysis.models.province_intensities import (
    Array,
    counts_from,
    from_prior,
    log_chance_of_facilities,
    log_density_of_children,
    split_children,
    split_facilities,
)

BATCH = 2_500

Condition = Callable[[Array, Array], NDArray[np.bool_]]


class TooFewDrawsError(ValueError):
    """The weighted draws are worth too little; the message says how many were wanted."""


@dataclass(frozen=True)
class Draws:
    """Weighted draws, one a row: rates and counts of shape (draws, units), weights that sum to 1."""

    rate: Array  # facilities per person at risk
    child_rate: Array  # children in facilities per person at risk
    n_facilities: Array
    n_children: Array
    levels: dict[str, Array]
    weight: Array
    n_proposed: int

    @property
    def effective_number(self) -> float:
        """How many independent draws of the posterior these are worth (Kong)."""
        return _effective_number(self.weight)


def posterior(
    known: Known,
    rng: np.random.Generator,
    n_effective: int,
    condition: Condition | None = None,
    n_cells_a_side: int = 22,
    n_proposed_at_most: int = 2_000_000,
    greatest_share: float = 0.02,
    n_proposed_at_least: int = 0,
) -> Draws:
    """Return draws worth at least ``n_effective`` independent ones; those that fail ``condition`` are dropped.

    ``condition`` takes facilities and children, both (draws, units), and says which draws stay. In every draw
    facilities and children add up to the printed totals. ``n_proposed_at_least`` is for ends of intervals in thin
    tails, which the effective number does not speak about. Raises ``TooFewDrawsError`` if ``n_proposed_at_most``
    proposals are not worth enough, or if one draw carries more than ``greatest_share`` of the weight.
    """
    proposal = laplace_proposal.fitted(known, n_cells_a_side)
    batches: list[dict[str, Array]] = []
    weight: Array = np.empty(0)
    log_weight, n_proposed = np.empty(0), 0
    while n_proposed < n_proposed_at_least or _is_poor(weight, n_effective, greatest_share):
        if n_proposed >= n_proposed_at_most:
            raise TooFewDrawsError(
                f"{n_proposed} proposals are worth {_effective_number(weight):.0f} draws ({weight.size} kept, the "
                f"greatest weight is {weight.max(initial=0):.1%}), but {n_effective} are wanted, none with more than "
                f"{greatest_share:.1%}. The printed totals, the condition on them and the priors hardly agree: look "
                "at the rows entered last."
            )
        batches.append(_batch(proposal, condition, *rng.spawn(1)))
        log_weight = np.concatenate([log_weight, batches[-1]["log_weight"]])
        weight = _normalised(log_weight)
        n_proposed += BATCH
    joined = {name: np.concatenate([batch[name] for batch in batches]) for name in batches[0]}
    columns = {name: joined.pop(name) for name in ("rate", "child_rate", "n_facilities", "n_children")}
    joined.pop("log_weight")
    return Draws(**columns, levels=joined, weight=weight, n_proposed=n_proposed)


def prior(known: Known, rng: np.random.Generator, n_draws: int) -> Draws:
    """Return ``n_draws`` draws of the same quantities before any total is known, all of one weight."""
    at = from_prior(n_draws, known.units, known.priors, rng)
    n_facilities, n_children = counts_from(at, known.units, rng)
    weight = np.full(n_draws, 1 / n_draws)
    return Draws(at.rate, at.rate * at.size, n_facilities, n_children, at.levels, weight, n_draws)


def weighted_quantiles(values: Array, weight: Array, shares: Sequence[float]) -> Array:
    """Return, for every column of ``values`` and every share, the least value that so much weight does not exceed.

    Shape (shares, columns); ``weight`` sums to 1. Always one of the values, so quantiles of counts are whole.

    >>> weighted_quantiles(np.array([[3.0], [1.0], [2.0]]), np.array([0.25, 0.25, 0.5]), [0.1, 0.5, 0.9]).tolist()
    [[1.0], [2.0], [3.0]]
    """
    order = np.argsort(values, axis=0, kind="stable")  # counts have ties
    reached = np.cumsum(weight[order], axis=0)
    below = [(reached < share - 1e-12).sum(axis=0) for share in shares]  # sums of weights are not exact
    rows = [np.minimum(row, len(values) - 1) for row in below]
    return np.array(
        [np.take_along_axis(values, order[row, np.arange(order.shape[1])][None], axis=0)[0] for row in rows]
    )


def weighted_sd(values: Array, weight: Array) -> Array:
    """Return the standard deviation (columns,) of ``values`` (draws, columns); ``weight`` (draws,) sums to 1."""
    return np.sqrt(weight @ (values - weight @ values) ** 2)


def held_by_largest(n_facilities: Array, n_children: Array, n_largest: int) -> tuple[Array, Array]:
    """Return the shares of facilities and of their children in the units with most facilities, one a draw.

    Both counts have shape (draws, units), both shares (draws,). Of units with as many facilities, that with more
    children comes first.
    """
    largest = np.lexsort((n_children, n_facilities), axis=1)[:, -n_largest:]
    shares = [
        np.take_along_axis(counts, largest, axis=1).sum(axis=1) / counts.sum(axis=1)
        for counts in (n_facilities, n_children)
    ]
    return shares[0], shares[1]


def concentrated(n_largest: int, of_facilities: float, of_children: float, rounding: float) -> Condition:
    """Return the condition that ``held_by_largest`` gives these two shares (0 to 1), each within ``rounding``."""

    def holds(n_facilities: Array, n_children: Array) -> NDArray[np.bool_]:
        facilities, children = held_by_largest(n_facilities, n_children, n_largest)
        return (np.abs(facilities - of_facilities) <= rounding) & (np.abs(children - of_children) <= rounding)

    return holds


def _batch(proposal: Proposal, condition: Condition | None, rng: np.random.Generator) -> dict[str, Array]:
    """Return one batch of draws that are possible and satisfy the condition, with their log weights."""
    known = proposal.known
    at, log_weight = proposal.drawn(BATCH, rng)
    n_facilities = split_facilities(at, known.units, known.facilities, rng)
    n_children = split_children(at, n_facilities, known.children, rng)
    log_weight = log_weight + log_chance_of_facilities(at, known.units, known.facilities)
    log_weight = log_weight + log_density_of_children(at, n_facilities, known.children)
    stays = np.isfinite(log_weight)
    if condition is not None:
        stays &= condition(n_facilities, n_children)
    columns = {
        "rate": at.rate,
        "child_rate": at.rate * at.size,
        "n_facilities": n_facilities,
        "n_children": n_children,
        "log_weight": log_weight,
        **at.levels,
    }
    return {name: values[stays] for name, values in columns.items()}


def _is_poor(weight: Array, n_effective: int, greatest_share: float) -> bool:
    return _effective_number(weight) < n_effective or weight.max(initial=0) > greatest_share


def _normalised(log_weight: Array) -> Array:
    weight = np.exp(log_weight - log_weight.max(initial=-np.inf))
    return weight / weight.sum()


def _effective_number(weight: Array) -> float:
    return float(1 / (weight**2).sum()) if weight.size else 0.0
