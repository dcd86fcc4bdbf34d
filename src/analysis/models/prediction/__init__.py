"""How good predictions of a yes or no are, judged in a survey: by whole clusters, weighted, with the design's errors.

``cluster_folds`` and ``held_out_log_odds`` predict every cluster from the others, ``judged`` puts the predictions
beside what happened, and the measures take what it returns. Held to R's ``pROC`` and ``survey``.
"""

from analysis.models.prediction.calibration import (
    calibration_intercept,
    calibration_slope,
    groups_of_equal_expectation,
    knots_of_expectation,
    observed_by_group,
    observed_to_expected,
    smooth_curve,
)
from analysis.models.prediction.discrimination import area, brier, concordance
from analysis.models.prediction.folds import cluster_folds, held_out_coefficients, held_out_log_odds
from analysis.models.prediction.imputed import log_odds_without_own_outcome
from analysis.models.prediction.judged import Judged, PredictionError, judged
from analysis.models.prediction.net_benefit import gain_over_everyone, net_benefit, net_benefit_of_everyone
from analysis.models.prediction.reach import chosen_clusters, flagged, missed, reached_in_clusters
from analysis.models.prediction.stability import Resampled, resampled

__all__ = [
    "Judged",
    "PredictionError",
    "Resampled",
    "area",
    "brier",
    "calibration_intercept",
    "calibration_slope",
    "chosen_clusters",
    "cluster_folds",
    "concordance",
    "flagged",
    "gain_over_everyone",
    "groups_of_equal_expectation",
    "held_out_coefficients",
    "held_out_log_odds",
    "judged",
    "knots_of_expectation",
    "log_odds_without_own_outcome",
    "missed",
    "net_benefit",
    "net_benefit_of_everyone",
    "observed_by_group",
    "observed_to_expected",
    "reached_in_clusters",
    "resampled",
    "smooth_curve",
]
