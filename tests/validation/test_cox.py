"""Do intervals of Cox's regression with few agencies hold as often as they say?

Returns of children in agencies that differ, also in size, are seen once a quarter; about a third end in the time they
are followed. What the same regression gives of 8,000 agencies is taken for what it estimates.
"""

import numpy as np
import pytest
from scipy import stats

from analysis.models.survival.cox import cox_fit
from analysis.models.survival.few_clusters import corrected

N_SETS = {12: 800, 15: 800, 24: 600, 60: 400}  # Monte Carlo error of 95 %: 0.8, 0.8, 0.9, 1.1 points
SPREAD = 0.4  # of the agencies' log hazards
SHARE = 0.35  # of the agencies, that have what the first column tells


def returned(n_agencies, rng):
    """Return quarters, event, covariates and agency; columns: of the agency, mixed, of the child, age."""
    sizes = np.maximum(3, rng.lognormal(np.log(25) - 0.32, 0.8, n_agencies).astype(int))
    agency = np.repeat(np.arange(n_agencies), sizes)
    n = len(agency)
    of_agency = (rng.permutation(n_agencies) < round(SHARE * n_agencies))[agency]
    mixed = rng.random(n) < rng.beta(1, 2, n_agencies)[agency]
    covariates = np.column_stack([of_agency, mixed, rng.random(n) < 0.5, rng.normal(size=n)]).astype(float)
    hazard = np.exp(covariates @ [0.4, 0.5, -0.3, 0.2] + rng.normal(0, SPREAD, n_agencies)[agency]) / 20
    until, last = rng.exponential(1 / hazard), rng.uniform(1, 11, n)
    return np.ceil(np.minimum(until, last)), until <= last, covariates, agency


@pytest.fixture(scope="module")
def sought():
    """Return the coefficients of very many agencies."""
    quarters, event, covariates, _ = returned(8000, np.random.default_rng(9))
    return cox_fit(0, quarters, event, covariates).coefficients


@pytest.mark.validation
@pytest.mark.parametrize("n_agencies", N_SETS)
def test_corrected_intervals_hold_as_often_as_they_say_and_plain_ones_do_not(sought, n_agencies):
    rng, holds, plain, naive = np.random.default_rng(n_agencies), [], [], []
    for _ in range(N_SETS[n_agencies]):
        quarters, event, covariates, agency = returned(n_agencies, rng)
        fit = cox_fit(0, quarters, event, covariates, agency)
        low, high = corrected(fit).interval(0.95).T
        distance = np.abs(fit.coefficients - sought)
        holds.append((low <= sought) & (sought <= high))
        plain.append(distance <= stats.norm.isf(0.025) * fit.standard_error)
        naive.append(distance <= stats.norm.isf(0.025) * np.sqrt(np.diag(fit.covariance)))
    rates = np.array([np.mean(each, axis=0) for each in (holds, plain, naive)])
    print(n_agencies, "agencies; hold: corrected, robust, of independent rows", rates.round(3).tolist())  # noqa: T201
    assert ((rates[0] >= 0.92) & (rates[0] <= 0.985)).all()
    if n_agencies <= 15:
        assert (rates[1] < 0.92).all(), "or the correction is not needed"
    assert rates[2, 0] < 0.85, "what belongs to an agency is not told by so many children"
