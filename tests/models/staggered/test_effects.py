"""Effects added up: by hand, against R's Welch test, bands that hold for all at once, tests of periods before."""

import numpy as np
import pytest

from analysis.models.staggered.before import drift_before, less_drift, parallel_before, seen_drift
from analysis.models.staggered.effects import (
    LOG_RATIO,
    effect_overall,
    effects_by_cohort,
    effects_by_period,
    effects_by_time,
)
from analysis.models.staggered.group_time import group_time
from analysis.models.staggered.panel import panel, panel_of_rates
from analysis.models.staggered.permuted import permuted_p_value

FLAT = np.array([[10.0, 10, 10, 10]] * 6)
STARTS = np.array([1, 1, 2, 2, np.nan, np.nan])
WEIGHTS = np.array([1.0, 1, 3, 3, 1, 1])


def planted(effect):
    """Return the cells of a panel in which a start adds ``effect`` of the start and the periods since, no noise."""
    since = np.arange(4) - STARTS[:, None]
    outcomes = FLAT + np.where(since >= 0, effect(STARTS[:, None], since), 0)
    return group_time(panel(outcomes, range(4), STARTS, WEIGHTS))


def of_communes(communes, **choices):
    return group_time(
        panel_of_rates(*(communes[name] for name in ("counts", "exposures", "times", "starts"))), **choices
    )


def test_planted_effects_come_back_by_time_cohort_period_and_over_all():
    cells = planted(lambda start, since: start * (1.0 + since))
    by_time = effects_by_time(cells)
    told = dict(zip(by_time.labels, by_time.estimates, strict=True))
    assert told == pytest.approx({-2: 0, -1: 0, 0: (1 + 2 * 3) / 4, 1: (2 + 4 * 3) / 4, 2: 3})
    assert by_time.n_cohorts.tolist() == [1, 2, 2, 2, 1]
    assert effects_by_cohort(cells).estimates == pytest.approx([2, 3])
    assert effects_by_period(cells).estimates == pytest.approx([1, (2 + 3 * 2) / 4, (3 + 3 * 4) / 4])
    assert effect_overall(cells).estimates == pytest.approx([(1 + 2 + 3 + 3 * (2 + 4)) / (3 + 6)])


def test_a_ratio_is_of_what_was_observed_to_what_would_have_been():
    cells = planted(lambda start, _since: 10.0 * start)
    assert np.exp(effect_overall(cells, LOG_RATIO).estimates) == pytest.approx([(20 * 3 + 30 * 6) / (10 * 9)])


def test_a_window_and_a_balance_choose_cells():
    cells = planted(lambda start, since: start * (1.0 + since))
    assert effects_by_time(cells, window=(-1, 0)).labels.tolist() == [-1, 0]
    balanced = effects_by_time(cells, balanced_to=2)
    assert balanced.n_cohorts.tolist() == [1, 1, 1, 1]
    assert balanced.estimates[-3:] == pytest.approx([1, 2, 3])


def test_error_degrees_of_freedom_and_interval_are_those_of_welchs_test():
    # d <- c(3.1, 4.7, 2.2, 5.0, 1.1); e <- c(0.4, 1.9, 0.1, 1.2, 0.9, 2.3, 0.2, 1.5); t.test(d, e)   # R 4.2.2
    change = np.array([3.1, 4.7, 2.2, 5.0, 1.1, 0.4, 1.9, 0.1, 1.2, 0.9, 2.3, 0.2, 1.5])
    cells = group_time(panel(np.column_stack([0 * change, change]), [0, 1], [1] * 5 + [np.nan] * 8))
    found = effect_overall(cells)
    assert found.estimates == pytest.approx([2.1575])
    assert found.degrees_of_freedom == pytest.approx([5.2221484149323], rel=1e-9)
    assert found.interval(0.95)[0] == pytest.approx((0.14753593433595, 4.16746406566405), rel=1e-9)


def test_clusters_that_hold_several_starts_have_degrees_of_freedom_of_their_number(communes):
    given = [communes[name] for name in ("counts", "exposures", "times", "starts")]
    found = effect_overall(group_time(panel_of_rates(*given, clusters=np.arange(20) % 8)))
    assert found.degrees_of_freedom.tolist() == [7]


def test_bands_lie_between_intervals_alone_and_bonferronis(communes):
    effects = effects_by_time(of_communes(communes, trends="proportional"), LOG_RATIO, window=(0, 3))
    alone, band = effects.interval(0.95), effects.band(0.95, np.random.default_rng(1))
    widest = effects.interval(1 - 0.05 / 4)
    assert (band[:, 0] < alone[:, 0]).all()
    lowest_df = effects.degrees_of_freedom.argmin()
    assert band[lowest_df, 0] > widest[lowest_df, 0]


def test_one_unit_to_a_group_has_an_effect_and_no_error():
    cells = group_time(panel(np.array([[1.0, 5], [2, 3], [3, 3]]), [0, 1], [1, np.nan, np.nan]))
    found = effect_overall(cells)
    assert found.estimates == pytest.approx([3.5])
    assert np.isnan(found.interval(0.95)).all()
    assert np.isnan(found.band(0.95, np.random.default_rng(1))).all()


def test_tests_before_the_start_find_a_drift_and_less_drift_takes_it_away():
    rng = np.random.default_rng(3)
    starts = np.repeat([4.0, 5.0, np.nan], [15, 15, 20])
    drift = np.where(np.isnan(starts)[:, None], 0, 0.5) * np.arange(8)
    jump = 2.0 * (np.arange(8) >= starts[:, None])
    cells = group_time(
        panel(drift + jump + rng.normal(0, 0.3, (50, 8)), range(8), starts), base="all", controls="never started"
    )
    before = effects_by_time(cells, window=(-4, -1))
    after = effects_by_time(cells, window=(0, 2))
    found = parallel_before(before, rng)
    assert found.p_largest < 0.01
    assert found.p_all < 0.01
    assert found.n_effects == 3 or found.n_effects == 4
    slope = drift_before(before)
    low, high = slope.interval(0.999)[0]
    assert low < 0.5 < high
    assert 0 < seen_drift(slope, 0.95, 0.8) < 0.5
    corrected = less_drift(after, before, after.labels)
    ends = corrected.interval(0.999)
    assert ((ends[:, 0] < 2) & (ends[:, 1] > 2)).all()
    assert (after.estimates > 2.5).all()


def test_tests_before_the_start_leave_what_is_parallel_alone(communes):
    cells = of_communes(communes, trends="proportional")
    found = parallel_before(effects_by_time(cells, LOG_RATIO, window=(-3, -1)), np.random.default_rng(1))
    assert found.n_effects == 2, "the base is 0 by construction"
    assert found.p_largest > 0.05


def test_orders_of_starts_by_lot_give_a_p_value():
    outcomes = np.array([[0.0, 5], [0, 0], [0, 0], [0, 0]])
    started = panel(outcomes, [0, 1], [1, np.nan, np.nan, np.nan])

    def overall(given):
        return float(effect_overall(group_time(given)).estimates[0])

    p_value = permuted_p_value(started, overall, 400, np.random.default_rng(2))
    assert abs(p_value - 0.25) < 4 * np.sqrt(0.25 * 0.75 / 400), "one order of four is as far from 0"


def test_starts_within_a_cluster_cannot_be_dealt_out():
    apart = panel(np.ones((3, 2)), [0, 1], [1, np.nan, np.nan], clusters=[0, 0, 1])
    with pytest.raises(ValueError, match="different times"):
        permuted_p_value(apart, lambda _: 0.0, 2, np.random.default_rng(0))


def test_a_ratio_to_nothing_observed_is_missing_and_an_unknown_measure_is_refused():
    cells = planted(lambda start, _since: -10.0 + 0 * start)
    assert np.isnan(effect_overall(cells, LOG_RATIO).estimates).all()
    assert effect_overall(cells).estimates == pytest.approx([-10])
    with pytest.raises(ValueError, match="difference or log_ratio; it is 'odds'"):
        effect_overall(cells, "odds")


def test_periods_before_that_have_no_error_or_are_alone_tell_no_drift(communes):
    before = effects_by_time(planted(lambda start, since: start * (1.0 + since)), window=(-1, -1))
    with pytest.raises(ValueError, match="two periods before the start"):
        drift_before(before)
    with pytest.raises(ValueError, match="nothing can be tested"):
        parallel_before(before, np.random.default_rng(1))
