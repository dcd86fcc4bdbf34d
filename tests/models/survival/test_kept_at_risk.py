"""Sums over risk sets in which rows are kept after their end, as they come out from a full matrix of weights."""

from dataclasses import fields

import numpy as np
import pytest

from analysis.models.survival.at_risk import risk_sets
from analysis.models.survival.kept_at_risk import KeptAtRisk

N = 60


@pytest.fixture(scope="module")
def sets():
    """Give risk sets of 60 rows, some seen late; every third is kept, two of them after the last event."""
    rng = np.random.default_rng(1)
    entry = rng.integers(0, 12, N).astype(float)
    exit_ = entry + rng.integers(1, 15, N)
    is_kept = np.arange(N) % 3 == 0
    plain = risk_sets(entry, exit_, ~is_kept & (rng.random(N) < 0.4) & (exit_ < 18))
    kept = np.flatnonzero(is_kept)
    since = np.searchsorted(plain.time, exit_[kept], side="right")
    assert (since == len(plain.time)).sum() >= 2
    share = np.sort(rng.uniform(0.1, 1, len(plain.time)))[::-1]
    given = {field.name: getattr(plain, field.name) for field in fields(plain)}
    return KeptAtRisk(**given, kept=kept, since=since, own=rng.uniform(1, 3, len(kept)), share=share)


@pytest.fixture(scope="module")
def weight(sets):
    """Return the weight of every row at every event time (K, n): 1 under observation, then what is left of a kept."""
    number = np.arange(len(sets.time))[:, None]
    found = ((sets.start <= number) & (number < sets.stop)).astype(float)
    found[:, sets.kept] += np.where(number >= sets.since, sets.share[:, None] * sets.own, 0)
    return found


def test_sums_and_largest_are_those_of_all_with_a_weight(sets, weight):
    values, columns = np.random.default_rng(2).normal(size=N), np.random.default_rng(3).normal(size=(N, 2))
    np.testing.assert_allclose(sets.sums(values, columns), weight @ (values[:, None] * columns), atol=1e-12)
    np.testing.assert_array_equal(sets.largest(values), np.where(weight > 0, values, -np.inf).max(axis=1))


def test_steps_add_up_with_the_weights(sets, weight):
    steps = np.random.default_rng(4).random((len(sets.time), 2))
    np.testing.assert_allclose(sets.between(steps), weight.T @ steps, atol=1e-12)
    np.testing.assert_allclose(sets.between(steps[:, 0]), weight.T @ steps[:, 0], atol=1e-12)
    values = np.arange(float(N))
    each = values[:, None] * (weight.T @ steps)
    np.testing.assert_allclose(sets.between(steps, values), each, atol=1e-10)
    codes = np.arange(N) % 7
    by_code = np.array([each[codes == code].sum(axis=0) for code in range(7)])
    np.testing.assert_allclose(sets.between_by(codes, 7, values, steps), by_code, atol=1e-10)
