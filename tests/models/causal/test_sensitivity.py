"""E-values and bounds: the published example, what they are by definition, and what is refused."""

import numpy as np
import pytest

from analysis.models.causal import propensity, sensitivity, weighting


def test_the_published_example():
    # VanderWeele and Ding (2017): risk ratio 3.9 (1.8 to 8.7) of respiratory death without breastfeeding
    assert sensitivity.e_value(3.9) == pytest.approx(7.26, abs=0.005)
    assert sensitivity.e_value_of_interval(1.8, 8.7) == pytest.approx(3.0, abs=0.005)


@pytest.mark.parametrize("ratio", [0.3, 0.8, 1.0, 2.5])
def test_a_cause_as_strong_as_the_e_value_explains_the_ratio_away(ratio):
    strength = sensitivity.e_value(ratio)
    assert sensitivity.bounding_factor(strength, strength) == pytest.approx(max(ratio, 1 / ratio))
    assert sensitivity.e_value(1 / ratio) == pytest.approx(strength)


def test_an_interval_that_holds_one_needs_no_cause():
    assert sensitivity.e_value_of_interval(0.7, 1.2) == 1
    assert sensitivity.e_value_of_interval(0.5, 0.8) == sensitivity.e_value(0.8)


@pytest.mark.parametrize(
    "refused",
    [
        lambda: sensitivity.e_value(0.0),
        lambda: sensitivity.e_value(np.nan),
        lambda: sensitivity.bounding_factor(0.5, 2.0),
        lambda: sensitivity.bounding_factor([2.0, 0.5], [2.0, 2.0]),
        lambda: sensitivity.bounding_factor([2.0, 2.0], [3.0, 0.5]),
    ],
)
def test_impossible_ratios_are_refused(refused):
    with pytest.raises(ValueError, match="ratios"):
        refused()


def test_weights_of_rows_that_nobody_is_like_are_refused():
    with pytest.raises(ValueError, match="nobody"):
        weighting.stabilised_weights([0.2, 1.0], [False, True])


def test_differences_are_over_the_spread_before_weighting():
    columns = np.array([[1.0, 5], [3, 5], [0, 5], [2, 5]])
    treated = [True, True, False, False]
    first, second = weighting.standardised_differences(columns, treated)
    assert first == pytest.approx(1 / np.sqrt(2))
    assert np.isnan(second), "nothing varies"
    weighted = weighting.standardised_differences(columns, treated, [1, 0, 0, 1])
    assert weighted[0] == pytest.approx(-1 / np.sqrt(2))
    assert weighting.effective_n([1, 1, 2]) == pytest.approx(16 / 6)
    assert weighting.effective_n([]) == 0
    assert propensity.overlap([0.3, 0.3], [True, False]).share_outside == 0
