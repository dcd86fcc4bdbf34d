"""Measures of predictions against R's survey and pROC; ``references/references.R`` made every number below."""

import numpy as np
import pytest

from analysis.models import prediction
from analysis.models.survey.design import survey_design

ESTIMATE, ERROR = 1e-8, 1e-6  # relative


def held(found, estimates, errors):
    assert found.estimate == pytest.approx(estimates, rel=ESTIMATE)
    assert found.standard_error == pytest.approx(errors, rel=ERROR)


def _both(found):
    return found.estimate, found.standard_error


def test_unweighted_area_and_its_variance_are_those_of_delong(sample):
    # R: r <- pROC::roc(d$outcome, d$log_odds, direction = "<"); auc(r); var(r, method = "delong")
    one_by_one = survey_design(np.ones(len(sample)), strata=sample["outcome"])
    area = prediction.concordance(prediction.judged(sample["outcome"], sample["log_odds"], one_by_one))
    held(area, [0.749078864118501], [np.sqrt(0.00076530529640801)])


def test_weighted_area_has_the_error_of_the_design(judged):
    # R: outer() over all pairs, weighted; svytotal(~z, s) of its components
    held(prediction.concordance(judged), [0.75339960679997], [0.031246944637844])


def test_area_alone_is_the_same_and_rows_told_four_times_in_their_cluster_add_nothing(sample, judged):
    area = prediction.concordance(judged)
    assert prediction.area(judged.log_odds, judged.outcome, judged.weights) == pytest.approx(
        area.estimate[0], rel=1e-12
    )
    rows = sample.loc[sample.index.repeat(4)]
    design = survey_design(rows["weight"], rows["stratum"], rows["cluster"])
    held(prediction.concordance(prediction.judged(rows["outcome"], rows["log_odds"], design)), *_both(area))
    as_if_alone = survey_design(rows["weight"], rows["stratum"])
    by_rows = prediction.concordance(prediction.judged(rows["outcome"], rows["log_odds"], as_if_alone))
    assert by_rows.standard_error[0] < 0.6 * area.standard_error[0]


def test_brier_score_and_scaled_score(judged):
    # R: b <- svymean(~sq + outcome, s); svycontrast(b, quote(1 - sq / (outcome * (1 - outcome))))
    held(prediction.brier(judged), [0.180386780307932, 0.0769423696730017], [0.0203843293038896, 0.0462008022069584])


def test_calibration_intercept_and_slope(judged):
    # R: svyglm(outcome ~ 1, s, family = quasibinomial, offset = log_odds); svyglm(outcome ~ log_odds, ...)
    held(prediction.calibration_intercept(judged), [0.89515960621126], [0.174458423500289])
    slope = prediction.calibration_slope(judged)
    held(slope, [0.920996075872751], [0.146864547925493])
    assert slope.degrees_of_freedom == 35


def test_observed_to_expected_of_all_and_of_a_part(judged, sample):
    # R: svyratio(~outcome, ~p, s); the same of subset(s, stratum < 2)
    held(prediction.observed_to_expected(judged), [1.81023436135194], [0.196088152463177])
    part = prediction.observed_to_expected(judged.among(sample["stratum"] < 2))
    held(part, [1.81271700455248], [0.245996059597553])
    assert part.degrees_of_freedom == 18


def test_net_benefit_of_the_predictions_of_everyone_and_between_the_two(judged):
    # R: svymean(~nb + ev, s) with nb = (p >= t) * (outcome - (1 - outcome) * t / (1 - t)); svycontrast(m, c(1, -1))
    at = [0.1, 0.25]
    model = ([0.170418220110494, 0.0823106474506372], [0.0249369353702093, 0.0141648970977428])
    everyone = ([0.184869997920622, 0.0218439975047458], [0.0331842337537864, 0.0398210805045436])
    held(prediction.net_benefit(judged, at), *model)
    held(prediction.net_benefit_of_everyone(judged, at), *everyone)
    gain = ([-0.014451777810128, 0.0604666499458913], [0.0130955276109566, 0.0348968581520156])
    held(prediction.gain_over_everyone(judged, at), *gain)


def test_who_is_missed_and_who_is_flagged(judged):
    # R: svymean(~I(1 * (p < t)), subset(s, outcome == 1)); svymean(~I(1 * (p >= t)), s)
    at = [0.1, 0.25]
    held(
        prediction.missed(judged, at), [0.241726912390208, 0.619793518481939], [0.0309895729855376, 0.0429963647987044]
    )
    held(
        prediction.flagged(judged, at), [0.48614660378252, 0.158190227466855], [0.0360791262341001, 0.0172699862272779]
    )


def test_shares_observed_by_group(judged):
    # R: svyby(~outcome + p, ~cut(p, c(0, .08, .2, 1)), s, svymean)
    observed, predicted = prediction.observed_by_group(judged, np.searchsorted([0.08, 0.2], judged.risks), 3)
    shares = [0.100269734547654, 0.292919139034322, 0.514341190633373]
    held(observed, shares, [0.0295696486919395, 0.0412585440560768, 0.060860662013537])
    assert predicted == pytest.approx([0.0423122053618541, 0.1344621784753261, 0.3527828414309885], rel=ESTIMATE)


def test_smooth_curve_is_a_weighted_model_on_a_restricted_spline(judged):
    # R: svyglm(outcome ~ b1 + b2, s, family = quasibinomial) with Harrell's restricted cubic spline, knots -3, -2, -1
    curve = prediction.smooth_curve(judged, [-4, -1.5, 0.5], [-3, -2, -1])
    held(
        curve,
        [-3.0142171030676, -0.602782328606546, 1.14949758872001],
        [0.473631491235233, 0.160081776943823, 0.514085969422266],
    )
