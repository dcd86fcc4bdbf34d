"""What three lists miss: an average over models, draws that hold its doubt, and totals over strata and linkages."""

import numpy as np
import pytest

from analysis.models.capture import chapman, histories, log_linear, missed_by_three, totals

CONTINUITY = 1.0
COUNTS = [[12, 9, 20, 8, 15, 22, 60], [3, 6, 4, 9, 2, 8, 10]]


def drawn_with(counts, seed=1, n_replicates=500):
    return missed_by_three([counts], n_replicates, CONTINUITY, np.random.default_rng(seed))


def test_the_first_list_changes_fastest():
    assert histories(3) @ (1, 2, 4) == pytest.approx(np.arange(1, 8))


def test_the_estimate_is_the_average_over_models_by_their_weights():
    found = drawn_with(COUNTS)
    fits = log_linear.fit_models([np.array(COUNTS) + CONTINUITY / 7])
    weight = log_linear.weights(fits, np.array([np.sum(COUNTS)]))
    assert found.expected == pytest.approx((weight[..., None] * fits.missed).sum(axis=1))
    assert found.listed.tolist() == [[146, 42]]


def test_draws_are_whole_repeat_with_their_seed_and_vary_more_than_one_model_says():
    found, again = drawn_with(COUNTS), drawn_with(COUNTS)
    assert (found.drawn == again.drawn).all()
    assert (found.drawn % 1 == 0).all()
    assert found.drawn.shape == (500, 1, 2)
    assert found.drawn[:, 0, 0].var() > 2 * found.drawn[:, 0, 0].mean()


def test_a_third_list_shows_what_two_that_agree_more_than_by_chance_hide():
    on_list, chance = histories(3), np.array([0.4, 0.5, 0.5])
    cells = np.prod(np.where(on_list, chance, 1 - chance), axis=1) * np.exp(1.2 * on_list[:, 0] * on_list[:, 1])
    counts = np.round(1000 * cells / cells.sum())
    missed = 1000 * np.prod(1 - chance) / cells.sum()
    of_two = [counts[on_list[:, :2] @ (1, 2) == code].sum() for code in (1, 2, 3)]
    missed_by_both = missed + counts[on_list @ (1, 2, 4) == 4].sum()
    assert chapman(*of_two) < 0.5 * missed_by_both
    assert drawn_with([counts]).expected[0, 0] == pytest.approx(missed, rel=0.1)


def test_a_stratum_without_a_facility_misses_none_and_changes_no_other():
    with_empty = missed_by_three([[*COUNTS, [0] * 7]], 50, CONTINUITY, np.random.default_rng(1))
    without = drawn_with(COUNTS, n_replicates=50)
    assert with_empty.expected[0, :2] == pytest.approx(without.expected[0])
    assert with_empty.expected[0, 2] == 0
    assert (with_empty.drawn[..., 2] == 0).all()


def test_no_facility_at_all_misses_none():
    found = missed_by_three([[[0] * 7]], 5, CONTINUITY, np.random.default_rng(1))
    assert found.expected.tolist() == [[0]]


def test_histories_nobody_has_do_not_make_the_interval_a_point():
    found = drawn_with([[0, 14, 3, 0, 0, 10, 9]], n_replicates=2000)
    assert np.quantile(found.drawn, 0.975) >= 1


def test_totals_are_means_over_linkages_and_quantiles_of_all_of_them_together():
    linkages = [COUNTS, [[14, 11, 18, 10, 15, 22, 58], COUNTS[1]]]
    found = missed_by_three(linkages, 2000, CONTINUITY, np.random.default_rng(4))
    members = np.array([[1, 0], [0, 1], [1, 1]], dtype="float64")
    estimate, low, high = totals(found, members, 0.95)
    assert estimate == pytest.approx((found.listed + found.expected).mean(axis=0) @ members.T)
    alone = [np.quantile((found.listed + found.drawn)[:, one].sum(axis=-1), [0.025, 0.975]) for one in (0, 1)]
    assert alone[0][1] < high[2] < alone[1][1]
    assert alone[0][0] <= low[2] <= alone[1][0]


def test_a_confidence_that_is_none_is_refused():
    with pytest.raises(ValueError, match="confidence"):
        totals(drawn_with(COUNTS), np.ones((1, 2)), 95)


@pytest.mark.parametrize(("counts", "continuity"), [(COUNTS[:1], 0.0), ([[1, 2, 3]], 1.0)])
def test_what_cannot_be_is_refused(counts, continuity):
    with pytest.raises(ValueError, match=r"above 0|histories"):
        missed_by_three([counts], 5, continuity, np.random.default_rng(1))
