"""Group-time effects against R: saturated regressions, cells by hand, and adjusted cells from stacked equations.

R 4.2.2 with sandwich 3.0-2 and numDeriv 2016.8-1.1; ``long`` is the panel with a row a commune and year, rate = 1000 *
y / children, and g3t1 ... an indicator of each group and year but the last before its start:

    lm(rate ~ factor(unit) + factor(t) + g3t1 + g3t3 + ... + g5t6, weights=children)       # Sun and Abraham (2021)
    glm(y ~ factor(unit) + factor(t) + offset(log(children)) + g3t1 + ..., family=poisson)
    vcovCL(model, cluster=long$unit, type="HC0", cadj=FALSE)
"""

import numpy as np
import pytest

from analysis.models.staggered.group_time import group_time
from analysis.models.staggered.panel import PanelError, panel, panel_of_rates

SATURATED = {  # (group, year): coefficient and standard error of lm
    (3, 1): (0.195852534562, 2.50421991232),
    (3, 3): (-3.761520737327, 2.73627355338),
    (3, 6): (-6.970046082949, 3.73743709715),
    (4, 2): (-2.340231284236, 5.00374289816),
    (4, 4): (-6.332927571516, 5.35246845971),
    (5, 1): (-4.178885630499, 3.31927482468),
    (5, 6): (-4.266862170088, 2.33782346022),
}
POISSON = {  # and of glm
    (3, 1): (0.0076920132079, 0.153008754846),
    (3, 5): (-0.6306117580511, 0.234102095451),
    (4, 2): (-0.1457700539957, 0.280478704903),
    (5, 3): (-0.1529273229721, 0.185242246705),
    (5, 6): (-0.4929773809412, 0.174529500753),
}


def rates(communes):
    per_1000 = {**communes, "counts": 1000 * communes["counts"]}
    return panel_of_rates(*(per_1000[name] for name in ("counts", "exposures", "times", "starts")))


def cell(cells, cohort, time):
    """Return the place of a cell."""
    return int(np.flatnonzero((cells.cohorts == cohort) & (cells.times == time))[0])


def plain_error(influence, *arms):
    """Return the standard error without the widening for few clusters, as R's HC0 has it."""
    return np.sqrt(sum((influence[arm] ** 2).sum() * (arm.sum() - 1) / arm.sum() for arm in arms))


def effect_and_error(cells, at, compared):
    influence = cells.influence_observed[:, at] - cells.influence_expected[:, at]
    started = cells.starts == cells.cohorts[at]
    return cells.observed[at] - cells.expected[at], plain_error(influence, started, compared)


def test_cells_beside_those_who_never_started_are_those_of_the_saturated_regression(communes):
    cells = group_time(rates(communes), controls="never started")
    for (cohort, time), expected in SATURATED.items():
        found = effect_and_error(cells, cell(cells, cohort, time), np.isinf(cells.starts))
        assert found == pytest.approx(expected, rel=1e-9)


def test_with_proportional_trends_they_are_those_of_the_saturated_poisson_regression(communes):
    cells = group_time(rates(communes), controls="never started", trends="proportional")
    for (cohort, time), expected in POISSON.items():
        at = cell(cells, cohort, time)
        influence = cells.influence_observed[:, at] / cells.observed[at]
        influence = influence - cells.influence_expected[:, at] / cells.expected[at]
        error = plain_error(influence, cells.starts == cohort, np.isinf(cells.starts))
        assert (np.log(cells.observed[at] / cells.expected[at]), error) == pytest.approx(expected, rel=1e-8)


def test_those_not_yet_started_are_controls_until_they_start(communes):
    # lm(d ~ s, weights=children, subset=s | start > 4 | never), d the change of the rate from year 2 to 4; type="HC0"
    cells = group_time(rates(communes))
    at = cell(cells, 3, 4)
    assert cells.n_controls[at] == 11
    found = effect_and_error(cells, at, cells.starts > 4)
    assert found == pytest.approx((-6.96428571429, 2.28945730649), rel=1e-9)


def test_with_equal_weights_the_widened_error_is_the_unbiased_one(communes):
    # the same without weights, vcovHC(type="HC2")
    equal = rates(communes)
    cells = group_time(panel(equal.outcomes, equal.times, equal.starts))
    at = cell(cells, 3, 4)
    influence = cells.influence_observed[:, at] - cells.influence_expected[:, at]
    assert cells.observed[at] - cells.expected[at] == pytest.approx(-4.68965918217, rel=1e-9)
    assert np.sqrt((influence**2).sum()) == pytest.approx(3.40105190299, rel=1e-9)


@pytest.mark.parametrize(
    ("method", "expected"),
    [("regression", (-8.49876775571, 2.90129300003)), ("doubly robust", (-9.67894519281, 3.03525906998))],
)
def test_adjusted_cells_and_errors_are_those_of_the_stacked_equations(communes, method, expected):
    # b <- coef(lm(d ~ x, weights=children, subset=!s)); g <- coef(glm(s ~ x, family=quasibinomial, weights=children /
    # mean(children))); means of d - x b over s, and over !s weighted by the odds; solve(A) %*% B %*% t(solve(A)) with
    # A numDeriv::jacobian of the summed equations
    cells = group_time(rates(communes), covariates=communes["x"], method=method)
    assert effect_and_error(cells, cell(cells, 3, 4), cells.starts > 4) == pytest.approx(expected, rel=1e-8)


def test_all_earlier_periods_as_base_compare_with_their_mean():
    outcomes = np.array([[1.0, 3, 9, 9], [2, 2, 8, 8], [5, 7, 7, 7], [4, 4, 4, 4]])
    cells = group_time(panel(outcomes, range(4), [2, 2, np.nan, np.nan]), base="all")
    at = cell(cells, 2, 2)
    assert cells.observed[at] == 8.5
    assert cells.expected[at] == 2 + 5.5 - 5
    before = cells.observed[:2] - cells.expected[:2]
    assert before.sum() == pytest.approx(0), "deviations from the mean of the same periods"


def test_anticipation_moves_the_base_and_who_may_be_compared(communes):
    cells = group_time(rates(communes), anticipation=1)
    at = cell(cells, 4, 4)
    assert cells.observed[at] != cells.expected[at]
    assert cells.expected[cell(cells, 4, 2)] == pytest.approx(cells.observed[cell(cells, 4, 2)]), "the base"
    assert cells.n_controls[at] == 7, "who starts in 5 may change in 4"
    assert (3, 1) in zip(cells.cohorts, cells.times, strict=True)


def test_units_with_a_gap_in_a_period_of_a_cell_are_not_in_it(communes):
    gaps = {**communes, "counts": communes["counts"].copy()}
    gaps["counts"][0, 3] = np.nan
    cells = group_time(rates(gaps), controls="never started")
    whole = group_time(rates(communes), controls="never started")
    assert cells.n_started[cell(cells, 3, 4)] == 4
    assert cells.n_started[cell(cells, 3, 5)] == 5
    assert cells.observed[cell(cells, 3, 5)] == pytest.approx(whole.observed[cell(whole, 3, 5)])


def test_groups_without_a_period_before_them_and_of_one_unit_are_told_apart():
    outcomes = np.arange(20.0).reshape(5, 4) ** 1.5
    cells = group_time(panel(outcomes, range(4), [0, 2, 3, np.nan, np.nan]), controls="never started")
    assert set(cells.cohorts) == {2, 3}, "who was under the programme from the first period on tells nothing"
    assert np.isnan(cells.influence_observed).all(), "one unit shows no spread"
    assert np.isfinite(cells.observed).all()


def test_a_base_of_0_leaves_nothing_to_multiply():
    outcomes = np.array([[1.0, 1, 1], [2, 2, 1], [0, 0, 5], [0, 0, 4]])
    cells = group_time(panel(outcomes, range(3), [2, 2, np.nan, np.nan]), trends="proportional")
    assert np.isnan(cells.expected).all()


@pytest.mark.parametrize(
    ("choice", "said"),
    [
        ({"controls": "others"}, "controls must be one of"),
        ({"trends": "cubic"}, "trends must be one of"),
        ({"anticipation": -1}, "0 or more"),
        ({"covariates": np.ones((20, 1)), "trends": "proportional"}, "additive"),
        ({"covariates": np.ones((3, 1))}, "row for each unit"),
    ],
)
def test_wrong_choices_are_named(communes, choice, said):
    with pytest.raises(PanelError, match=said):
        group_time(rates(communes), **choice)


def test_a_panel_in_which_nobody_can_be_compared_is_refused():
    with pytest.raises(PanelError, match="somebody to compare"):
        group_time(panel(np.ones((2, 3)), range(3), [2, 2]))
