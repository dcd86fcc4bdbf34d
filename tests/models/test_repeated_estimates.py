"""Rubin's rules, held to numbers worked out by hand."""

import numpy as np
import pytest

from analysis.models.repeated_estimates import pooled

ESTIMATES, VARIANCES = [1.0, 2.0, 3.0], [0.5, 0.5, 0.5]  # within 1/2, between 1, so 1/2 + (1 + 1/3) 1 = 11/6


def test_variance_is_within_and_between():
    one = pooled(ESTIMATES, VARIANCES)
    assert one.estimate == pytest.approx(2)
    assert one.variance == pytest.approx(11 / 6)
    assert one.between == pytest.approx(8 / 11)
    assert one.df == pytest.approx(2 * (11 / 8) ** 2)  # (m - 1) / share squared, Rubin (1987) 3.1.6


def test_few_complete_degrees_of_freedom_bound_those_of_the_pooled():
    share, complete = 8 / 11, 10
    seen = (complete + 1) / (complete + 3) * complete * (1 - share)  # Barnard and Rubin (1999)
    assert pooled(ESTIMATES, VARIANCES, complete).df == pytest.approx(1 / (1 / (2 / share**2) + 1 / seen))


def test_versions_that_agree_leave_the_interval_of_one():
    one = pooled([0.3, 0.3], [0.04, 0.04], 12)
    assert one.variance == pytest.approx(0.04)
    assert one.df == pytest.approx(12 * 13 / 15)
    assert one.interval(0.95)[0] == pytest.approx(0.3 - 2.228 * 0.2, abs=0.02)


@pytest.mark.parametrize(
    ("estimates", "variances"), [([1.0], [1.0]), ([1.0, np.nan], [1.0, 1.0]), ([1.0, 2.0], [1.0, 0.0]), ([1, 2], [1])]
)
def test_what_cannot_be_pooled_is_refused(estimates, variances):
    with pytest.raises(ValueError, match="estimate"):
        pooled(estimates, variances)
