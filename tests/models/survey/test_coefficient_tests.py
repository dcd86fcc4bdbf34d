"""Tails of weighted chi-squares over one of the design: R's numbers, the mean, and where nothing can be told."""

import numpy as np
import pytest
from scipy import stats

from analysis.models.survey.coefficient_tests import _weighted_f_tail


@pytest.mark.parametrize(
    ("statistic", "weights", "df2", "expected"),
    [
        (9.0, [1.5, 0.5], 12, 0.0410533058991405),
        (3.0, [1.0], 4, 0.162683086840911),
        (0.5, [2.0, 1.0, 0.3], 8, 0.899348352674442),
    ],
)
def test_the_tail_is_that_of_r(statistic, weights, df2, expected):
    """R 4.2.2, survey: ``pFsum(9, df = c(1, 1), a = c(1.5, 0.5), ddf = 12, method = "saddlepoint", lower = FALSE)``."""
    assert _weighted_f_tail(statistic, np.array(weights), df2) == pytest.approx(expected, rel=1e-6)


@pytest.mark.parametrize("df2", [3, 25])
def test_at_the_mean_of_equal_weights_it_is_the_tail_of_f(df2):
    """The saddlepoint is 0 there, where its formula is not defined: Satterthwaite's is exact for equal weights."""
    assert _weighted_f_tail(2.4, np.array([1.2, 1.2]), df2) == pytest.approx(stats.f.sf(1, 2, df2), rel=1e-12)


def test_a_statistic_of_nothing_is_no_evidence_and_no_degrees_of_freedom_tell_nothing():
    assert _weighted_f_tail(0.0, np.array([1.0, 2.0]), 10) == 1
    assert _weighted_f_tail(-1e-9, np.array([1.0, 2.0]), 10) == 1
    assert np.isnan(_weighted_f_tail(3.0, np.array([1.0]), 0))
    assert 0 < _weighted_f_tail(3.0, np.array([1.0]), 1) < 1
