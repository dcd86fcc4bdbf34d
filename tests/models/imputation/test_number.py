"""How many imputations: the quadratic rule, and the upper end of a fraction that few imputations tell."""

import numpy as np
import pytest
from scipy import stats

from analysis.models.imputation import number


def test_the_quadratic_rule():
    assert number.n_imputations(0.05, 0.5) == 51  # von Hippel (2020), p. 700: 1 + (0.5 / 0.05)^2 / 2
    assert number.n_imputations(0.05, [0.1, 0.3]) == 19, "the largest fraction decides"
    assert number.n_imputations(0.05, 0) == 2


def test_a_short_pilot_knows_little_of_the_fraction():
    few, many = (number.upper_fraction(0.2, n_pilot, 0.95)[0] for n_pilot in (5, 500))
    assert few > many > 0.2
    assert np.log(few / (1 - few)) == pytest.approx(np.log(0.25) + stats.norm.isf(0.025) * np.sqrt(2 / 5))


def test_standard_errors_vary_between_sets_of_imputations_as_the_rule_says():
    """Within 1, between such that half the information is missing: of m = 51 standard errors vary by 5 %."""
    rng = np.random.default_rng(1)
    draws = rng.normal(size=(4000, 51))  # between 1 and within 1: gamma near 0.5
    standard_errors = np.sqrt(1 + (1 + 1 / 51) * draws.var(axis=1, ddof=1))
    assert standard_errors.std() / standard_errors.mean() == pytest.approx(0.05, abs=0.004)


@pytest.mark.parametrize(("cv", "fraction"), [(0, 0.2), (0.05, 1.2), (0.05, -0.1), (0.05, np.nan)])
def test_impossible_fractions_and_variations_are_refused(cv, fraction):
    with pytest.raises(ValueError, match="between 0 and 1"):
        number.n_imputations(cv, fraction)


def test_a_pilot_of_one_is_refused():
    with pytest.raises(ValueError, match="two imputations"):
        number.upper_fraction(0.2, 1, 0.95)
