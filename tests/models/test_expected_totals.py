"""Expected totals: their slopes are those of the totals themselves, and children are those of their facilities."""

import numpy as np
import pytest

from analysis.models.expected_totals import Known, expected, slopes
from analysis.models.nested_totals import Block
from analysis.models.province_intensities import Priors, Totals, Units, log_intensities

CODES = ("a", "b", "c", "d", "e")
UNITS = Units(CODES, np.array([1e5, 2e5, 5e4, 1e5, 3e5]), np.array([[0.5], [-1.0], [0.5], [1.0], [0.2]]))
PRIORS = Priors(1e-4, 0.5, 0.3, 1.0, 30, 0.5, 0.6, 1.0)
FACILITIES = Totals((Block("x", ("a", "b"), 12), Block("y", ("c",), 3), Block("z", ("d", "e"), 20)), CODES)
CHILDREN = Totals((Block("west", ("a", "b", "c"), 400), Block("east", ("d", "e"), 700)), CODES)
KNOWN = Known(UNITS, FACILITIES, CHILDREN, PRIORS)
STEP = 1e-6


@pytest.fixture
def logs():
    standard = np.random.default_rng(3).standard_normal((4, UNITS.n_standard))
    return log_intensities(standard, np.full(4, 0.6), np.full(4, 0.3), UNITS, PRIORS)


def test_slopes_are_those_of_the_log_totals(logs):
    directions = np.random.default_rng(5).standard_normal((len(logs), 3, logs.shape[1]))
    directions[:, :, -1] = 0  # log s moves only what varies, and is no part of the expectation
    found = slopes(expected(logs, KNOWN), directions, KNOWN)
    for which in range(3):
        moved = STEP * directions[:, which]
        rise = expected(logs + moved, KNOWN).log_expected - expected(logs - moved, KNOWN).log_expected
        assert found[:, :, which] == pytest.approx(rise / (2 * STEP), rel=1e-6, abs=1e-8)


def test_children_are_expected_where_the_printed_facilities_fall(logs):
    rate, size = np.exp(logs[:, :5]) * UNITS.n_at_risk, np.exp(logs[:, 5:-1])
    mean_of_x = 12 * (rate[:, :2] * size[:, :2]).sum(axis=1) / rate[:, :2].sum(axis=1)
    of_west = np.exp(expected(logs, KNOWN).log_expected[:, 3])
    assert of_west == pytest.approx(mean_of_x + 3 * size[:, 2])


def test_sums_by_both_blocks_are_those_of_the_units_in_both():
    values = np.arange(10.0).reshape(2, 5)
    assert KNOWN.by_blocks(values)[1].tolist() == [[5 + 6, 0], [7, 0], [0, 8 + 9]]
