"""The spatial tests in made-up countries: nominal where nothing clusters, and where something does it is found."""

import numpy as np
import pytest

from analysis.models import spatial

SIDE = 5
CODES = [f"{i}" for i in range(SIDE * SIDE)]
PAIRS = [(f"{i}", f"{i + 1}") for i in range(25) if (i + 1) % 5] + [(f"{i}", f"{i + 5}") for i in range(20)]
WEIGHTS = spatial.row_standardised(spatial.pair_weights(PAIRS, CODES))
PEOPLE = 1000 * np.array(  # as unequal as Cambodia's provinces, the small ones beside each other
    [12, 28, 34, 52, 53, 79, 83, 87, 90, 150, 200, 200, 210, 214, 250, 280, 300, 320, 335, 380, 390, 415, 415, 417, 434]
)
RATE = 7e-5  # facilities a child


def rejected(tests) -> float:
    return np.mean([test.p <= 0.05 for test in tests])


@pytest.mark.validation
def test_rates_of_facilities_are_called_clustered_as_often_as_the_test_says():
    rng = np.random.default_rng(1)
    tests = [spatial.rate_morans_i(rng.poisson(RATE * PEOPLE), PEOPLE, WEIGHTS, 199, rng) for _ in range(2000)]
    share = rejected(tests)
    print(f"EB index of facilities, no clustering: {share:.3f} rejected")  # noqa: T201
    assert 0.035 <= share <= 0.065


@pytest.mark.validation
def test_rates_of_children_in_facilities_with_their_dispersion_too():
    rng = np.random.default_rng(2)
    tests, shrunk = [], []
    for _ in range(1000):
        sizes = [rng.lognormal(3.1, 0.83, n).round() + 1 for n in rng.poisson(RATE * PEOPLE)]
        every = np.concatenate(sizes)
        dispersion = (every**2).sum() / every.sum()
        children = np.array([own.sum() for own in sizes])
        tests.append(spatial.rate_morans_i(children, PEOPLE, WEIGHTS, 199, rng, dispersion))
        shrunk.append([spatial.empirical_bayes_rates(children, PEOPLE, d).weight.mean() for d in (1.0, dispersion)])
    share, (naive, own) = rejected(tests), np.mean(shrunk, axis=0)
    print(f"EB index of children, no clustering: {share:.3f} rejected; own rate kept {own:.2f}, naive {naive:.2f}")  # noqa: T201
    assert 0.03 <= share <= 0.07
    assert own < 0.1, "all rates are equal here, so nothing of a rate is its own"
    assert naive > 0.9


@pytest.mark.validation
def test_clustering_is_found_in_most_countries_that_have_it():
    rng = np.random.default_rng(3)
    pattern = spatial.moran_eigenvectors(WEIGHTS).vectors[:, 0] * 5
    tests = [
        spatial.rate_morans_i(rng.poisson(RATE * PEOPLE * np.exp(0.7 * pattern)), PEOPLE, WEIGHTS, 199, rng)
        for _ in range(500)
    ]
    share = rejected(tests)
    print(f"EB index of facilities, clustered with sd 0.7 of the log rate: {share:.3f} rejected")  # noqa: T201
    assert share > 0.98


@pytest.mark.validation
@pytest.mark.parametrize(("method", "most"), [("benjamini-hochberg", 0.05), ("benjamini-yekutieli", 0.02)])
def test_without_clustering_a_local_discovery_is_as_rare_as_its_level(method, most):
    rng = np.random.default_rng(4)
    found = [
        spatial.local_morans_i(rng.normal(size=25), WEIGHTS, 1999, rng, 0.05, method).is_discovery.any()
        for _ in range(1000)
    ]
    print(f"{method}: any local discovery in {np.mean(found):.3f} of countries without clustering")  # noqa: T201
    assert np.mean(found) <= most


def fitted_counts(counts: np.ndarray, design: np.ndarray, offset: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return Poisson coefficients (draws, p) and means (draws, n) of counts (draws, n), by Fisher scoring."""
    coefficients = np.zeros((len(counts), design.shape[1]))
    coefficients[:, 0] = np.log(counts.sum(axis=1) / np.exp(offset).sum())
    for _ in range(30):
        means = np.exp(offset + coefficients @ design.T)
        information = np.einsum("ni,dn,nj->dij", design, means, design)
        coefficients = coefficients + np.linalg.solve(information, ((counts - means) @ design)[..., None])[..., 0]
    return coefficients, np.exp(offset + coefficients @ design.T)


def pearson(counts: np.ndarray, means: np.ndarray) -> np.ndarray:
    return (counts - means) / np.sqrt(means)


@pytest.mark.validation
def test_residuals_of_a_model_with_clustered_covariates_need_the_simulated_test():
    """Five covariates that cluster, 25 provinces: permuted residuals lie too low, refitted ones do not."""
    rng = np.random.default_rng(5)
    patterns = spatial.moran_eigenvectors(WEIGHTS).vectors[:, :5] * 5
    offset = np.log(4 * RATE * PEOPLE)
    permuted, simulated = [], []
    for _ in range(1000):
        design = np.column_stack([np.ones(25), patterns + 0.3 * rng.normal(size=patterns.shape)])
        counts = rng.poisson(np.exp(offset + design[:, 1:] @ np.full(5, 0.1)))
        _, means = fitted_counts(counts[None], design, offset)
        residuals = pearson(counts, means[0])
        again = rng.poisson(means[0], (199, 25))
        null = pearson(again, fitted_counts(again, design, offset)[1])
        permuted.append(spatial.residual_morans_i(residuals, WEIGHTS, 199, rng, "greater"))
        simulated.append(spatial.simulated_residual_morans_i(residuals, null, WEIGHTS))
    low, right = rejected(permuted), rejected(simulated)
    print(f"residuals, 5 covariates, 25 places: permuted (greater) {low:.3f}, simulated {right:.3f} rejected")  # noqa: T201
    assert low < 0.005
    assert 0.035 <= right <= 0.065


@pytest.mark.validation
def test_the_spatial_filter_betters_intervals_that_clustering_made_too_narrow_and_does_not_make_them_right():
    """A clustered covariate beside clustered rates, on 100 places: its interval without patterns and with them."""
    rng = np.random.default_rng(6)
    side, true_slope = 10, 0.3
    pairs = [(i, i + 1) for i in range(100) if (i + 1) % side] + [(i, i + side) for i in range(90)]
    weights = spatial.row_standardised(spatial.pair_weights(pairs, range(100)))
    patterns = spatial.moran_eigenvectors(weights).vectors * 10
    covered = []
    for _ in range(200):
        mix = rng.normal(size=(12, 2)) * np.linspace(1, 0.3, 12)[:, None] / 3
        covariate, clustered = (patterns[:, :12] @ mix).T
        covariate = covariate + 0.7 * rng.normal(size=100)
        counts = rng.poisson(np.exp(2 + true_slope * covariate + clustered))

        def refit(vectors, counts=counts, covariate=covariate):
            design = np.column_stack([np.ones(100), covariate, vectors])
            coefficients, means = fitted_counts(counts[None], design, np.zeros(100))
            variance = np.linalg.inv(design.T @ (means[0][:, None] * design))[1, 1]
            return coefficients[0, 1], np.sqrt(variance), pearson(counts, means[0])

        found = spatial.spatial_filter(lambda v: refit(v)[2], patterns, weights, 199, 0.1, rng, most=20)
        both = [refit(patterns[:, []]), refit(patterns[:, list(found.chosen)])]
        covered.append([abs(slope - true_slope) <= 1.959964 * error for slope, error, _ in both])
    without, with_filter = np.mean(covered, axis=0)
    print(f"slope beside clustered rates: interval holds in {without:.2f} without, {with_filter:.2f} with patterns")  # noqa: T201
    assert (without, with_filter) == pytest.approx((0.25, 0.47), abs=0.1), "as docs/methods/spatial.md says"
