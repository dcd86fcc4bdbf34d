"""The interval of kappa over agencies holds the true kappa, and the one for independent cases does not.

About ten seconds of one processor. Made-up agencies see the same need through cuts of their own; the true kappa is
that of the table to be expected from all such agencies.
"""

import numpy as np
import pytest
from scipy import stats

from analysis.models import agreement

pytestmark = pytest.mark.validation

CUTS, NOISE, LEVELS_SD = np.array([-0.3, 0.8]), 0.7, 0.5
N_SETS = 4000  # so that a coverage of 95 % is known within 0.7 points (two standard errors)
AGENCIES = np.linspace(-4, 4, 81)  # of how high an agency rates, in standard deviations


def tables_by_agency() -> np.ndarray:
    """Return the (81, 3, 3) probabilities of two tiers for agencies that rate low to high."""
    need = np.linspace(-5, 5, 401)
    shares = stats.norm.pdf(need) / stats.norm.pdf(need).sum()

    def rated(shift: float) -> np.ndarray:
        below = stats.norm.cdf((CUTS[:, None] - need - shift) / NOISE)
        return np.diff(np.concatenate([np.zeros((1, 401)), below, np.ones((1, 401))]), axis=0)

    return np.array([np.einsum("iz,jz,z->ij", rated(LEVELS_SD * at), rated(0.0), shares) for at in AGENCIES])


@pytest.mark.parametrize("n_agencies", [12, 15, 24, 60])
def test_kappa_over_agencies(n_agencies):
    rng, expected = np.random.default_rng([11, n_agencies]), tables_by_agency()
    chance = stats.norm.pdf(AGENCIES) / stats.norm.pdf(AGENCIES).sum()
    true = agreement.weighted_kappa(1e6 * np.einsum("g,gij->ij", chance, expected)).estimate
    held = held_if_independent = 0
    for _ in range(N_SETS):
        at = rng.choice(81, n_agencies, p=chance)
        sizes = np.maximum(1, rng.lognormal(np.log(40), 0.7, n_agencies)).astype(int)
        tables = rng.multinomial(sizes, expected[at].reshape(n_agencies, 9)).reshape(n_agencies, 3, 3)
        found = agreement.clustered_kappa(tables)
        held += found.low <= true <= found.high
        alone = agreement.weighted_kappa(tables.sum(axis=0))
        held_if_independent += abs(alone.estimate - true) <= stats.norm.isf(0.025) * alone.standard_error
    shares = f"{held / N_SETS:.3f}, as if cases were independent in {held_if_independent / N_SETS:.3f}"
    print(f"kappa, {n_agencies} agencies: held in {shares} of {N_SETS}")  # noqa: T201
    assert 0.93 <= held / N_SETS <= 0.965
    assert held_if_independent / N_SETS < 0.925
