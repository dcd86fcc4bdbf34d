"""Harrell's and Uno's concordance with errors by row and by cluster, as R's survival::concordance has them."""

import numpy as np
import pytest

from analysis.models.survival.concordance import harrell, uno


def lungs(rows_of):
    rows = rows_of("lung")
    return rows.assign(risk=(0.01 * rows["age"] - 0.6 * rows["sex"] + 0.5 * rows["ecog"]).round(1))


def check(found, expected):
    np.testing.assert_allclose([found.estimate, found.standard_error], expected, rtol=1e-10)


def test_harrell_s_index_and_its_errors(rows_of, r_says):
    rows = lungs(rows_of)
    told = (np.zeros(len(rows)), rows["days"], rows["died"], rows["risk"])
    check(harrell(*told), r_says("lung", "concordance"))
    check(harrell(*told, rows["inst"]), r_says("lung by cluster", "concordance"))


def test_days_that_are_tied(rows_of, r_says):
    rows = lungs(rows_of)
    check(harrell(0 * rows["years"], rows["years"], rows["died"], rows["risk"]), r_says("lung in years", "concordance"))


def test_delayed_entry_and_rows_of_one_patient(rows_of, r_says):
    rows = rows_of("heart")
    risk = (0.03 * rows["age"] - 0.15 * rows["year"]).round(1)
    check(
        harrell(rows["start"], rows["stop"], rows["event"], risk, rows["id"]), r_says("heart by cluster", "concordance")
    )


def test_uno_s_index_up_to_a_day(rows_of, r_says):
    rows = lungs(rows_of)
    check(uno(rows["days"], rows["died"], rows["risk"], 700, rows["inst"]), r_says("lung by Uno", "concordance"))


def test_who_ended_otherwise_never_has_the_event():
    entry, event, risk = np.zeros(3), [True, True, False], [2.0, 1.0, 3.0]
    assert (
        harrell(entry, [1, 3, 2], event, risk).estimate == 0.5
    )  # two pairs: with the last censored at 2, one is right
    assert harrell(entry, [1, 3, np.inf], event, risk).estimate == pytest.approx(1 / 3)  # it outlives both


def test_pairs_are_those_of_each_row_compared_with_each():
    rng = np.random.default_rng(4)
    entry, risk = rng.integers(0, 20, 300).astype(float), rng.integers(0, 9, 300)
    end, event = entry + rng.integers(1, 30, 300), rng.random(300) < 0.5
    day = end[event, None]
    stays_on = (entry < day) & ((end > day) | ((end == day) & ~event))
    right = stays_on * ((risk < risk[event, None]) + 0.5 * (risk == risk[event, None]))
    found = harrell(entry, end, event, risk)
    assert (found.n_pairs, found.estimate) == (stays_on.sum(), right.sum() / stays_on.sum())
    of_row = right.sum(axis=0) - found.estimate * stays_on.sum(axis=0)
    of_row[event] += right.sum(axis=1) - found.estimate * stays_on.sum(axis=1)
    assert found.standard_error == pytest.approx(np.sqrt((of_row**2).sum()) / stays_on.sum(), rel=1e-12)


def test_the_interval_lies_within_0_and_1_and_holds_the_estimate(rows_of):
    rows = lungs(rows_of)
    found = harrell(np.zeros(len(rows)), rows["days"], rows["died"], rows["risk"], rows["inst"])
    low, high = found.interval(0.95)
    assert 0 < low < found.estimate < high < 1
    assert harrell(np.zeros(3), [1, 2, 3], [1, 1, 1], [3, 2, 1], [1, 1, 1]).interval(0.95) == (0, 1)


def test_refusals():
    with pytest.raises(ValueError, match="no two rows can be compared"):
        harrell(np.zeros(2), [1, 2], [0, 0], [1.0, 2.0])
    with pytest.raises(ValueError, match="must be known"):
        harrell(np.zeros(2), [1, 2], [1, 0], [1.0, np.nan])
    with pytest.raises(ValueError, match="no two rows can be compared"):
        uno([1, 2, 3], [0, 0, 1], [1.0, 2.0, 3.0], 5)
