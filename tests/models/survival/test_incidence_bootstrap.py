"""Replicates by counts equal replicates by rows, groups are drawn together, and few clusters are told as few."""

import numpy as np
import pytest
from scipy import stats

from analysis.models.survival import cluster_draws
from analysis.models.survival.cluster_draws import count_by_cluster, draws_of
from analysis.models.survival.counting import ObservationError, observed, times_of_events
from analysis.models.survival.incidence import incidence
from analysis.models.survival.incidence_bootstrap import bootstrap_incidence
from analysis.models.survival.restricted_time import restricted_time

TIMES = [30, 90, 365]


def made_up(seed=1, n_clusters=20, size=15, spread=0.8):
    rng = np.random.default_rng(seed)
    clusters = np.repeat(np.arange(n_clusters), size)
    n = len(clusters)
    groups = np.where(rng.random(n) < 0.4, "abrupt", "planned")
    hazard = rng.lognormal(0, spread, n_clusters)[clusters] * np.where(groups == "abrupt", 2, 1) / 500
    back, other, end = rng.exponential(1 / hazard), rng.exponential(700, n), rng.uniform(370, 900, n)
    entry = np.where(rng.random(n) < 0.2, rng.integers(0, 60, n), 0)
    exit = np.maximum(np.ceil(np.minimum(np.minimum(back, other), end)), entry + 1)  # noqa: A001
    cause = np.where(end < np.minimum(back, other), 0, np.where(back < other, 1, 2))
    return {"entry": entry, "exit": exit, "cause": cause, "n_causes": 2}, clusters, groups


def bootstrap_of(rows, clusters, n, **other):
    rng = np.random.default_rng(7)
    return bootstrap_incidence(**rows, times=TIMES, clusters=clusters, n_replicates=n, rng=rng, **other)


def test_a_replicate_is_the_estimate_from_the_rows_drawn():
    rows, clusters, groups = made_up()
    found = bootstrap_of(rows, clusters, 6, groups=groups)
    draws = draws_of(20, 6, np.random.default_rng(7))
    assert (draws.sum(axis=1) == 20).all()
    for b, group in [(0, "abrupt"), (3, "planned"), (5, "abrupt")]:
        times_in = draws[b][clusters] * (groups == group)
        again = np.repeat(np.arange(len(clusters)), times_in)
        alone = incidence(*(rows[name][again] for name in ("entry", "exit", "cause")), 2, TIMES)
        position = found.group_labels.tolist().index(group)
        np.testing.assert_allclose(found.replicates[b, position, :, :2], alone.estimates, atol=1e-12)
        np.testing.assert_allclose(found.replicates[b, position, :, 2], alone.free, atol=1e-12)


def test_time_lost_in_all_rows_is_the_restricted_time():
    rows, clusters, _ = made_up()
    found = bootstrap_of(rows, clusters, 400, measure="time_lost")
    alone = restricted_time(**rows, horizons=TIMES, clusters=clusters)
    np.testing.assert_allclose(found.estimates[0, :, :2], alone.lost)
    np.testing.assert_allclose(found.estimates[0, :, 2], alone.free)
    np.testing.assert_allclose(found.standard_errors[0, 2, :2], alone.lost_errors[2], rtol=0.15)
    np.testing.assert_allclose(found.standard_errors[0, 2, 2], alone.free_errors[2], rtol=0.15)


@pytest.mark.parametrize(("setting", "value"), [("CELLS_AT_ONCE", 2000), ("DENSE_FROM", 0.0), ("DENSE_FROM", 2.0)])
def test_blocks_and_sparse_counts_are_only_ways_to_count(setting, value, monkeypatch):
    rows, clusters, groups = made_up()
    args = {**rows, "times": TIMES, "clusters": clusters, "n_replicates": 50, "groups": groups}
    usual = bootstrap_incidence(**args, rng=np.random.default_rng(7)).replicates
    monkeypatch.setattr(cluster_draws, setting, value)
    np.testing.assert_allclose(bootstrap_incidence(**args, rng=np.random.default_rng(7)).replicates, usual, atol=1e-12)


def test_the_bootstrap_error_is_that_of_the_influences_of_clusters():
    rows, clusters, _ = made_up(n_clusters=60)
    found = bootstrap_of(rows, clusters, 2000)
    by_influence = incidence(**rows, times=TIMES, clusters=clusters).standard_errors
    np.testing.assert_allclose(found.standard_errors[0, :, :2], by_influence, rtol=0.08)
    assert (by_influence[1:, 0] > 1.5 * incidence(**rows, times=TIMES).standard_errors[1:, 0]).all()


def test_groups_of_one_agency_share_its_luck_so_their_difference_is_surer_than_apart():
    rows, clusters, groups = made_up(spread=1.2)
    found = bootstrap_of(rows, clusters, 500, groups=groups)
    difference = found.difference("abrupt", "planned", 0.95)
    np.testing.assert_allclose(difference.estimates, found.estimates[0] - found.estimates[1])
    apart = np.sqrt((found.standard_errors**2).sum(axis=0))
    assert (difference.standard_errors[1:, 0] < 0.9 * apart[1:, 0]).all()
    half_width = stats.t.ppf(0.975, found.df.min()) * difference.standard_errors
    np.testing.assert_allclose(difference.high - difference.estimates, half_width)
    assert difference.low[2, 0] < difference.estimates[2, 0] < difference.high[2, 0]
    with pytest.raises(ValueError, match="'gradual' is no group: they are 'abrupt', 'planned'"):
        found.difference("gradual", "planned", 0.95)


def test_siblings_are_drawn_again_within_each_agency_drawn():
    outer = np.array([0, 0, 0, 1, 2, 2])
    draws = draws_of(6, 300, np.random.default_rng(7), outer)
    agencies = np.stack([draws[:, outer == code].sum(axis=1) / (outer == code).sum() for code in range(3)], axis=1)
    assert (agencies == np.round(agencies)).all()
    assert (agencies.sum(axis=1) == 3).all()
    once = draws[agencies[:, 0] == 1][:, :3]
    assert (once != 1).any(axis=1).mean() > 0.5, "within an agency drawn once its siblings are drawn anew"


def test_siblings_within_agencies_widen_the_error_a_little():
    rows, clusters, _ = made_up(n_clusters=40)
    siblings = np.arange(len(clusters)) // 2
    args = {**rows, "times": TIMES, "n_replicates": 800}
    agencies, both, alone = (
        bootstrap_incidence(**args, rng=np.random.default_rng(7), clusters=of, within=within).standard_errors[0, 2, 0]
        for of, within in ((clusters, None), (clusters, siblings), (siblings, None))
    )
    assert alone < 0.7 * agencies, "siblings alone leave out what agencies share"
    assert agencies * 0.95 < both < np.hypot(agencies, alone) * 1.1


def test_few_clusters_are_told_as_few():
    rows, clusters, _ = made_up(n_clusters=8)
    found = bootstrap_of(rows, clusters, 500)
    assert (found.n_clusters.tolist(), found.df.tolist()) == ([8], [7.0])
    student, percentile = (np.diff(found.interval(0.95, kind), axis=0)[0] for kind in ("student", "percentile"))
    assert (student[0, 1:, 0] > 1.1 * percentile[0, 1:, 0]).all()
    low, high = found.interval(0.95)
    assert ((low >= 0) & (low <= found.estimates) & (found.estimates <= high) & (high <= 1)).all()
    with pytest.raises(ValueError, match="student"):
        found.interval(0.95, "bca")


def test_a_group_in_one_agency_has_no_interval_and_a_rare_one_no_error():
    rows, clusters, _ = made_up()
    groups = np.where(clusters == 0, "here", np.where(clusters <= 2, "rare", "rest"))
    found = bootstrap_of(rows, clusters, 400, groups=groups)
    here, rare, rest = (np.array(found.interval(0.95))[:, position] for position in range(3))
    assert np.isnan(here).all()
    assert np.isfinite(rest).all()
    assert found.missing_share[1, 2] == pytest.approx(np.exp(-2), abs=0.06), (
        "two agencies of twenty are often not drawn"
    )
    assert np.isnan(rare).all()
    assert np.isnan(found.difference("here", "rest", 0.95).low).all()


def test_what_a_replicate_multiplies_does_not_grow_with_the_rows():
    shapes = []
    for repeats in (1, 40):
        rows, clusters, _ = made_up()
        again = np.tile(np.arange(len(clusters)), repeats)
        seen = observed(*(rows[name][again] for name in ("entry", "exit", "cause")), 2)
        times, at = times_of_events(seen), np.array(TIMES)
        shapes.append(count_by_cluster(seen, times, at, clusters[again], np.zeros(seen.n, dtype=int)).cells.shape)
    assert shapes[0] == shapes[1]


def test_who_is_seen_until_the_very_day_is_seen_then():
    found = bootstrap_incidence(0, [365] * 8, [0] * 8, 1, [365], np.arange(8), 5, np.random.default_rng(1))
    assert (found.missing_share[0, 0], found.estimates[0, 0, 0]) == (0, 0)
    later = bootstrap_incidence(0, [365] * 8, [0] * 8, 1, [366], np.arange(8), 5, np.random.default_rng(1))
    assert later.missing_share[0, 0] == 1


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"clusters": np.zeros(300)}, "one cluster only"),
        ({"groups": np.array([None] * 300)}, "every row needs one group"),
        ({"n_replicates": 1}, "2 replicates or more"),
        ({"measure": "mean"}, "incidence, time_lost"),
    ],
)
def test_what_cannot_be_drawn_again_is_refused(change, words):
    rows, clusters, groups = made_up()
    good = {**rows, "times": TIMES, "clusters": clusters, "groups": groups, "n_replicates": 2}
    with pytest.raises((ObservationError, ValueError), match=words):
        bootstrap_incidence(**(good | change), rng=np.random.default_rng(7))
