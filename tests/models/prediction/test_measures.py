"""Measures of predictions: hand-worked numbers, what must hold for any data, and what is refused."""

import numpy as np
import pytest

from analysis.models import prediction
from analysis.models.survey.design import survey_design

# ten people: predicted risk, outcome
RISKS = np.array([0.9, 0.6, 0.6, 0.3, 0.3, 0.2, 0.1, 0.1, 0.1, 0.05])
OUTCOME = np.array([1, 1, 0, 1, 0, 0, 0, 0, 1, 0])


def log_odds_of(risks):
    return np.log(risks / (1 - risks))


def of_ten(weights=None, clusters=None, outcome=OUTCOME):
    design = survey_design(np.ones(10) if weights is None else weights, clusters=clusters)
    return prediction.judged(outcome, log_odds_of(RISKS), design)


def test_net_benefit_by_hand():
    # from 0.5 on three are acted for, two of them with the outcome: (2 - 1 * 1) / 10
    # from 0.2 on six, three with it: (3 - 3 * 0.25) / 10; everyone: (4 - 6 * 0.25) / 10
    found = prediction.net_benefit(of_ten(), [0.5, 0.199])
    assert found.estimate == pytest.approx([0.1, (3 - 3 * 0.199 / 0.801) / 10])
    assert prediction.net_benefit_of_everyone(of_ten(), [0.2]).estimate == pytest.approx([0.25])


def test_whoever_lies_at_a_threshold_is_acted_for():
    assert prediction.flagged(of_ten(), [RISKS[3]]).estimate == pytest.approx([0.5], abs=1e-9)
    assert prediction.missed(of_ten(), [0.5]).estimate == pytest.approx([0.5])


def test_below_every_risk_all_are_acted_for_and_nobody_is_missed():
    least = [0.01]
    gain = prediction.gain_over_everyone(of_ten(), least)
    assert gain.estimate == pytest.approx([0])
    assert gain.standard_error == pytest.approx([0])
    assert prediction.missed(of_ten(), least).estimate == pytest.approx([0])


def test_what_is_gained_over_everyone_is_the_difference_also_where_risks_lie_at_the_threshold():
    ten = prediction.judged(OUTCOME, np.zeros(10), survey_design(np.ones(10)))  # a risk of 0.5 each, without rounding
    for own in (ten, of_ten()):
        gain = prediction.gain_over_everyone(own, [0.25, 0.5])
        apart = [measure(own, [0.25, 0.5]) for measure in (prediction.net_benefit, prediction.net_benefit_of_everyone)]
        assert gain.estimate == pytest.approx(apart[0].estimate - apart[1].estimate, abs=1e-12)


def test_reaching_clusters_by_hand():
    # mean risks of the five clusters of two: 0.75, 0.45, 0.25, 0.1, 0.075, with 2, 1, 0, 0, 1 of the four outcomes
    clusters = np.repeat(np.arange(5), 2)
    ten = of_ten(clusters=clusters)
    chosen = prediction.chosen_clusters(ten, [0.2, 0.3, 0.4, 1.0])
    assert chosen.T[1] == pytest.approx([1, 0.5, 0, 0, 0])
    found = prediction.reached_in_clusters(ten, chosen)
    assert found.estimate == pytest.approx([0.5, 0.5 + 0.5 * 0.25, 0.75, 1.0])


def test_clusters_chosen_when_all_are_alike_reach_what_chance_would():
    alike = prediction.judged(np.tile([1, 0], 5), np.zeros(10), survey_design(np.ones(10), clusters=np.arange(10) // 2))
    chosen = prediction.chosen_clusters(alike, [0.1, 0.5])
    assert prediction.reached_in_clusters(alike, chosen).estimate == pytest.approx([0.1, 0.5])


def test_weights_times_ten_change_nothing(judged, sample):
    ten = survey_design(10 * sample["weight"], sample["stratum"], sample["cluster"])
    tenfold = prediction.judged(sample["outcome"], sample["log_odds"], ten)
    for measure in (prediction.concordance, prediction.brier, prediction.calibration_intercept):
        one, other = measure(judged), measure(tenfold)
        assert other.estimate == pytest.approx(one.estimate, rel=1e-9)
        assert other.standard_error == pytest.approx(one.standard_error, rel=1e-9)


def test_predictions_shifted_and_stretched_are_found_out(judged):
    other = prediction.judged(judged.outcome, 2 * judged.log_odds + 1, judged.design)
    slope, half = prediction.calibration_slope(judged), prediction.calibration_slope(other)
    assert half.estimate == pytest.approx(slope.estimate / 2, rel=1e-9)
    shifted = prediction.judged(judged.outcome, judged.log_odds + 1, judged.design)
    intercept = prediction.calibration_intercept(judged).estimate - 1
    assert prediction.calibration_intercept(shifted).estimate == pytest.approx(intercept, rel=1e-9)
    assert prediction.concordance(other).estimate == pytest.approx(prediction.concordance(judged).estimate, rel=1e-12)


def test_predicting_the_share_for_everyone_is_no_gain_and_no_discrimination():
    flat = prediction.judged(OUTCOME, np.full(10, log_odds_of(np.array(0.4))), survey_design(np.ones(10)))
    assert prediction.concordance(flat).estimate == pytest.approx([0.5])
    assert prediction.brier(flat).estimate == pytest.approx([0.24, 0.0])


def test_groups_expect_alike_and_hold_equal_predictions_together(judged):
    groups = prediction.groups_of_equal_expectation(judged, 4)
    expected = np.bincount(groups, weights=judged.weights * judged.risks)
    assert len(expected) == 4
    assert expected / expected.sum() == pytest.approx(np.full(4, 0.25), abs=0.06)
    n_groups_of_a_value = {value: len(set(groups[judged.log_odds == value])) for value in set(judged.log_odds)}
    assert set(n_groups_of_a_value.values()) == {1}
    assert (np.diff(groups[np.argsort(judged.log_odds, kind="stable")]) >= 0).all()


def test_people_outside_the_domain_are_in_one_of_the_groups():
    """They count as predicted at 0.5, here above everybody else's prediction, and expect nothing."""
    low = RISKS < 0.5
    own = prediction.judged(OUTCOME, log_odds_of(RISKS), survey_design(np.ones(10)), domain=low)
    assert prediction.groups_of_equal_expectation(own, 3)[~low].tolist() == [2] * 3


def test_knots_lie_where_a_share_of_the_expected_outcomes_is_reached():
    # risks in order, added up: 0.05, 0.15, 0.25, 0.35, 0.55, 0.85, 1.15, 1.75, 2.35, 3.25
    found = prediction.knots_of_expectation(of_ten(), [0.01, 0.2, 0.5, 0.9, 1.0])
    assert found == pytest.approx(log_odds_of(np.array([0.05, 0.3, 0.6, 0.9, 0.9])))


def test_predictions_so_near_to_1_that_nothing_can_be_added_are_refused():
    certain = prediction.judged([1, 0, 1, 0], [20.0] * 4, survey_design(np.ones(4)))
    with pytest.raises(prediction.PredictionError, match="near 0 or 1"):
        prediction.calibration_intercept(certain)


def test_a_part_is_judged_as_its_rows_in_the_whole_design(judged, sample):
    part = judged.among(sample["stratum"] == 1)
    rows = sample[sample["stratum"] == 1]
    alone = prediction.judged(
        rows["outcome"], rows["log_odds"], survey_design(rows["weight"], rows["stratum"], rows["cluster"])
    )
    for measure in (prediction.concordance, prediction.calibration_intercept):
        assert measure(part).estimate == pytest.approx(measure(alone).estimate, rel=1e-9)
        assert measure(part).standard_error == pytest.approx(measure(alone).standard_error, rel=1e-9)
        assert measure(part).degrees_of_freedom == measure(alone).degrees_of_freedom == 9


def test_values_outside_the_domain_are_not_looked_at(sample):
    design = survey_design(sample["weight"], sample["stratum"], sample["cluster"])
    is_in = (sample["stratum"] == 1).to_numpy()
    with_gaps = prediction.judged(sample["outcome"].where(is_in), sample["log_odds"].where(is_in), design, domain=is_in)
    found = prediction.brier(with_gaps)
    whole = prediction.judged(sample["outcome"], sample["log_odds"], design).among(is_in)
    assert found.estimate == pytest.approx(prediction.brier(whole).estimate)
    assert found.standard_error == pytest.approx(prediction.brier(whole).standard_error)


@pytest.mark.parametrize(
    ("outcome", "log_odds", "message"),
    [
        ([0.0] * 4, [0.1] * 4, "0 of 4 rows have the outcome"),
        ([1.0] * 4, [0.1] * 4, "4 of 4 rows have the outcome"),
        ([1, 0, np.nan, 0], [0.1] * 4, "outcomes must be 0 or 1"),
        ([1, 0, 0.5, 0], [0.1] * 4, "outcomes must be 0 or 1"),
        ([1, 0, 1, 0], [0.1, np.inf, 0, 0], "log odds must be finite"),
        ([1, 0, 1], [0.1] * 4, "one value for each of the 4 rows"),
    ],
)
def test_what_cannot_be_judged_is_refused(outcome, log_odds, message):
    with pytest.raises(prediction.PredictionError, match=message):
        prediction.judged(outcome, log_odds, survey_design(np.ones(4)))


def test_weights_for_frequencies_are_refused():
    with pytest.raises(TypeError, match="a Design is needed"):
        prediction.judged(OUTCOME, log_odds_of(RISKS), np.ones(10))


def test_a_threshold_of_nothing_a_group_of_nobody_and_two_knots_are_refused():
    with pytest.raises(prediction.PredictionError, match="between 0 and 1"):
        prediction.net_benefit(of_ten(), [0.0])
    with pytest.raises(prediction.PredictionError, match="group 1 has nobody"):
        prediction.observed_by_group(of_ten(), np.zeros(10, "int64"), 2)
    with pytest.raises(prediction.PredictionError, match="at least three knots"):
        prediction.smooth_curve(of_ten(), [0.0], [-1.0, 1.0])
    with pytest.raises(prediction.PredictionError, match="some have"):
        of_ten().among(RISKS > 0.8)
