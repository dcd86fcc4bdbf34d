"""How often intervals of incidence hold the truth with few and uneven agencies, and how sure Gray's test is then.

Simulated: agencies of log-normal sizes (sd 0.8), 25 children each on average, share a log-normal factor (sd 0.6) of the
hazard of re-entry; two in five returns are abrupt, unevenly by agency, with twice the hazard; a competing end; one in
four children is seen from a later day on. The truth is that of a child of a new agency. Seeds are fixed; with n data
sets the Monte Carlo error of a share p is sqrt(p (1 - p) / n), and tolerances are three of them.
"""

import numpy as np
import pytest

from analysis.models.survival.gray import gray_test
from analysis.models.survival.incidence import incidence
from analysis.models.survival.incidence_bootstrap import bootstrap_incidence
from analysis.models.survival.loss import weighted_incidence
from analysis.models.survival.restricted_time import restricted_time

TIMES = np.array([30.0, 90, 180, 365, 730])
BACK, OTHER, RATIO, SPREAD = 1 / 1500, 1 / 3000, 2.0, 0.6
N_SETS, N_REPLICATES = 300, 300


def agencies_of(n_clusters, rng, spread=SPREAD):
    """Return the agency of each child and what its agency does to the hazard."""
    sizes = np.maximum(3, np.round(25 * rng.lognormal(-0.32, 0.8, n_clusters))).astype(int)
    clusters = np.repeat(np.arange(n_clusters), sizes)
    return clusters, np.exp(rng.normal(0, spread, n_clusters))[clusters]


def followed(hazard, rng, last=1100):
    """Return entry, exit and cause of children with these hazards of re-entry, who are still at home on entry."""
    n = len(hazard)
    back, other, end = rng.exponential(1 / hazard), rng.exponential(1 / OTHER, n), rng.uniform(200, last, n)
    entry = np.where(rng.random(n) < 0.25, rng.uniform(0, 120, n), 0).round()
    first = np.minimum(back, other)
    cause = np.where(end < first, 0, np.where(back < other, 1, 2))
    return entry, np.ceil(np.minimum(first, end)), cause


def returns(n_clusters, rng):
    clusters, luck = agencies_of(n_clusters, rng)
    is_abrupt = rng.random(len(clusters)) < rng.beta(2, 3, n_clusters)[clusters]
    entry, exit, cause = followed(BACK * luck * np.where(is_abrupt, RATIO, 1), rng)  # noqa: A001
    known = exit > entry
    return entry[known], exit[known], cause[known], clusters[known], is_abrupt[known]


def truth(ratio):
    """Return the incidence at TIMES, and the time lost before each, averaged over the factors of agencies."""
    nodes, weights = np.polynomial.hermite_e.hermegauss(40)
    back = BACK * ratio * np.exp(SPREAD * nodes)[:, None]
    total = back + OTHER
    reached = back / total * (1 - np.exp(-total * TIMES))
    lost = back / total * (TIMES - (1 - np.exp(-total * TIMES)) / total)
    return (weights[:, None] * reached).sum(axis=0) / weights.sum(), (weights[:, None] * lost).sum(
        axis=0
    ) / weights.sum()


def holds(ends, true):
    return (ends[0] <= true) & (true <= ends[1])


def coverage(n_clusters, n_sets, seed=20260301):
    """Return how often each kind of interval holds the truth: of two groups at five times, and their differences."""
    rng, told = np.random.default_rng([seed, n_clusters]), {}
    planned, abrupt = truth(1.0), truth(RATIO)
    for _ in range(n_sets):
        rows = returns(n_clusters, rng)
        args = (*rows[:3], 2, TIMES)
        found = bootstrap_incidence(*args, rows[3], N_REPLICATES, rng, groups=rows[4], largest_missing=0.5)
        first = rows[4] == 0
        alone = tuple(values[first] for values in rows[:4])
        lost = bootstrap_incidence(*alone[:3], 2, TIMES, alone[3], N_REPLICATES, rng, measure="time_lost")
        difference = found.difference(True, False, 0.95)
        for name, ends, true in (
            ("student", found.interval(0.95), np.stack([planned[0], abrupt[0]])),
            ("percentile", found.interval(0.95, "percentile"), np.stack([planned[0], abrupt[0]])),
            ("by influence", incidence(*alone[:3], 2, TIMES, clusters=alone[3]).interval(0.95), planned[0]),
            ("rows independent", incidence(*alone[:3], 2, TIMES).interval(0.95), planned[0]),
            ("time lost", restricted_time(*alone[:3], 2, TIMES, clusters=alone[3]).lost_interval(0.95), planned[1]),
            ("time lost, drawn", tuple(end[0] for end in lost.interval(0.95)), planned[1]),
            ("difference", (difference.low, difference.high), abrupt[0] - planned[0]),
        ):
            told.setdefault(name, []).append(holds([end[..., 0] for end in ends], true))
    return {name: 100 * np.mean(found, axis=0) for name, found in told.items()}


@pytest.mark.validation
@pytest.mark.parametrize("n_clusters", [12, 15, 24, 60])
def test_intervals_hold_the_truth_with_few_and_uneven_agencies(n_clusters):
    found = coverage(n_clusters, N_SETS)
    for name, shares in found.items():
        print(f"\n{n_clusters} {name}: {np.round(shares, 1).tolist()}")  # noqa: T201 read with pytest -rP
    error = 100 * np.sqrt(0.95 * 0.05 / N_SETS)
    for name in ("student", "by influence", "difference", "time lost", "time lost, drawn"):
        later = found[name][..., 1:]  # at 30 days a handful of events: wide, and held more often than said
        assert later.min() >= 92 - 3 * error, name
        assert 93 - 3 * error / 2 <= later.mean() <= 97 + 3 * error / 2, name
    assert found["rows independent"][3:].mean() < 85
    if n_clusters <= 15:
        assert found["percentile"][..., 1:].mean() < found["student"][..., 1:].mean() - 2


@pytest.mark.validation
@pytest.mark.parametrize("n_clusters", [12, 24, 60])
def test_grays_test_by_agency_keeps_its_size_and_by_row_does_not(n_clusters):
    rng, n_sets, p_values = np.random.default_rng([20260302, n_clusters]), 300, []
    for _ in range(n_sets):
        clusters, luck = agencies_of(n_clusters, rng)
        groups = (clusters % 2) ^ (rng.random(len(clusters)) < 0.1)  # nearly an agency's habit
        entry, exit, cause = followed(BACK * 2 * luck, rng)  # noqa: A001
        known = exit > entry
        args = (entry[known], exit[known], cause[known], 2, groups[known])
        p_values.append([gray_test(*args, clusters=of).p_value for of in (None, clusters[known])])
    by_row, by_agency = 100 * (np.array(p_values) < 0.05).mean(axis=0)
    print(f"\n{n_clusters}: by row {by_row:.1f}, by agency {by_agency:.1f}")  # noqa: T201 read with pytest -rP
    assert by_row > 15
    assert by_agency < 7.5 + 3 * 100 * np.sqrt(0.05 * 0.95 / n_sets)


@pytest.mark.validation
def test_weights_for_loss_give_intervals_that_hold_the_truth_where_plain_ones_do_not():
    rng, n_sets, held = np.random.default_rng(20260303), 150, []
    at = TIMES[2:]
    for _ in range(n_sets):
        clusters, luck = agencies_of(30, rng, spread=0.3)
        x = (rng.random(len(clusters)) < 0.4).astype(float)
        entry, exit, cause = followed(1.5 * BACK * luck * np.exp(1.0 * x), rng, last=1300)  # noqa: A001
        loss = entry + np.ceil(rng.exponential(900 / np.exp(1.2 * x)))
        is_lost = loss < exit
        exit, cause = np.where(is_lost, loss, exit), np.where(is_lost, 0, cause)  # noqa: A001
        known = exit > entry
        args = (entry[known], exit[known], cause[known], 2, at)
        mended = weighted_incidence(*args, is_lost[known], x[known], clusters[known], 60, rng).replicated
        plain = incidence(*args, clusters=clusters[known]).interval(0.95)
        ends = [end[0, :, 0] for end in mended.interval(0.95)]
        held.append(
            [holds(ends, true_with_covariate(at)), holds([end[:, 0] for end in plain], true_with_covariate(at))]
        )
    weighted, plain = 100 * np.mean(held, axis=0)
    print(f"\nweighted {weighted.round(1).tolist()}, plain {plain.round(1).tolist()}")  # noqa: T201 pytest -rP
    assert weighted.min() > 95 - 3 * 100 * np.sqrt(0.95 * 0.05 / n_sets)
    assert plain[-1] < weighted[-1] - 5


def true_with_covariate(at):
    nodes, weights = np.polynomial.hermite_e.hermegauss(40)
    found = 0
    for share, ratio in ((0.6, 1.0), (0.4, np.e)):
        back = 1.5 * BACK * ratio * np.exp(0.3 * nodes)[:, None]
        reached = back / (back + OTHER) * (1 - np.exp(-(back + OTHER) * at))
        found = found + share * (weights[:, None] * reached).sum(axis=0) / weights.sum()
    return found
