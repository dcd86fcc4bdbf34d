"""Rates between neighbouring levels: held to msm, to a closed form and to the exponential of a matrix."""

import numpy as np
import pytest
from scipy import linalg

from analysis.models import ordered_chain as chains

DAYS = [90, 180, 365]
COUNTS = np.array(
    [[[30, 9, 3], [11, 14, 8], [2, 6, 21]], [[41, 16, 7], [9, 12, 10], [3, 7, 25]], [[10, 6, 2], [4, 5, 6], [1, 4, 9]]]
)


def test_the_fit_is_that_of_msm():
    # R 4.2.2, msm 1.7: one subject a pair, at time 0 and at its days, all from above
    # msm(state ~ time, subject = id, data = pairs, qmatrix = rbind(c(0,.003,0), c(.003,0,.003), c(0,.003,0)),
    #     control = list(reltol = 1e-14, maxit = 5000)); qmatrix.msm(fit, ci = "none"); logLik(fit)
    chain = chains.ordered_chain(COUNTS, DAYS)
    expected = [[0.0039188179, 0.0043637750], [0.0049107162, 0.0029698732]]
    assert chain.rates == pytest.approx(np.array(expected), rel=1e-7)
    assert (chain.log_likelihood, chain.n) == (pytest.approx(-254.4694862, abs=1e-6), 281)


def test_a_chain_of_two_levels_has_a_closed_form():
    on, back, days = 0.01, 0.004, 30.0
    stays = (back + on * np.exp(-(on + back) * days)) / (on + back)
    assert chains.transitions([[on], [back]], [days])[0, 0] == pytest.approx([stays, 1 - stays])


def test_probabilities_are_the_exponential_of_the_rates():
    rates = np.array([[0.02, 0.005, 0.01], [0.001, 0.03, 0.002]])
    generator = np.diag(rates[0], 1) + np.diag(rates[1], -1)
    generator -= np.diag(generator.sum(axis=1))
    expected = np.stack([linalg.expm(generator * days) for days in (1, 40, 900)])
    assert chains.transitions(rates, [1, 40, 900]) == pytest.approx(expected, abs=1e-12)


def test_rates_of_many_draws_are_taken_at_once():
    rates = np.array([[[0.02, 0.005], [0.001, 0.03]], [[0.1, 0.2], [0.3, 0.4]]])
    together = chains.transitions(rates, [7.0])
    assert together[1] == pytest.approx(chains.transitions(rates[1], [7.0]))
    assert together.sum(axis=-1) == pytest.approx(np.ones((2, 1, 3)))


def test_a_move_that_was_never_made_has_the_least_rate():
    chain = chains.ordered_chain([[[20, 5], [0, 30]]], [100.0])
    assert chain.rates[1, 0] == pytest.approx(chains.LEAST_RATE)
    assert chain.rates[0, 0] == pytest.approx(-np.log(0.8) / 100, rel=1e-3)


def test_beside_a_rate_at_its_least_the_others_are_the_likeliest():
    counts = np.array([[20, 5], [0, 30]])
    on, back = chains.ordered_chain([counts], [100.0]).rates.ravel()
    assert back == pytest.approx(chains.LEAST_RATE)
    nearby = [chains.transitions([[on * np.exp(h)], [back]], [100.0])[0] for h in (-1e-4, 1e-4)]
    likelihoods = [(counts[counts > 0] * np.log(chance[counts > 0])).sum() for chance in nearby]
    assert (likelihoods[1] - likelihoods[0]) / 2e-4 == pytest.approx(0, abs=1e-6)


def test_moves_too_fast_to_be_told_apart_are_a_toss_of_a_coin():
    """All have moved at every look: any fast rates do as well, and nothing tells which."""
    chain = chains.ordered_chain([[[0, 3], [3, 0]]], [30.0])
    assert chain.log_likelihood == pytest.approx(6 * np.log(0.5), abs=1e-6)
    assert chains.transitions(chain.rates, [30.0])[0] == pytest.approx(np.full((2, 2), 0.5), abs=1e-3)


def test_clusters_that_are_all_alike_tell_no_spread():
    one = COUNTS[:2].astype("float64")
    found = chains.clustered_chain(np.stack([one] * 4), DAYS[:2])
    assert found.chain.rates == pytest.approx(chains.ordered_chain(one, DAYS[:2]).rates, rel=1e-10)
    assert np.abs(found.log_covariance).max() < 1e-20  # of fits that end in their last digits, wherever they begin


def test_the_covariance_is_that_of_leaving_each_cluster_out():
    clusters = np.stack([COUNTS, COUNTS[:, ::-1, ::-1], 2 * COUNTS.transpose(0, 2, 1)]).astype("float64")
    found = chains.clustered_chain(clusters, DAYS)
    logs = [np.log(chains.ordered_chain(clusters.sum(0) - own, DAYS).rates).ravel() for own in clusters]
    apart = np.array(logs) - np.log(found.chain.rates).ravel()
    assert found.log_covariance == pytest.approx(2 / 3 * apart.T @ apart, rel=1e-9)


def test_draws_lie_around_the_estimate_and_within_the_bounds():
    moved = np.vstack([0.2 * np.sqrt(20 / 19) * np.eye(4), np.zeros((16, 4))])
    found = chains.ClusteredChain(chains.ordered_chain(COUNTS, DAYS), moved)
    assert found.log_covariance == pytest.approx(0.04 * np.eye(4))
    logs = np.log(found.drawn_rates(4000, np.random.default_rng(1)))
    spread = 0.2 * np.sqrt(19 / 17)  # of Student's t with 19 degrees of freedom
    assert logs.mean(axis=0) == pytest.approx(np.log(found.chain.rates), abs=4 * spread / np.sqrt(4000))
    assert logs.std(axis=0) == pytest.approx(np.full((2, 2), spread), rel=0.08)
    wild = chains.ClusteredChain(found.chain, 500 * moved).drawn_rates(50, np.random.default_rng(1))
    assert (wild.min(), wild.max()) == (chains.LEAST_RATE, chains.LARGEST_RATE)


def test_the_fit_is_the_same_wherever_the_search_begins(monkeypatch):
    """Where a search ends, its last digits decide, and so the processor; what is fitted must not follow them."""
    found = chains.ordered_chain(COUNTS, DAYS)
    for times in (0.5, 3.0):
        monkeypatch.setattr(chains, "FASTER", (times,))
        assert chains.ordered_chain(COUNTS, DAYS).rates == pytest.approx(found.rates, rel=1e-11)


@pytest.mark.parametrize("days", [(90, 365), (365, 1825), (1825, 5000)])
def test_nothing_likelier_is_found_from_elsewhere_however_long_nobody_looked(days):
    """A first step may land where all chains are too fast to be told apart, and no slope leads back."""
    rng = np.random.default_rng(5)
    for _ in range(8):
        rates = np.exp(rng.uniform(np.log(0.001), np.log(0.01), (2, 2)))
        times = np.linspace(*days, 40)
        chances = np.clip(chains.transitions(rates, times), 0, None)
        counts = rng.multinomial(2, chances / chances.sum(axis=2, keepdims=True)).astype(float)
        found = chains.ordered_chain(counts, times).log_likelihood
        elsewhere = np.concatenate([np.log(rates).ravel()[None], rng.uniform(np.log(3e-4), np.log(0.05), (4, 4))])
        assert found >= chains._fitted(counts, times, elsewhere).log_likelihood - 1e-6


@pytest.mark.parametrize(
    ("counts", "days", "says"),
    [
        (COUNTS[0], DAYS, "durations, k, k"),
        (COUNTS, DAYS[:2], "one duration each"),
        (COUNTS, [0, 90, 180], "above 0"),
        (COUNTS * [[[1], [0], [1]]], DAYS, "no pair that begins in it"),
    ],
)
def test_what_cannot_be_fitted_is_refused(counts, days, says):
    with pytest.raises(ValueError, match=says):
        chains.ordered_chain(counts, days)


def test_two_clusters_are_too_few():
    with pytest.raises(ValueError, match="three or more"):
        chains.clustered_chain(np.stack([COUNTS] * 2), DAYS)


def test_rates_of_nothing_are_refused():
    with pytest.raises(ValueError, match="above 0"):
        chains.transitions([[0.0], [0.1]], [1.0])
