"""The regression with unit and period effects: against R, what it is made of, and how it misleads.

R 4.2.2, sandwich 3.0-2; ``d`` is 1 from a commune's start on:

    lm(rate ~ d + factor(unit) + factor(t), weights=children)
    glm(y ~ d + factor(unit) + factor(t) + offset(log(children)), family=poisson)
    sqrt(vcovCL(model, cluster=long$unit, type="HC0", cadj=FALSE)["d", "d"] * 20 / 19)
"""

import numpy as np
import pytest

from analysis.models.staggered.panel import PanelError, panel, panel_of_rates
from analysis.models.staggered.two_way import ALWAYS, EARLIER, LATER, NEVER, comparisons, two_way
from analysis.models.staggered.two_way_rates import two_way_rate_ratio

NAMES = ("counts", "exposures", "times", "starts")


def test_the_coefficient_and_its_error_are_those_of_r(communes):
    found = two_way(panel_of_rates(1000 * communes["counts"], *(communes[name] for name in NAMES[1:])))
    assert (found.estimate, found.standard_error) == pytest.approx((-5.08828736861, 1.60603130188), rel=1e-9)
    assert found.degrees_of_freedom == 19


def test_the_rate_ratio_and_its_error_are_those_of_r(communes):
    found = two_way_rate_ratio(*(communes[name] for name in NAMES))
    assert (found.estimate, found.standard_error) == pytest.approx((-0.386593185342, 0.119312880453), rel=1e-7)


def test_units_with_a_gap_are_left_out_and_counted(communes):
    counts = communes["counts"].copy()
    counts[0, 0] = np.nan
    given = [counts[1:], *(communes[name] for name in NAMES[1:])]
    given[1], given[3] = given[1][1:], given[3][1:]
    found = two_way_rate_ratio(counts, *(communes[name] for name in NAMES[1:]))
    assert found.n_left_out == 1
    assert found.estimate == pytest.approx(two_way_rate_ratio(*given).estimate, rel=1e-12)
    assert two_way(panel_of_rates(counts, *(communes[name] for name in NAMES[1:]))).n_left_out == 1


def test_comparisons_add_up_to_the_coefficient(communes):
    rates = panel_of_rates(1000 * communes["counts"], *(communes[name] for name in NAMES[1:]))
    found = comparisons(rates)
    assert len(found) == 9, "each of three groups with both others and with those who never started"
    assert sum(made.weight for made in found) == pytest.approx(1)
    assert sum(made.weight * made.estimate for made in found) == pytest.approx(two_way(rates).estimate, rel=1e-12)
    assert {made.compared for made in found} == {NEVER, LATER, EARLIER}


def test_comparisons_with_units_always_under_the_programme_add_up_too():
    rng = np.random.default_rng(4)
    given = panel(rng.normal(size=(12, 5)), range(5), [0, 0, 0, 2, 2, 2, 3, 3, 3, 9, 9, 9], rng.uniform(1, 5, 12))
    found = comparisons(given)
    assert sum(made.weight * made.estimate for made in found) == pytest.approx(two_way(given).estimate, rel=1e-12)
    assert {made.compared for made in found if made.with_cohort == 0} == {ALWAYS}
    assert {made.compared for made in found if (made.cohort, made.with_cohort) == (3, 2)} == {EARLIER}


def test_growing_effects_have_weights_below_0_and_can_turn_the_sign():
    # two groups, no one else: what the late are compared with grows under the programme all along
    since = np.arange(6) - np.array([[1], [1], [4], [4]])
    given = panel(np.where(since >= 0, (since + 1.0) ** 2, 0), range(6), [1, 1, 4, 4])
    found = two_way(given)
    assert found.weights.sum() == pytest.approx(1)
    assert found.negative_share > 0.1
    assert found.estimate < 0, "though every effect is 1 or more"


def test_a_programme_that_starts_everywhere_at_once_is_refused():
    with pytest.raises(PanelError, match="follows from"):
        two_way(panel(np.ones((3, 4)), range(4), [2, 2, 2]))


def test_no_event_under_the_programme_is_refused():
    counts = np.array([[4.0, 0], [3, 5]])
    with pytest.raises(PanelError, match="no maximum"):
        two_way_rate_ratio(counts, np.ones((2, 2)), [0, 1], [1, np.nan])


def test_too_few_whole_units_are_refused():
    with pytest.raises(PanelError, match="every period"):
        two_way(panel([[1.0, np.nan], [1, 2]], [0, 1], [1, np.nan]))


def test_the_interval_is_students_over_clusters(communes):
    found = two_way(panel_of_rates(1000 * communes["counts"], *(communes[name] for name in NAMES[1:])))
    reach = 2.0930240544 * 1.60603130188  # R: qt(0.975, 19)
    assert found.interval(0.95) == pytest.approx((-5.08828736861 - reach, -5.08828736861 + reach), rel=1e-7)


def test_a_rate_ratio_of_periods_without_any_event_has_no_maximum():
    counts = np.array([[3.0, 4, 0, 0], [5, 2, 0, 0], [4, 4, 3, 5], [2, 6, 4, 4]])
    with pytest.raises(PanelError, match="no maximum"):
        two_way_rate_ratio(counts, np.full((4, 4), 100.0), range(4), [2, 2, np.nan, np.nan])
