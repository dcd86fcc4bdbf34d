"""What cannot be modelled is refused in one sentence that says what to change."""

import numpy as np
import pytest

from analysis.models.ordinal import OrdinalError, fit_ordinal_mixed

Y = np.array([1, 2, 3, 4, 2, 3, 1, 4, 2, 3])
X = np.array([[0.1], [0.9], [0.4], [0.7], [0.2], [0.8], [0.3], [0.6], [0.5], [0.0]])
G = np.repeat(np.arange(5), 2)


def test_missing_scores_are_refused():
    with pytest.raises(OrdinalError, match="may be missing"):
        fit_ordinal_mixed(np.where(Y == 4, np.nan, Y), X, G)


def test_scores_that_are_all_alike_are_refused():
    with pytest.raises(OrdinalError, match="two or more distinct scores"):
        fit_ordinal_mixed(np.ones(10), X, G)


@pytest.mark.parametrize("column", [np.ones(10), X[:, 0] * 2, np.zeros(10)], ids=["constant", "double", "zero"])
def test_columns_that_follow_from_others_are_refused(column):
    with pytest.raises(OrdinalError, match="leave it out"):
        fit_ordinal_mixed(Y, np.column_stack([X, column]), G)


def test_a_factor_with_one_group_is_refused():
    with pytest.raises(OrdinalError, match="two or more groups"):
        fit_ordinal_mixed(Y, X, G, np.zeros(10))


def test_no_factor_and_three_are_refused():
    with pytest.raises(OrdinalError, match="one or two factors"):
        fit_ordinal_mixed(Y, X)
    with pytest.raises(OrdinalError, match="one or two factors"):
        fit_ordinal_mixed(Y, X, G, G, G)


def test_quadrature_with_two_factors_is_refused():
    with pytest.raises(OrdinalError, match="one factor"):
        fit_ordinal_mixed(Y, X, G, G[::-1], n_nodes=5)


def test_lengths_that_differ_are_refused():
    with pytest.raises(OrdinalError, match="a row a score"):
        fit_ordinal_mixed(Y, X[:9], G)
    with pytest.raises(OrdinalError, match="group of every score"):
        fit_ordinal_mixed(Y, X, G[:9])


@pytest.mark.parametrize("highest_of_low", [3, 4], ids=["all scores", "one end"])
def test_a_column_that_tells_scores_apart_is_refused_and_not_fitted_somewhere(highest_of_low):
    rng = np.random.default_rng(3)
    x = np.repeat([0.0, 1.0], 40)
    y = np.where(x > 0, 4, rng.integers(1, highest_of_low + 1, 80))
    with pytest.raises(OrdinalError, match="separation"):
        fit_ordinal_mixed(y, x[:, None], np.tile(np.arange(20), 4))
