"""The Laplace proposal: whatever it proposes, the weights it returns lead back to the prior and the likelihood."""

from dataclasses import replace

import numpy as np
import pytest

from analysis.models.expected_totals import Known
from analysis.models.laplace_proposal import fitted
from analysis.models.nested_totals import Block
from analysis.models.province_intensities import (
    Intensities,
    Priors,
    Totals,
    Units,
    from_prior,
    log_chance_of_facilities,
    log_density_of_children,
)
from analysis.models.province_posterior import weighted_quantiles

CODES = ("a", "b", "c")
FACILITIES, CHILDREN = (6, 1, 2), (150, 20, 50)
UNITS = Units(CODES, np.full(3, 1e5), np.array([[0.5], [-1.0], [0.5]]))
PRIORS = Priors(1e-4, 0.5, 0.3, 1.0, 30, 0.5, 0.6, 1.0)
SHARES = (0.25, 0.5, 0.75)
N_DRAWS = 400_000


def one_block_a_unit(counts: tuple[int, ...]) -> Totals:
    return Totals(tuple(Block(code, (code,), count) for code, count in zip(CODES, counts, strict=True)), CODES)


KNOWN = Known(UNITS, one_block_a_unit(FACILITIES), one_block_a_unit(CHILDREN), PRIORS)


def log_likelihood(at: Intensities) -> np.ndarray:
    """Return that of the printed totals; every count is printed, so nothing is left to split."""
    n_facilities = np.tile(np.array(FACILITIES, dtype="float64"), (len(at.rate), 1))
    of_children = log_density_of_children(at, n_facilities, KNOWN.children)
    return log_chance_of_facilities(at, UNITS, KNOWN.facilities) + of_children


def quartiles(at: Intensities, log_weight: np.ndarray) -> np.ndarray:
    weight = np.exp(log_weight - log_weight.max())
    levels = np.column_stack([at.levels[name] for name in ("alpha", "tau", "log_size", "sigma", "beta_1")])
    return weighted_quantiles(levels, weight / weight.sum(), SHARES)


@pytest.fixture(scope="module")
def expected() -> np.ndarray:
    """Return the posterior's quartiles from draws of the prior, each counted by its likelihood."""
    at = from_prior(N_DRAWS, UNITS, PRIORS, np.random.default_rng(8))
    return quartiles(at, log_likelihood(at))


@pytest.mark.parametrize("skew", [0, 1, -1], ids=["as fitted", "large spreads more often", "small spreads more often"])
def test_the_weights_undo_the_proposal_however_often_it_draws_a_cell(skew, expected):
    proposal = fitted(KNOWN, 4)
    chance = proposal.chance * np.linspace(1, 9, 16) ** skew
    skewed = replace(proposal, chance=chance / chance.sum())
    at, log_weight = skewed.drawn(50_000, np.random.default_rng(9))
    np.testing.assert_allclose(quartiles(at, log_weight + log_likelihood(at)), expected, atol=0.05)


def test_every_cell_is_drawn_and_the_likelier_more_often():
    """Half of the draws go to all cells evenly, the other half by what the totals say."""
    chance = fitted(KNOWN, 4).chance
    assert chance.sum() == pytest.approx(1)
    assert chance.min() > 0.5 / 16
    assert chance.max() > 1.1 / 16
