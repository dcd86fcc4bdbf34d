"""Stability: what resampled clusters would have changed."""

import numpy as np
import pytest

from analysis.models import prediction
from analysis.models.survey.design import survey_design
from analysis.models.survey.regression import logistic
from analysis.models.survey.replicate_fits import logistic_replicates
from analysis.models.survey.replicates import rao_wu


@pytest.fixture(scope="module")
def fitted():
    """Return the predictions of a model of noise columns beside one that tells, in 80 clusters, with its parts."""
    rng = np.random.default_rng(12)
    clusters = np.repeat(np.arange(80), 8)
    columns = np.column_stack([np.ones(640), rng.normal(size=(640, 6))])
    outcome = (rng.random(640) < 1 / (1 + np.exp(1.5 - columns[:, 1]))).astype(float)
    design = survey_design(rng.uniform(1, 3, 640), np.arange(640) // 160, clusters)
    fit = logistic(outcome, columns, design)
    replicates = rao_wu(design, 200, np.random.default_rng(5))
    refits = logistic_replicates(outcome, columns, replicates)
    return prediction.judged(outcome, columns @ fit.coefficients, design), columns, fit, replicates, refits


def test_changes_of_log_odds_are_as_large_as_the_covariance_of_the_coefficients_says(fitted):
    judged, columns, fit, replicates, refits = fitted
    found = prediction.resampled(judged, columns, refits, replicates.factors, 0.2)
    said = np.einsum("ij,jk,ik->i", columns, fit.covariance, columns)
    assert np.sqrt(found.squared_change).mean() == pytest.approx(np.sqrt(said).mean(), rel=0.15)


def test_rows_near_the_threshold_cross_it_and_others_do_not(fitted):
    judged, columns, _, replicates, refits = fitted
    found = prediction.resampled(judged, columns, refits, replicates.factors, 0.2)
    distance = np.abs(judged.log_odds - np.log(0.2 / 0.8))
    assert 0.25 < found.crossings[distance < 0.05].mean() < 0.75
    assert found.crossings[distance > 1.5].mean() < 0.01


def test_a_model_looks_better_in_its_own_sample(fitted):
    judged, columns, _, replicates, refits = fitted
    found = prediction.resampled(judged, columns, refits, replicates.factors, 0.2)
    assert 0.002 < found.optimism.mean() < 0.05
    same = np.tile(refits[:1], (3, 1))
    unchanged = prediction.resampled(judged, columns, same, np.ones((3, 80)), 0.2)
    assert unchanged.optimism == pytest.approx(np.zeros(3))
