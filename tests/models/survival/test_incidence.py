"""Aalen-Johansen by hand, its influences by finite differences, late entry, and rows that are no observation."""

import numpy as np
import pandas as pd
import pytest

from analysis.models.survival.counting import ObservationError, count_events, observed, times_of_events
from analysis.models.survival.incidence import incidence, kaplan_meier
from analysis.models.survival.influence import influences, left_of, reached_by

ENTRY = np.array([0, 0, 2, 0, 3, 0, 1, 0.0])
EXIT = np.array([2, 4, 5, 5, 9, 9, 3, 7.0])
CAUSE = np.array([1, 0, 2, 1, 1, 0, 1, 2])


def test_four_children_by_hand():
    # day 2: 1 of 4 back; day 5: 1 of 2 ages out (the third was lost on day 4); day 6: the last is back
    found = incidence(0, [2, 4, 5, 6], [1, 0, 2, 1], 2, [1, 2, 4.5, 5, 6])
    np.testing.assert_allclose(found.estimates, [[0, 0], [0.25, 0], [0.25, 0], [0.25, 0.375], [0.625, 0.375]])
    np.testing.assert_allclose(found.free, [1, 0.75, 0.75, 0.375, 0], atol=1e-15)
    assert found.n_at_risk.tolist() == [4, 4, 2, 2, 1]
    assert found.n_events.tolist() == [[0, 0], [1, 0], [1, 0], [1, 1], [2, 1]]


def test_who_enters_late_is_at_risk_only_from_then_on():
    # day 2: one of six, without the two who enter on days 2 and 3; day 3: one of six again
    found = incidence(ENTRY, EXIT, CAUSE, 2, [2, 3])
    np.testing.assert_allclose(found.estimates[:, 0], [1 / 6, 1 / 6 + 5 / 6 / 6])
    assert found.n_at_risk.tolist() == [6, 6]
    assert found.fewest_at_risk.tolist() == [6, 6]


@pytest.mark.parametrize("measure", [reached_by, left_of])
def test_influence_is_the_derivative_by_a_rows_weight(measure):
    at, step = np.array([4.0, 8.0]), 1e-6
    rows = observed(ENTRY, EXIT, CAUSE, 2)
    counts = count_events(rows, times_of_events(rows))
    g = measure(counts.times, at)
    found = influences(rows, counts, g)
    for i in range(rows.n):
        moved = [observed(ENTRY, EXIT, CAUSE, 2, 1 + sign * step * (np.arange(rows.n) == i)) for sign in (1, -1)]
        up, down = (g @ count_events(some, counts.times).increments().T for some in moved)
        np.testing.assert_allclose(found[i], (up - down) / (2 * step), atol=1e-8)
    np.testing.assert_allclose(influences(rows, counts, g, total=True)[..., 0], found.sum(axis=2))


def test_weights_of_two_are_rows_twice_and_a_cluster_that_holds_both():
    twice = np.repeat(np.arange(8), 1 + (np.arange(8) % 2))
    once = incidence(ENTRY, EXIT, CAUSE, 2, [4, 8], weights=1 + (np.arange(8) % 2), clusters=np.arange(8))
    both = incidence(ENTRY[twice], EXIT[twice], CAUSE[twice], 2, [4, 8], clusters=twice)
    np.testing.assert_allclose(once.estimates, both.estimates)
    np.testing.assert_allclose(once.standard_errors, both.standard_errors)


def test_a_child_split_in_two_rows_is_one_child_if_they_share_a_cluster():
    parts = (np.r_[ENTRY, 4.0], np.r_[EXIT, 9.0], np.r_[CAUSE, 0])
    parts[1][5], parts[2][5] = 4.0, 0
    split = incidence(*parts, 2, [4, 8], clusters=np.r_[np.arange(8), 5])
    whole = incidence(ENTRY, EXIT, CAUSE, 2, [4, 8], clusters=np.arange(8))
    np.testing.assert_allclose(split.standard_errors, whole.standard_errors)


def test_order_of_rows_units_of_time_and_kind_of_numbers_change_nothing():
    order = np.random.default_rng(3).permutation(8)
    found = incidence(ENTRY, EXIT, CAUSE, 2, [4, 8]).standard_errors
    np.testing.assert_allclose(incidence(ENTRY[order], EXIT[order], CAUSE[order], 2, [4, 8]).standard_errors, found)
    np.testing.assert_allclose(incidence(ENTRY / 7, EXIT / 7, CAUSE, 2, np.array([4, 8]) / 7).standard_errors, found)
    nullable = (pd.Series(values, dtype="Int64") for values in (ENTRY, EXIT, CAUSE))
    np.testing.assert_array_equal(incidence(*nullable, 2, [4, 8]).standard_errors, found)


def test_one_minus_kaplan_meier_is_too_high_where_ends_compete():
    rng = np.random.default_rng(20260101)
    back, other = rng.exponential(500, 4000), rng.exponential(300, 4000)
    exit, cause = np.minimum(back, other), np.where(back < other, 1, 2)  # noqa: A001
    truth = (1 / 500) / (1 / 500 + 1 / 300) * (1 - np.exp(-(1 / 500 + 1 / 300) * 365))
    ours, alone = incidence(0, exit, cause, 2, 365), kaplan_meier(0, exit, cause == 1, 365)
    assert abs(ours.estimates[0, 0] - truth) < 4 * ours.standard_errors[0, 0]
    assert alone.estimates[0, 0] > truth + 0.15


def test_taking_late_entry_for_a_start_says_too_little_early_and_entry_mends_it():
    # children are known from a day up to 300 after the return, and only if they are still at home then
    rng = np.random.default_rng(20260102)
    n = 6000
    entry, back = np.where(rng.random(n) < 0.5, rng.uniform(0, 300, n), 0), rng.exponential(400, n)
    known = back > entry
    exit, cause = np.minimum(back, 500)[known], (back < 500)[known]  # noqa: A001
    truth = 1 - np.exp(-np.array([90, 365]) / 400)
    ours = incidence(entry[known], exit, cause, 1, [90, 365])
    naive = incidence(0, exit, cause, 1, [90, 365])
    assert (np.abs(ours.estimates[:, 0] - truth) < 4 * ours.standard_errors[:, 0]).all()
    assert (naive.estimates[:, 0] < truth - 0.04).all()


def test_what_clusters_share_widens_the_error():
    rng = np.random.default_rng(5)
    clusters = np.repeat(np.arange(30), 40)
    exit = np.ceil(rng.exponential(400 / rng.lognormal(0, 1, 30)[clusters]))  # noqa: A001
    args = (0, exit, np.ones(1200), 1, [90, 365])
    assert (incidence(*args, clusters=clusters).standard_errors > 2 * incidence(*args).standard_errors).all()
    alone = incidence(*args, clusters=np.arange(1200))
    np.testing.assert_allclose(alone.standard_errors, incidence(*args).standard_errors * np.sqrt(1200 / 1199))
    assert incidence(*args, clusters=clusters).df == pytest.approx(29)
    assert incidence(*args, clusters=np.minimum(clusters, 10)).df < 2, "one agency holds two in three children"


def test_none_or_all_have_an_exact_bound_and_nothing_is_told_after_the_last_observation():
    none = incidence(0, [5, 6, 7], [0, 0, 0], 2, [4, 8])
    low, high = none.interval(0.95)
    np.testing.assert_allclose([low[0, 0], high[0, 0]], [0, 1 - 0.025 ** (1 / 3)])  # R: binom.test(0, 3)$conf.int
    assert np.isnan(none.estimates[1]).all()
    assert np.isnan([low[1], high[1]]).all()
    everybody = incidence(0, [5, 6, 7], [1, 1, 1], 1, [8])
    assert everybody.estimates[0, 0] == pytest.approx(1), "nobody is left whom time could change"
    wide = incidence(0, [5, 6, 7], [0, 0, 0], 1, [4], clusters=[1, 1, 2]).interval(0.95)[1]
    np.testing.assert_allclose(wide, 1 - 0.025 ** (1 / 2))


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"exit": [1, 2, -3]}, "not after the entry"),
        ({"entry": [-1, 0, 0]}, "before time 0"),
        ({"entry": [0, 5, 0]}, r"not after the entry.*rows: 1, the first at position 1"),
        ({"exit": [1, np.nan, 3]}, "missing or endless"),
        ({"cause": [0, 3, 1]}, "from 0 .censored. to 2"),
        ({"cause": [0, np.nan, 1]}, "from 0 .censored. to 2"),
        ({"weights": [1, 0, 1]}, "weight"),
        ({"exit": [1, 2]}, "one value a row"),
        ({"entry": [], "exit": [], "cause": []}, "at least one row"),
        ({"clusters": ["a", "a", "a"]}, "one cluster only"),
        ({"clusters": ["a", None, "b"]}, "every row needs one cluster"),
        ({"clusters": pd.Series(["a", pd.NA, "b"], dtype="string")}, "every row needs one cluster"),
        ({"times": [-1]}, "times must be"),
    ],
)
def test_rows_that_are_no_observation_are_refused(change, words):
    good = {"entry": [0, 0, 0], "exit": [3, 4, 5], "cause": [1, 2, 0], "n_causes": 2, "times": [2]}
    assert incidence(**good).n == 3
    with pytest.raises(ObservationError, match=words):
        incidence(**(good | change))
