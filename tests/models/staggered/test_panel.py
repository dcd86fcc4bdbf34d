"""Panels: rates from counts, weights, starts that are missing, and what is no panel."""

import numpy as np
import pytest

from analysis.models.staggered.panel import PanelError, panel, panel_of_rates


def test_a_rate_is_missing_where_nobody_is_exposed_and_weights_are_mean_exposures():
    counts, children = [[1, 2, np.nan], [3, 0, 3]], [[10, 20, 30], [30, 0, 10]]
    found = panel_of_rates(counts, children, [2001, 2002, 2003], [2002, np.nan])
    assert np.array_equal(found.outcomes, [[0.1, 0.1, np.nan], [0.1, np.nan, 0.3]], equal_nan=True)
    assert found.weights.tolist() == [15, 20]
    assert found.is_treated.tolist() == [[False, True, True], [False] * 3]
    assert found.cohorts.tolist() == [2002]


def test_cohorts_are_those_that_start_within_the_panel():
    assert panel(np.ones((4, 3)), [1, 2, 3], [1, 2, 9, np.nan]).cohorts.tolist() == [2]


def test_units_kept_keep_their_clusters():
    kept = panel(np.ones((4, 2)), [1, 2], [2] * 4, clusters=["a", "b", "b", "c"]).kept(
        np.array([False, True, True, True])
    )
    assert kept.clusters.tolist() == [0, 0, 1]


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (([[1.0, 2]], [1], [2]), "a column for each"),
        (([[1.0, 2]], [1, 3], [2]), "one by one"),
        (([[1.0, 2]], [1, 2], [2, 2]), "starts have the shape"),
        (([[1.0, 2]], [1, 2], [2], [0.0]), "above 0"),
        (([[1.0, 2]], [1, 2], [2], None, [None]), "cluster"),
    ],
)
def test_what_is_no_panel_is_refused(given, said):
    with pytest.raises(PanelError, match=said):
        panel(*given)


@pytest.mark.parametrize(
    ("counts", "children", "said"),
    [
        ([[1, -1]], [[5, 5]], "0 or more"),
        ([[1, 1]], [[5, 5, 5]], "one shape"),
        ([[np.nan, np.nan]], [[5, 5]], "no rate in any period"),
    ],
)
def test_counts_that_are_no_rates_are_refused(counts, children, said):
    with pytest.raises(PanelError, match=said):
        panel_of_rates(counts, children, [1, 2], [2])
