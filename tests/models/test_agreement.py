"""Weighted kappa against R, over clusters against a jackknife by hand, and what is refused."""

import numpy as np
import pytest

from analysis.models import agreement

# R 4.2.2, vcd 1.4-11: vcd::Kappa(as.table(m), weights = "Equal-Spacing" or "Fleiss-Cohen"), value and ASE;
# psych 2.2.9: cohen.kappa(m, w = 1 - (abs(outer(1:k, 1:k, "-")) / (k - 1))^p) has the same values, and for the
# unweighted one the same error; its error of the weighted ones is another (0.0593 for the first), farther from the
# jackknife by case (0.0642) than that of Fleiss, Cohen and Everitt.
THREE = [[44, 5, 1], [7, 20, 3], [2, 6, 12]]
FOUR = [[30, 8, 2, 1], [6, 25, 9, 3], [1, 7, 22, 8], [0, 2, 5, 19]]
IN_R = [
    (THREE, "linear", 0.6608040201005025, 0.0633680720587674),
    (THREE, "quadratic", 0.7174657534246575, 0.0658762215484777),
    (THREE, "unweighted", 0.6065573770491803, 0.0679984701201192),
    (FOUR, "linear", 0.6495837470404033, 0.0451395939500813),
    (FOUR, "quadratic", 0.7531472141694134, 0.0442147445260239),
    (FOUR, "unweighted", 0.5287490049598923, 0.0527719482275702),
]


@pytest.mark.parametrize(("table", "weights", "value", "error"), IN_R)
def test_kappa_and_its_error_are_those_of_r(table, weights, value, error):
    found = agreement.weighted_kappa(table, weights)
    assert found.estimate == pytest.approx(value, abs=1e-12)
    assert found.standard_error == pytest.approx(error, abs=1e-12)
    assert found.n == np.sum(table)


def test_weights_fall_from_1_to_0_with_the_distance():
    assert agreement.agreement_weights(3, "linear").tolist() == [[1, 0.5, 0], [0.5, 1, 0.5], [0, 0.5, 1]]
    assert agreement.agreement_weights(3, "quadratic")[0].tolist() == [1, 0.75, 0]


def test_full_agreement_is_1_and_independence_0():
    assert agreement.weighted_kappa(np.diag([5, 8, 2])).estimate == pytest.approx(1)
    assert agreement.weighted_kappa(np.outer([5, 8, 2], [1, 2, 4])).estimate == pytest.approx(0, abs=1e-12)


@pytest.fixture(scope="module")
def tables():
    rng = np.random.default_rng(7)
    return rng.multinomial(30, np.array(THREE).ravel() / 100, 9).reshape(9, 3, 3)


def test_the_error_over_clusters_leaves_out_each_in_turn(tables):
    found = agreement.clustered_kappa(tables, "quadratic")
    left_out = [agreement.weighted_kappa(np.delete(tables, at, axis=0).sum(axis=0)).estimate for at in range(9)]
    assert found.standard_error == pytest.approx(np.sqrt(8 / 9 * np.sum((left_out - np.mean(left_out)) ** 2)))
    assert found.estimate == agreement.weighted_kappa(tables.sum(axis=0)).estimate
    ends = np.arctanh([found.low, found.high]) - np.arctanh(found.estimate)
    half_width = 2.306004 * found.standard_error / (1 - found.estimate**2)  # R: qt(0.975, 8)
    assert ends == pytest.approx([-half_width, half_width], rel=1e-6)
    assert (found.n, found.n_clusters) == (270, 9)


def test_clusters_of_one_case_give_nearly_the_error_of_independent_cases():
    singles = np.repeat(np.eye(9).reshape(9, 3, 3), np.ravel(THREE), axis=0)
    found = agreement.clustered_kappa(singles, "quadratic")
    assert found.standard_error == pytest.approx(agreement.weighted_kappa(THREE).standard_error, rel=0.03)


def test_agencies_that_rate_in_their_own_way_make_the_interval_wider(tables):
    unlike = np.array([np.diag([10, 10, 10]), np.full((3, 3), 10 / 3)] * 5)
    alike = np.array([unlike.mean(axis=0)] * 10)
    assert agreement.clustered_kappa(alike).standard_error == pytest.approx(0, abs=1e-12)
    assert agreement.clustered_kappa(unlike).standard_error > 0.1


def test_a_cluster_without_a_case_counts_for_nothing(tables):
    more = np.concatenate([tables, np.zeros((3, 3, 3))])
    assert agreement.clustered_kappa(more) == agreement.clustered_kappa(tables)


def test_full_agreement_in_every_cluster_tells_no_interval():
    found = agreement.clustered_kappa([np.diag([5, 8, 2])] * 4)
    assert (found.low, found.high) == (-1, 1)


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ([[[5, 1], [2, 4]]], "two clusters or more"),
        ([[[5, 1], [2, 4]], [[0, 0], [0, 0]]], "two clusters or more"),
        ([[[5, 1, 1], [2, 4, 1]]], "square"),
        ([[[5, -1], [2, 4]]] * 2, "0 or more"),
        ([[[np.nan, 1], [2, 4]]] * 2, "none may be missing"),
        ([[[0, 0], [0, 0]]] * 2, "nothing was rated"),
        ([[[5, 0], [0, 0]]] * 2, "the same level"),
        ([[[5, 0], [0, 0]], [[5, 1], [1, 5]]], "the same level"),
    ],
)
def test_what_has_no_kappa_over_clusters_is_refused_in_words(given, why):
    with pytest.raises(ValueError, match=why):
        agreement.clustered_kappa(given)


def test_unknown_weights_one_level_and_a_confidence_of_1_are_refused():
    with pytest.raises(ValueError, match="weights are"):
        agreement.weighted_kappa(THREE, "cubic")
    with pytest.raises(ValueError, match="two levels"):
        agreement.weighted_kappa([[5]])
    with pytest.raises(ValueError, match="confidence"):
        agreement.clustered_kappa([THREE, THREE], confidence=1)
