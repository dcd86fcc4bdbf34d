"""Sums over risk sets, and the largest of them, as they come out row by row."""

import numpy as np
import pytest

from analysis.models.survival.at_risk import risk_sets


@pytest.fixture(scope="module")
def rows():
    """Return entry, exit, event and stratum of 60 rows; some leave before the first event of their stratum."""
    rng = np.random.default_rng(1)
    entry = rng.integers(0, 12, 60).astype(float)
    return entry, entry + rng.integers(1, 15, 60), rng.random(60) < 0.3, rng.integers(0, 3, 60)


@pytest.fixture(scope="module")
def is_at_risk(rows):
    """Return for every event time whether each row is at risk (K, n)."""
    entry, exit_, _, stratum = rows
    sets = risk_sets(*rows)
    at = sets.time[:, None]
    return (entry < at) & (at <= exit_) & (stratum == sets.stratum[:, None])


def test_event_times_are_those_of_each_stratum_with_their_ties(rows):
    _, exit_, event, stratum = rows
    pairs, counts = np.unique(np.column_stack([stratum, exit_])[event], axis=0, return_counts=True)
    sets = risk_sets(*rows)
    np.testing.assert_array_equal(np.column_stack([sets.stratum, sets.time]), pairs)
    np.testing.assert_array_equal(sets.n_tied, counts)
    assert counts.max() > 1
    np.testing.assert_array_equal(exit_[sets.event_rows], sets.time[sets.event_number])


def test_sums_and_largest_are_those_of_the_rows_at_risk(rows, is_at_risk):
    values, columns = np.random.default_rng(2).normal(size=60), np.random.default_rng(3).normal(size=(60, 2))
    sets = risk_sets(*rows)
    np.testing.assert_allclose(sets.sums(values, columns), is_at_risk @ (values[:, None] * columns), atol=1e-12)
    np.testing.assert_array_equal(sets.largest(values), np.where(is_at_risk, values, -np.inf).max(axis=1))
    assert (~is_at_risk.any(axis=0)).any(), "a row that is never at risk is among them"


def test_steps_add_up_over_the_times_at_which_a_row_is_at_risk(rows, is_at_risk):
    sets = risk_sets(*rows)
    steps = np.random.default_rng(4).random((len(sets.time), 2))
    np.testing.assert_allclose(sets.between(steps), is_at_risk.T @ steps, atol=1e-12)
    np.testing.assert_allclose(sets.between(steps[:, 0]), is_at_risk.T @ steps[:, 0], atol=1e-12)
    weights = np.arange(60.0)
    np.testing.assert_allclose(sets.between(steps, weights), weights[:, None] * (is_at_risk.T @ steps), atol=1e-10)


def test_without_strata_and_late_entries_the_sums_are_the_same(rows):
    _, exit_, event, _ = rows
    sets = risk_sets(np.zeros(60), exit_, event)
    np.testing.assert_array_equal(
        sets.sums(np.ones(60), np.ones((60, 1)))[:, 0], (exit_[:, None] >= sets.time).sum(axis=0)
    )
