"""The predicted risk of each surveyed child from a model that has not seen its village, and how the model would vary.

Answers that are missing are imputed several times. The model's coefficients are averaged over imputations, its
predictions so that a child's imputed answers do not tell its own outcome (``models.prediction.imputed``).
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import islice

import numpy as np
import pandas as pd

from analysis import engine
from analysis.estimates import _placement_model as model
from analysis.models import prediction
from analysis.models.survey.design import Design
from analysis.models.survey.regression import logistic
from analysis.models.survey.replicate_fits import logistic_replicates
from analysis.models.survey.replicates import Replicates, rao_wu
from analysis.study import Study


@dataclass(frozen=True, eq=False)
class HeldOutRisks:
    """``held_out``: predictions by models of other villages; ``apparent``: by the model of all, the child's own too.

    ``has_answered`` (n,): children without a missing answer. ``sd_log_odds`` and ``crossings`` (n,): had other
    villages been drawn, the standard deviation of the predicted log odds, and the share of models that put the child
    on the other side of the threshold. ``optimism`` (R,): see ``models.prediction.Resampled``.
    """

    held_out: prediction.Judged
    apparent: prediction.Judged
    has_answered: np.ndarray
    sd_log_odds: np.ndarray
    crossings: np.ndarray
    optimism: np.ndarray


@dataclass(frozen=True, eq=False)
class Covariates:
    """The covariates of all children in each imputation: they differ in what was not answered alone.

    ``answered`` (n, k), ``nan`` where an answer is missing; ``drawn``, of each imputation, what stands in those places.
    """

    answered: np.ndarray
    drawn: list[np.ndarray]

    def __len__(self) -> int:
        """Return the number of imputations."""
        return len(self.drawn)

    def __iter__(self) -> Iterator[np.ndarray]:
        """Yield the covariates (n, k) of each imputation, made when its turn comes."""
        is_missing = np.isnan(self.answered)
        for drawn in self.drawn:
            completed = self.answered.copy(order="K")
            completed[is_missing] = drawn
            yield completed


def held_out_risks(
    surveyed_children: pd.DataFrame, imputed_answers: model.Imputed, study: Study, rng: np.random.Generator
) -> HeldOutRisks:
    """Return the predictions for the children at risk of placement.

    Raises ``NotEstimableError`` where too few were placed for a model without some of the villages.
    """
    design = model.design_of(surveyed_children, study)
    domain = model.domain_of(surveyed_children, model.PLACED)
    outcome = model.outcome_of(surveyed_children, model.PLACED)
    covariates = _covariates(surveyed_children, imputed_answers, study)
    domain = np.logical_and.reduce([domain, *(np.isfinite(one).all(axis=1) for one in covariates)])
    folds = prediction.cluster_folds(design, study.risk_performance.n_folds, rng)
    of_survey = {"outcome": outcome, "design": design, "folds": folds, "domain": domain}
    fits = list(engine.map(_coefficients, covariates, shared=of_survey))
    by_fold, of_all = np.mean([fold for fold, _ in fits], axis=0), [whole for _, whole in fits]
    held_out = [prediction.held_out_log_odds(one, by_fold, design, folds) for one in covariates]
    apparent = [one @ np.mean(of_all, axis=0) for one in covariates]
    answered = model.covariates(surveyed_children, study)
    return HeldOutRisks(
        _judged(held_out, outcome, design, domain),
        _judged(apparent, outcome, design, domain),
        answered.notna().all(axis=1).to_numpy(),
        *_variation(outcome, covariates, of_all, design, domain, study, rng),
    )


def _coefficients(
    covariates: np.ndarray, outcome: np.ndarray, design: Design, folds: np.ndarray, domain: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Return what one imputation gives: the coefficients without each fold, and those of all children."""
    without_fold = prediction.held_out_coefficients(outcome, covariates, design, folds, domain)
    return without_fold, logistic(outcome, covariates, design, domain=domain).coefficients


def _covariates(surveyed_children: pd.DataFrame, imputed_answers: model.Imputed, study: Study) -> Covariates:
    """Return the estimable covariates of all children by imputation; once where no answer is missing."""
    asked = model.covariates(surveyed_children, study)
    names = model.estimable(asked, surveyed_children, model.PLACED)
    answered = asked[names].to_numpy()
    is_missing = np.isnan(answered)
    drawn = [
        model.covariates(model.completed(surveyed_children, one), study)[names].to_numpy()[is_missing]
        for one in islice(model.each_imputation(imputed_answers), study.risk_performance.n_imputations)
    ]
    return Covariates(answered, drawn or [answered[is_missing]])


def _judged(log_odds: list[np.ndarray], outcome: np.ndarray, design: Design, domain: np.ndarray) -> prediction.Judged:
    known = prediction.log_odds_without_own_outcome(np.where(domain, log_odds, 0.0), outcome)
    return prediction.judged(outcome, known, design, domain)


def _variation(
    outcome: np.ndarray,
    covariates: Covariates,
    of_all: list[np.ndarray],
    design: Design,
    domain: np.ndarray,
    study: Study,
    rng: np.random.Generator,
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return what samples of villages drawn again say, dealt over the imputations; lonely villages stay as they are."""
    drawn = rao_wu(replace(design, lonely="remove"), study.risk_performance.n_replicates, rng)
    dealt = [drawn.factors[number :: len(covariates)] for number in range(len(covariates))]
    given = {"outcome": outcome, "design": design, "domain": domain, "drawn": replace(drawn, factors=drawn.factors[:0])}
    given["threshold"] = study.risk_performance.threshold_per_1000 / 1000
    found, sizes = list(engine.map(_resampled, covariates, of_all, dealt, shared=given)), [len(one) for one in dealt]
    squared = np.average([one.squared_change for one in found], axis=0, weights=sizes)
    crossings = np.average([one.crossings for one in found], axis=0, weights=sizes)
    return np.sqrt(squared), crossings, np.concatenate([one.optimism for one in found])


def _resampled(
    columns: np.ndarray,
    own: np.ndarray,
    factors: np.ndarray,
    outcome: np.ndarray,
    design: Design,
    domain: np.ndarray,
    drawn: Replicates,
    threshold: float,
) -> prediction.Resampled:
    """Return what the villages drawn again with these ``factors`` say of the model of one imputation."""
    refits = logistic_replicates(outcome, columns, replace(drawn, factors=factors), domain=domain)
    judged = prediction.judged(outcome, np.where(domain, columns @ own, 0.0), design, domain)
    return prediction.resampled(judged, columns, refits, factors, threshold)
