"""Expected totals of ``province_intensities``: what printed totals say of the logs of rates and sizes, to first order.

Facilities of a block are expected with the sum of their units' intensities. Children are expected given the facility
totals, which fall on the units of their block at random. Shapes: n draws, U units, B totals, facilities first; logs
(n, 2 U + 1) are those of ``log_intensities``. An approximation for proposals: the exact likelihood is elsewhere.
"""

from dataclasses import dataclass

import numpy as np

from analysis.models.province_intensities import Array, Priors, Totals, Units, gamma_log_density


@dataclass(frozen=True)
class Known:
    """What is given: units, the printed totals of both outcomes, priors.

    Raises ``ValueError`` for children without facilities, or facilities without children, in a block of children.
    """

    units: Units
    facilities: Totals
    children: Totals
    priors: Priors

    def __post_init__(self) -> None:
        is_empty = self.facilities.membership[self.facilities.sizes == 0].sum(axis=0) > 0
        for block, inside in zip(self.children.blocks, self.children.membership > 0, strict=True):
            if block.total > 0 and is_empty[inside].all():
                raise ValueError(f"{block.name} has {block.total} children, but no facility by the printed totals")
            if block.total == 0 and not is_empty[inside].all():
                raise ValueError(
                    f"{block.name} has no children: enter its facilities, 0, too; the model knows no empty ones"
                )

    @property
    def seen(self) -> Array:
        """All printed totals, facilities first."""
        return np.concatenate([self.facilities.sizes, self.children.sizes])

    def by_blocks(self, values: Array) -> Array:
        """Return sums of ``values`` (n, units) over units of a block of facilities and of children, (n, both)."""
        pairs = self.facilities.membership.T[:, :, None] * self.children.membership.T[:, None, :]
        return (values @ pairs.reshape(len(pairs), -1)).reshape(-1, *pairs.shape[1:])


@dataclass(frozen=True)
class Expected:
    """Log expected totals and the information about them (n, B); each unit's shares of its block's two (n, U)."""

    log_expected: Array
    information: Array
    share: Array
    child_share: Array


def expected(logs: Array, known: Known) -> Expected:
    """Return what is expected at ``logs``; the information about children is their squared mean over its variance."""
    facilities, children, n_units = known.facilities, known.children, len(known.units.codes)
    size, scale = np.exp(logs[:, n_units:-1]), known.priors.size_variation**2 * np.exp(logs[:, -1:])
    in_units = np.exp(logs[:, :n_units]) * known.units.n_at_risk
    of_block = in_units @ facilities.membership.T
    share = in_units / (of_block @ facilities.membership)
    in_unit = share * (facilities.sizes @ facilities.membership) * size
    of_children = np.maximum(in_unit @ children.membership.T, 1e-6)
    square = (in_unit * (size + scale)) @ children.membership.T
    mean_size = known.by_blocks(share * size)  # of a facility, 0 if outside the child block
    variance = square - facilities.sizes @ mean_size**2
    return Expected(
        log_expected=np.log(np.hstack([of_block, of_children])),
        information=np.hstack([of_block, of_children**2 / np.maximum(variance, 1e-6)]),
        share=share,
        child_share=in_unit / (of_children @ children.membership),
    )


def slopes(totals: Expected, design: Array, known: Known) -> Array:
    """Return the slopes of log expected totals along the directions of ``design``, (n, totals, directions).

    A rate moves children of its block both by the facilities it draws and by those it takes from other units.
    """
    n_units = len(known.units.codes)
    of_rates, of_sizes = design[:, :, :n_units], design[:, :, n_units:-1]
    facilities = _summed(totals.share[:, None, :] * of_rates, known.facilities)
    drawn = _summed(totals.child_share[:, None, :] * (of_rates + of_sizes), known.children)
    taken = facilities @ known.by_blocks(totals.child_share)
    return np.swapaxes(np.concatenate([facilities, drawn - taken], axis=2), 1, 2)


def _summed(values: Array, totals: Totals) -> Array:
    """Return sums over the units of each block (n, directions, blocks); one product, as many small ones are slow."""
    return (values.reshape(-1, values.shape[2]) @ totals.membership.T).reshape(*values.shape[:2], -1)


def log_likelihood(logs: Array, known: Known) -> Array:
    """Return the approximate log likelihood of the printed totals, for the evidence of a cell."""
    totals, n_blocks = expected(logs, known), len(known.facilities.blocks)
    log_expected, information = totals.log_expected, totals.information
    poisson = (known.seen * log_expected - np.exp(log_expected))[:, :n_blocks].sum(axis=1)
    shape, mean = information[:, n_blocks:], np.exp(log_expected[:, n_blocks:])
    return poisson + gamma_log_density(np.maximum(known.children.sizes, 1e-6), shape, mean / shape).sum(axis=1)
