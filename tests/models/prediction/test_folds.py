"""Cross-validation by clusters: whole clusters, alike in every stratum, and predictions that have not seen them."""

import numpy as np
import pytest

from analysis.models import prediction
from analysis.models.survey.design import survey_design
from analysis.models.survey.regression import logistic


def test_folds_hold_whole_clusters_evenly_in_every_stratum():
    strata = np.repeat([0, 1, 2], [7, 12, 21])
    design = survey_design(np.ones(40), strata, np.arange(40))
    folds = prediction.cluster_folds(design, 5, np.random.default_rng(2))
    assert folds.shape == (40,)
    assert set(np.bincount(folds)) == {8}
    for stratum in range(3):
        counts = np.bincount(folds[design.cluster_strata == stratum], minlength=5)
        assert counts.max() - counts.min() <= 1
    again = prediction.cluster_folds(design, 5, np.random.default_rng(3))
    assert (again != folds).any(), "the deal is drawn"


def test_a_cluster_is_predicted_by_the_model_of_the_others(sample):
    design = survey_design(sample["weight"], sample["stratum"], sample["cluster"])
    folds = prediction.cluster_folds(design, 4, np.random.default_rng(1))
    covariates = np.column_stack([np.ones(len(sample)), sample["log_odds"]])
    domain = (sample["stratum"] != 2).to_numpy()
    coefficients = prediction.held_out_coefficients(sample["outcome"], covariates, design, folds, domain)
    found = prediction.held_out_log_odds(covariates, coefficients, design, folds)
    for fold in range(4):
        is_out = folds[design.clusters[0]] == fold
        rows = sample[~is_out & domain]
        alone = survey_design(rows["weight"], rows["stratum"], rows["cluster"])
        fit = logistic(rows["outcome"], covariates[~is_out & domain], alone)
        assert found[is_out] == pytest.approx(covariates[is_out] @ fit.coefficients, rel=1e-8)


def test_dealing_rows_instead_of_clusters_would_flatter_the_model():
    rng = np.random.default_rng(8)
    clusters = np.repeat(np.arange(60), 10)
    seen = rng.random(60)[clusters] < 0.5  # what makes clusters differ, and no column holds
    columns = np.column_stack([np.ones(600), *(rng.normal(size=60)[clusters] for _ in range(12))])
    outcome = (rng.random(600) < np.where(seen, 0.7, 0.1)).astype(float)
    everywhere = np.ones(600, "bool")

    def area(groups):
        design = survey_design(np.ones(600), clusters=groups)
        folds = prediction.cluster_folds(design, 5, np.random.default_rng(4))
        coefficients = prediction.held_out_coefficients(outcome, columns, design, folds, everywhere)
        return prediction.area(
            prediction.held_out_log_odds(columns, coefficients, design, folds), outcome, np.ones(600)
        )

    assert area(np.arange(600)) > 0.6
    assert area(clusters) < 0.57


def test_more_folds_than_clusters_or_a_single_one_are_refused():
    design = survey_design(np.ones(6), clusters=[0, 0, 1, 1, 2, 2])
    for n_folds in (1, 4):
        with pytest.raises(prediction.PredictionError, match="ask for 2 to 3"):
            prediction.cluster_folds(design, n_folds, np.random.default_rng(1))
