"""What makes fits fast changes no number: groups rated alike, sparse crossings, steps with another fit's curvature."""

import numpy as np
import pandas as pd
import pytest

from analysis.models.ordinal import fit_ordinal_mixed, patterns
from analysis.models.ordinal.curvature import Crossing, Curvature
from analysis.models.ordinal.data import checked
from analysis.models.ordinal.laplace import Surface
from analysis.models.ordinal.quadrature import Quadrature

COVARIATES = ["months", "late"]
AT = np.array([-2.0, -0.4, 1.3, 0.03, -0.4, 1.1, 0.0])


def given(visits, *factors):
    return checked(visits["score"], visits[COVARIATES], [visits[one] for one in factors], None)


def test_groups_are_alike_by_their_ratings_in_any_order():
    rows = pd.DataFrame({"score": [1, 2, 2, 1, 1, 2, 2, 2], "late": [0, 1, 1, 0, 1, 0, 1, 1], "months": 0.0})
    rated = checked(rows["score"], rows[["late"]], [[9, 9, 5, 5, 7, 7, 8, 8]], None)
    found = patterns.of_groups(rated)
    assert found.of_group.tolist() == [0, 1, 2, 0]  # of 5, 7, 8 and 9: the last like the first, in another order
    assert found.counts.tolist() == [2, 1, 1]
    assert found.ratings.n_groups == (3, 0)
    assert len(found.ratings.y) == 6


def test_groups_that_differ_in_length_alone_are_not_alike():
    rated = checked([1, 2, 1, 2, 2], np.array([[0.0], [1], [0], [1], [1]]), [[1, 1, 2, 2, 2]], None)
    assert patterns.of_groups(rated).counts.tolist() == [1, 1]


def test_every_group_rated_twice_over_counts_twice(visits):
    visits = visits.assign(months=visits["months"].round(-1))
    again = pd.concat([visits, visits.assign(child=visits["child"] + 1000)]).sample(frac=1, random_state=1)
    once, twice = (Quadrature(given(rows, "child"), 5) for rows in (visits, again))
    assert len(twice.ratings.y) == len(once.ratings.y)
    np.testing.assert_allclose(twice(AT)[0], 2 * once(AT)[0], rtol=1e-12)
    np.testing.assert_allclose(twice(AT)[1], 2 * once(AT)[1], rtol=1e-9, atol=1e-9)


def test_groups_too_long_to_be_looked_at_tell_the_same(visits, monkeypatch):
    as_it_is = Quadrature(given(visits, "agency"), 5)
    monkeypatch.setattr(patterns, "LONGEST", 1)
    whole = Quadrature(given(visits, "agency"), 5)
    assert whole.patterns.counts.tolist() == [1] * visits["agency"].nunique()
    np.testing.assert_allclose(whole(AT)[1], as_it_is(AT)[1], rtol=1e-9)


def test_modes_are_told_of_every_group(visits):
    rounded = visits.assign(months=visits["months"].round(-1))
    fit = fit_ordinal_mixed(rounded["score"], rounded[COVARIATES], rounded["child"], n_nodes=5)
    assert len(fit.modes[0]) == fit.n_groups[0] == rounded["child"].nunique()
    surface = Quadrature(given(rounded, "child"), 5)
    modes = surface.modes(fit.parameters).first[surface.patterns.of_group]
    np.testing.assert_allclose(fit.modes[0], fit.sds[0] * modes, atol=1e-6)
    laplace = fit_ordinal_mixed(rounded["score"], rounded[COVARIATES], rounded["child"])
    assert np.corrcoef(fit.modes[0], laplace.modes[0])[0, 1] > 0.999


def test_a_sparse_curvature_is_the_dense_one(visits):
    rated, rng = given(visits, "child", "agency"), np.random.default_rng(3)
    weight, (first, second), (n, m) = rng.random(len(visits)) + 0.1, rated.codes, rated.n_groups
    between = np.zeros((n, m))
    np.add.at(between, (first, second), weight)
    dense = np.block([[np.diag(1 + between.sum(axis=1)), between], [between.T, np.diag(1 + between.sum(axis=0))]])
    crossing = Crossing.of(rated)
    sparse = Curvature.of(crossing, np.diag(dense)[:n], crossing.sums(weight), np.diag(dense)[n:])
    inverse = np.linalg.inv(dense)
    vector = rng.normal(size=n + m)
    np.testing.assert_allclose(np.concatenate(sparse.solved(vector[:n], vector[n:])), inverse @ vector, atol=1e-12)
    assert sparse.log_determinant == pytest.approx(np.linalg.slogdet(dense)[1], abs=1e-10)
    expected = inverse[first, first], inverse[n + second, n + second], inverse[first, n + second]
    np.testing.assert_allclose(sparse.inverse_of_units(), expected, atol=1e-13)


def test_without_some_children_the_steps_of_the_whole_lead_to_the_same_fit_with_fewer_looks(visits, monkeypatch):
    whole = fit_ordinal_mixed(visits["score"], visits[COVARIATES], visits["child"], n_nodes=5)
    others, looks, look = visits[visits["child"] % 40 > 0], [], Quadrature.__call__
    monkeypatch.setattr(Quadrature, "__call__", lambda self, at: looks.append(1) or look(self, at))
    fits, n_looks = [], []
    for start in (None, whole):
        looks.clear()
        fits.append(fit_ordinal_mixed(others["score"], others[COVARIATES], others["child"], start=start, n_nodes=5))
        n_looks.append(len(looks))
    cold, led = fits
    np.testing.assert_allclose(led.parameters, cold.parameters, atol=1e-6)
    np.testing.assert_allclose(led.standard_errors, cold.standard_errors, rtol=1e-4)
    assert n_looks[1] < 0.7 * n_looks[0]


def test_a_start_that_leads_nowhere_is_left(visits):
    whole = fit_ordinal_mixed(visits["score"], visits[COVARIATES], visits["child"], n_nodes=5)
    turned = visits.assign(score=5 - visits["score"])
    given_start = fit_ordinal_mixed(turned["score"], turned[COVARIATES], turned["child"], start=whole, n_nodes=5)
    cold = fit_ordinal_mixed(turned["score"], turned[COVARIATES], turned["child"], n_nodes=5)
    np.testing.assert_allclose(given_start.parameters, cold.parameters, atol=1e-6)


def test_a_likelihood_of_one_factor_by_laplace_knows_no_crossing(visits):
    surface = Surface(given(visits, "child"))
    assert len(surface.crossing.first) == 0
    assert np.isfinite(surface(AT)[0])
