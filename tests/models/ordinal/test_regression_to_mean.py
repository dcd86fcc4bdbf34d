"""Regression to the mean: none where nothing is chance, all where everything is, between them what a draw shows."""

from dataclasses import replace

import numpy as np
import pytest

from analysis.models.ordinal import change_if_nothing_changed
from analysis.models.ordinal.scores import probabilities


@pytest.fixture
def fit(fits):
    return fits["visits crossed"]


def test_without_differences_of_children_the_low_score_as_all_do_the_next_time(fit):
    alike = replace(fit, sds=np.zeros(2))
    chances = probabilities(fit.cuts, np.zeros(1))[0]
    low = chances[:2]
    mean, mean_low = chances @ [1, 2, 3, 4], low @ [1, 2] / low.sum()
    change, again = change_if_nothing_changed(alike, 2)
    assert change == pytest.approx(mean - mean_low, abs=1e-12)
    assert again == pytest.approx(low.sum(), abs=1e-12)


def test_children_who_hardly_vary_by_chance_hardly_change(fit):
    apart = replace(fit, sds=np.array([60.0, 0.0]), cuts=np.array([-40.0, 0.0, 40.0]))
    change, again = change_if_nothing_changed(apart, 2)
    assert change < 0.06
    assert again > 0.94


def test_it_is_what_two_ratings_of_the_same_children_show(fit):
    rng, n = np.random.default_rng(5), 400_000
    state = np.sqrt((fit.sds**2).sum()) * rng.normal(size=n)
    first, second = (1 + (state[:, None] + rng.logistic(size=(n, 1)) > fit.cuts).sum(axis=1) for _ in range(2))
    low = first <= 2
    change, again = change_if_nothing_changed(fit, 2)
    assert change == pytest.approx((second - first)[low].mean(), abs=0.01)
    assert again == pytest.approx((second <= 2)[low].mean(), abs=0.005)


def test_where_no_score_is_low_there_is_nothing_to_tell(fit):
    assert np.isnan(change_if_nothing_changed(fit, 0)).all()
