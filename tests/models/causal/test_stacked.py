"""Influences hold all models fitted first: they are what leaving out a row changes; and what is refused."""

import numpy as np
import pytest

from analysis.models.causal import censoring, doubly_robust, regressions
from analysis.models.causal.stacked_variance import Stacked, jackknife


def means(followed, method, kept=slice(None)):
    columns, treated = followed.columns[kept], followed.treated[kept]
    with_arm = np.column_stack([columns, treated])
    hazard = censoring.censoring(followed.days[kept], followed.is_lost[kept], with_arm, [0, 90, 180, 365])
    ended = ((followed.days <= 365) & followed.is_first)[kept]
    return doubly_robust.arm_means(ended, treated, columns, method=method, known=hazard.known_at(365))


@pytest.mark.parametrize("method", doubly_robust.METHODS)
def test_an_influence_is_what_leaving_out_the_row_changes(followed, method):
    whole, rows = means(followed, method), np.arange(0, 300, 6)
    n = len(followed.days)
    without = np.array([means(followed, method, np.arange(n) != row).estimate for row in rows])
    changed = (whole.estimate - without) * (n - 1) / n
    for arm in (0, 1):
        told = whole.influence[rows, arm]
        assert np.corrcoef(changed[:, arm], told)[0, 1] > 0.995
        assert np.polyfit(told, changed[:, arm], 1)[0] == pytest.approx(1, abs=0.1)
    assert whole.influence.sum(axis=0) == pytest.approx([0, 0], abs=1e-10)


def test_contrasts_carry_the_error_of_both_means(followed):
    both = means(followed, doubly_robust.DOUBLY_ROBUST)
    apart, ratio = doubly_robust.difference(both), doubly_robust.log_ratio(both)
    assert apart.estimate[0] == both.estimate[1] - both.estimate[0]
    assert np.exp(ratio.estimate[0]) == pytest.approx(both.estimate[1] / both.estimate[0])
    covariance = both.clustered(followed.clusters).covariance
    assert apart.clustered(followed.clusters).covariance[0, 0] == pytest.approx(
        covariance[0, 0] + covariance[1, 1] - 2 * covariance[0, 1]
    )


def test_rows_of_a_cluster_are_added_before_squares_are_taken():
    alike = Stacked(np.array([0.0]), np.array([[1.0], [1.0], [-1.0], [-1.0]]))
    assert alike.clustered(["a", "a", "b", "b"]).covariance[0, 0] == 2 * 8
    assert alike.clustered().covariance[0, 0] == pytest.approx(4 / 3 * 4)
    assert alike.clustered(["a", "b", "a", "b"]).covariance[0, 0] == 0


def test_the_jackknife_of_a_mean_is_its_variance():
    values = np.array([1.0, 4.0, 2.0, 7.0])
    found = jackknife(lambda kept: np.array([values[kept].mean()]), np.arange(4))
    assert found.covariance[0, 0] == pytest.approx(values.var(ddof=1) / 4)
    assert found.degrees_of_freedom == 3


@pytest.mark.parametrize(
    ("clusters", "said"), [(["a"] * 3, "one cluster"), (["a", None, "b"], "unknown"), (["a"], "give one to each of 3")]
)
def test_clusters_that_tell_nothing_are_refused(clusters, said):
    with pytest.raises(ValueError, match=said):
        Stacked(np.zeros(1), np.zeros((3, 1))).clustered(clusters)


def test_a_treatment_foretold_by_a_column_is_refused():
    column = np.repeat([0.0, 1.0], 10)
    with pytest.raises(regressions.SeparationError, match="column"):
        doubly_robust.arm_means(np.tile([0, 1], 10), column == 1, column[:, None])


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"method": "matching"}, "method must be one of"),
        ({"outcome": [0, 1, 0]}, "give one a row"),
        ({"outcome": [0, 1, 0, np.nan]}, "missing"),
        ({"treated": [True] * 4}, "no untreated row"),
        ({"family": "probit", "method": "standardised"}, "family must be"),
        ({"outcome": [0, 1, 0, 2], "method": "standardised"}, "0 or 1"),
        ({"columns": [[np.inf], [1], [2], [3]], "method": "weighted"}, "must be known"),
    ],
)
def test_bad_input_is_named(changed, said):
    plain = {"outcome": [0, 1, 0, 1], "treated": [True, False, False, True], "columns": [[0.0], [1], [2], [3]]}
    given = {**plain, "method": "crude", **changed}
    with pytest.raises(ValueError, match=said):
        doubly_robust.arm_means(given.pop("outcome"), given.pop("treated"), given.pop("columns"), **given)


def test_a_ratio_needs_an_outcome_in_both_arms():
    with pytest.raises(ValueError, match="both arms"):
        doubly_robust.log_ratio(Stacked(np.array([0.0, 0.1]), np.zeros((2, 2))))


def test_rows_and_weights_that_fit_no_regression_are_refused():
    columns, outcome = np.array([[0.0], [1], [2], [3]]), [0, 1, 0, 1]
    with pytest.raises(ValueError, match="one row each"):
        regressions.fitted(columns, outcome[:3])
    with pytest.raises(ValueError, match="0 or more"):
        regressions.fitted(columns, outcome, weights=[1, 1, 1, -1])
    for weights in ([1, 0, 1, 0], [0, 1, 0, 1], [0, 0, 0, 0]):
        with pytest.raises(regressions.SeparationError, match="nothing to explain"):
            regressions.fitted(columns, outcome, weights=weights)
