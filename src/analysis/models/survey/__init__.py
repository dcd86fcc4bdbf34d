"""Estimates from surveys of strata, clusters and weights, with the errors that their design gives them.

Everything takes a ``Design``, made by ``survey_design``; bare weights are refused, since software that takes them for
frequencies makes errors several times too small. Held to R's ``survey`` package in ``tests/models/survey``.
"""

from analysis.models.survey.coefficient_tests import (
    WaldTest,
    WorkingLikelihoodRatioTest,
    wald_test,
    working_likelihood_ratio_test,
)
from analysis.models.survey.design import Design, survey_design
from analysis.models.survey.effects import Change, attributable_fraction, average_marginal_effects
from analysis.models.survey.generalised_linear import NotEstimableError, SeparationError
from analysis.models.survey.linearised import Estimated, covariance_of_totals
from analysis.models.survey.means import mean, means_by, proportion, ratio, total
from analysis.models.survey.quantiles import Quantiles, quantile
from analysis.models.survey.regression import Fit, logistic, poisson
from analysis.models.survey.replicate_fits import logistic_replicates, poisson_replicates
from analysis.models.survey.replicates import Replicates, balanced_repeated, jackknife, rao_wu, replicate_covariance
from analysis.models.survey.stages import SurveyDesignError

__all__ = [
    "Change",
    "Design",
    "Estimated",
    "Fit",
    "NotEstimableError",
    "Quantiles",
    "Replicates",
    "SeparationError",
    "SurveyDesignError",
    "WaldTest",
    "WorkingLikelihoodRatioTest",
    "attributable_fraction",
    "average_marginal_effects",
    "balanced_repeated",
    "covariance_of_totals",
    "jackknife",
    "logistic",
    "logistic_replicates",
    "mean",
    "means_by",
    "poisson",
    "poisson_replicates",
    "proportion",
    "quantile",
    "rao_wu",
    "ratio",
    "replicate_covariance",
    "survey_design",
    "total",
    "wald_test",
    "working_likelihood_ratio_test",
]
