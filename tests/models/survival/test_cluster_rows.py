"""Effects of clusters without a column each: every sum is that of the written columns."""

from dataclasses import replace

import numpy as np
import pytest

from analysis.models.survival.cluster_rows import ClusterRows
from analysis.models.survival.cox_likelihood import excess_by_time, information, log_likelihood, tied_sums
from analysis.models.survival.cox_rows import cox_rows

N, N_CLUSTERS, N_COLUMNS = 300, 12, 3


@pytest.fixture(scope="module")
def both():
    """Return the same rows, late entries and ties among them, with clusters as codes and as columns."""
    rng = np.random.default_rng(1)
    entry, codes = rng.integers(0, 10, N), rng.integers(0, N_CLUSTERS, N)
    times = entry, entry + rng.integers(1, 40, N), rng.random(N) < 0.4
    rows = cox_rows(times, rng.normal(size=(N, N_COLUMNS)), weights=rng.uniform(0.5, 2, N))
    given = (rows.sets, rows.columns, rows.centre, rows.weights, rows.offset, rows.names)
    written = replace(rows, columns=np.column_stack([rows.columns, codes[:, None] == np.arange(N_CLUSTERS)]))
    return ClusterRows(*given, codes=codes, n_clusters=N_CLUSTERS), written


def test_slope_and_curvature_are_those_of_written_columns(both):
    coefficients = np.random.default_rng(2).normal(size=N_COLUMNS + N_CLUSTERS) / 3
    assert (both[0].sets.n_tied > 1).any()
    sums, expected = (tied_sums(rows, coefficients) for rows in both)
    for name in ("risk", "denominators", "at_risk", "tied"):
        np.testing.assert_allclose(getattr(sums, name), getattr(expected, name), rtol=1e-12, atol=1e-12)
    for of in (excess_by_time, information, log_likelihood):
        np.testing.assert_allclose(of(both[0], sums), of(both[1], expected), rtol=1e-12, atol=1e-12)
