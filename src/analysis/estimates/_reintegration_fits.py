"""Hazard ratios of one cause of re-separation by one model after another: logs of ratios with the ends of intervals."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from scipy import stats

from analysis.estimates._reintegration_model import Modelled
from analysis.models.survey.generalised_linear import NotEstimableError
from analysis.models.survival.cluster_influence import ClusterInfluence, cluster_influence, fits_without_each
from analysis.models.survival.cox import CoxFit, cox_fit
from analysis.models.survival.few_clusters import corrected
from analysis.models.survival.fine_gray import fine_gray_fit
from analysis.models.survival.frailty import FrailtyFit, frailty_fit
from analysis.models.survival.proportional import by_period, proportionality_test, split_at

EARLY, LATE = 0, 1  # periods of a return


@dataclass(frozen=True, eq=False)
class Ratios:
    """Logs of ratios of ``terms`` (k,) with their intervals and what the data leave to each: all (k,)."""

    terms: list[str]
    logs: np.ndarray
    low: np.ndarray
    high: np.ndarray
    p_changes: np.ndarray | None = None

    def frame(self) -> pd.DataFrame:
        """Return a row a term, ``estimate``, ``ci_low`` and ``ci_high`` as ratios; missing without an interval."""
        told = np.exp(np.column_stack([self.logs, self.low, self.high]))
        told[~np.isfinite(told).all(axis=1) | (told[:, 1] == 0)] = np.nan
        rows = pd.DataFrame(told, columns=["estimate", "ci_low", "ci_high"]).assign(term=self.terms)
        return rows if self.p_changes is None else rows.assign(p_changes=self.p_changes)


def fitted(of: Modelled) -> CoxFit:
    """Return the cause-specific Cox model."""
    return cox_fit(*of.times, of.columns, clusters=of.clusters)


def cause_specific(of: Modelled, confidence: float) -> Ratios:
    """Return cause-specific hazard ratios, and p-values that they change with time."""
    fit = fitted(of)
    changes = attempted(lambda: proportionality_test(fit, *of.times[:2]).p_value)
    return Ratios(list(of.columns), *_told(fit, confidence), changes)


def subdistribution(of: Modelled, confidence: float) -> Ratios:
    """Return subdistribution hazard ratios (Fine and Gray)."""
    entry, exit_, _ = of.times
    fit = fine_gray_fit(entry, exit_, of.rows["cause"], of.cause, of.columns, of.clusters)
    return Ratios(list(of.columns), *_told(fit, confidence))


def within_clusters(of: Modelled, confidence: float) -> tuple[Ratios, FrailtyFit]:
    """Return hazard ratios within a cluster, by a gamma frailty that it shares, and the fit."""
    fit = frailty_fit(*of.times, of.columns, of.clusters, confidence=confidence)
    half_width = stats.norm.isf((1 - confidence) / 2) * np.sqrt(np.diag(fit.covariance))
    ends = fit.coefficients - half_width, fit.coefficients + half_width
    return Ratios(list(of.columns), fit.coefficients, *ends), fit


def by_time(of: Modelled, split_days: float, confidence: float) -> tuple[Ratios, Ratios]:
    """Return hazard ratios up to and after ``split_days``, each term's in a model in which only it may change."""
    told = [_one_by_time(of, term, split_days, confidence) for term in of.columns]
    early, late = (Ratios(list(of.columns), *np.array([each[period] for each in told]).T) for period in (EARLY, LATE))
    return early, late


def one_left_out(of: Modelled) -> tuple[ClusterInfluence, CoxFit]:
    """Return what leaving out each cluster does to the coefficients, and the fit with all."""
    fit = fitted(of)
    return cluster_influence(fit, fits_without_each(fit, *of.times, of.columns)), fit


def _one_by_time(of: Modelled, term: str, split_days: float, confidence: float) -> np.ndarray:
    """Return log ratio, low and high of a term in both periods (2, 3); missing where a period cannot tell it."""
    periods = split_at(*of.times, [split_days])
    others = of.columns.drop(columns=term).iloc[periods.row]
    columns = np.column_stack([by_period(of.columns[term], periods, 2), others])
    try:
        fit = cox_fit(periods.entry, periods.exit, periods.event, columns, clusters=of.clusters.iloc[periods.row])
    except NotEstimableError:
        return np.full((2, 3), np.nan)
    return np.column_stack(_told(fit, confidence))[:2]


def _told(fit: CoxFit, confidence: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    told = corrected(fit)
    return told.coefficients, *told.interval(confidence).T


def attempted(ask: Callable[[], Any]) -> Any:
    """Return what is asked for, or nothing where the events do not tell it."""
    try:
        return ask()
    except NotEstimableError:
        return None
