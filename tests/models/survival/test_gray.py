"""Gray's test beside R's (test_incidence_against_r): labels, late entry, clusters, and what cannot be tested."""

import numpy as np
import pytest
from scipy import stats

from analysis.models.survival.counting import ObservationError
from analysis.models.survival.gray import gray_test


def made_up(seed, n=400, ratio=1.0, n_clusters=None):
    """Return rows of two groups whose hazards of the first cause differ by ``ratio``; a cluster is all of one group."""
    rng = np.random.default_rng(seed)
    clusters = rng.integers(n_clusters or n, size=n)
    groups = clusters % 2
    luck = rng.lognormal(0, 0.8 if n_clusters else 0, clusters.max() + 1)[clusters]
    back, other, end = rng.exponential(600 / (luck * ratio**groups)), rng.exponential(500, n), rng.uniform(200, 900, n)
    exit = np.ceil(np.minimum(np.minimum(back, other), end))  # noqa: A001
    return exit, np.where(end < np.minimum(back, other), 0, np.where(back < other, 1, 2)), groups, clusters


def test_scores_add_up_to_nothing_and_point_to_who_has_more():
    exit, cause, groups, _ = made_up(1, ratio=2)  # noqa: A001
    found = gray_test(0, exit, cause, 2, groups)
    assert found.scores.sum() == pytest.approx(0, abs=1e-9)
    assert found.scores[1] > 0
    assert found.p_value < 0.001
    np.testing.assert_allclose(found.covariance.sum(axis=1), 0, atol=1e-9)


def test_names_of_groups_and_order_of_rows_change_nothing():
    exit, cause, groups, _ = made_up(2)  # noqa: A001
    order = np.random.default_rng(1).permutation(len(exit))
    named = np.array(["planned", "abrupt"])[groups]
    found = [gray_test(0, exit, cause, 2, groups), gray_test(0, exit[order], cause[order], 2, named[order])]
    assert found[0].statistic == pytest.approx(found[1].statistic, rel=1e-10)
    assert found[1].group_labels.tolist() == ["abrupt", "planned"]


def test_clusters_of_one_row_say_nearly_what_rows_say():
    exit, cause, groups, _ = made_up(3, n=800, ratio=1.3)  # noqa: A001
    rows = gray_test(0, exit, cause, 2, groups)
    alone = gray_test(0, exit, cause, 2, groups, clusters=np.arange(800))
    assert alone.df_error == 799
    assert alone.statistic == pytest.approx(rows.statistic, rel=0.1)


def test_by_cluster_the_scores_vary_as_when_each_is_left_out():
    exit, cause, groups, clusters = made_up(5, n=120, n_clusters=12)  # noqa: A001
    groups = np.arange(120) % 3
    found = gray_test(0, exit, cause, 2, groups, clusters=clusters)
    left_out = [clusters != g for g in range(12)]
    scores = np.array([gray_test(0, exit[kept], cause[kept], 2, groups[kept]).scores for kept in left_out])
    covariance = 12 * np.cov(scores.T, bias=True) * 12 / 11
    np.testing.assert_allclose(found.covariance, covariance, atol=1e-10)
    statistic = found.scores[:2] @ np.linalg.solve(covariance[:2, :2], found.scores[:2])
    assert found.statistic == pytest.approx(statistic * 10 / (2 * 11))  # Hotelling: T2 (G - L + 1) / ((L - 1) (G - 1))
    assert found.p_value == pytest.approx(stats.f.sf(found.statistic, 2, 10))


def test_agencies_that_are_all_of_one_kind_make_the_test_of_rows_too_sure():
    p_values = []
    for seed in range(60):
        exit, cause, groups, clusters = made_up(seed, n_clusters=20)  # noqa: A001
        p_values.append([gray_test(0, exit, cause, 2, groups, clusters=of).p_value for of in (None, clusters)])
    by_row, by_cluster = (np.array(p_values) < 0.05).mean(axis=0)
    assert by_row > 0.2
    assert by_cluster < 0.15


def test_late_entry_that_differs_between_groups_is_no_difference():
    rng = np.random.default_rng(4)
    groups, back = rng.integers(2, size=3000), rng.exponential(400, 3000)
    entry = groups * rng.uniform(0, 300, 3000)
    known = back > entry
    exit, cause = np.minimum(back, 500)[known], (back < 500)[known]  # noqa: A001
    assert gray_test(entry[known], exit, cause, 1, groups[known]).p_value > 0.05
    assert gray_test(0, exit, cause, 1, groups[known]).p_value < 1e-6


@pytest.mark.parametrize(
    ("groups", "of_cause", "clusters", "words"),
    [
        ([1, 1, 1, 1], 1, None, "two groups or more"),
        ([1, 1, 2, 2], 2, None, "at least one event"),
        ([1, 1, 2, 2], 1, [1, 1, 1, 1], "one cluster only"),
        ([1, 2, 3, 4], 1, [1, 1, 2, 2], "too few clusters"),
        ([1, 1, 2, None], 1, None, "every row needs one group"),
    ],
)
def test_what_cannot_be_tested_is_refused(groups, of_cause, clusters, words):
    with pytest.raises(ObservationError, match=words):
        gray_test(0, [1, 2, 3, 4], [1, 0, 1, 0], 2, np.array(groups, dtype=object), of_cause, clusters)
