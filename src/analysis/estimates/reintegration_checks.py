"""Reintegration checks: how well the models of re-separation tell returns apart, and where their assumptions fail.

Estimand: of two returns of which one ends so first, the chance that the higher incidence was foretold to it
(concordance); how often the end comes for each time it was foretold within a year, by groups of foretold incidence,
and the slope of what was observed on what was foretold (calibration). Foretold by the returns of all, which flatters,
and by those of the other agencies only, which tells how a new agency would fare.

Of the assumptions: whether all ratios stay the same over time (score test), whether the log hazard goes straight with
months in care and with age (restricted cubic splines), how much agencies differ beyond the terms (variance of a gamma
frailty, profile interval), and by how many standard errors a coefficient moves at most when one agency is left out.

ASSUME: censoring and late entry depend neither on the terms nor on what is to come; agencies are independent.
"""

from collections.abc import Iterator
from functools import partial
from typing import Any

import numpy as np
import pandas as pd
from scipy import stats

from analysis.contract import Column, estimate_table
from analysis.estimates import _reintegration_assumptions as assumptions
from analysis.estimates import _reintegration_performance as performance
from analysis.estimates import _reintegration_terms as told
from analysis.estimates import _return_rows as returns
from analysis.estimates._reintegration_fits import attempted
from analysis.estimates._reintegration_model import Modelled, modelled
from analysis.models.survey.linearised import Estimated
from analysis.models.survival import calibration
from analysis.models.survival.concordance import harrell, uno
from analysis.study import Study

SAME, OTHERS = "all agencies", "other agencies"  # by whose returns an incidence is foretold
PAIRS, RATIO, SLOPE, INCIDENCE = "share of pairs", "ratio", "slope", "incidence"
CONCORDANCE, UNO, CALIBRATION, LINE = "concordance", "concordance by Uno", "observed to foretold", "calibration slope"
GROUP = "risk group {}"
FORETOLD, OBSERVED = "foretold", "observed"

TABLE = estimate_table(
    one_row_is="a check of the model of a re-separation",
    extra={
        "n_events": Column(
            "Int64", "returns that ended so, within a year where the check is of that", ge=0, nullable=True
        ),
        "p_value": Column("Float64", "of an assumption that is tested", ge=0, le=1, nullable=True),
    },
)
Row = dict[str, Any]
FOUND = ("term", "level", "estimate", "ci_low", "ci_high", "p_value", "n", "n_events")


def build(spells: pd.DataFrame, study: Study) -> pd.DataFrame:
    """Return all checks of all outcomes; missing where too few returns ended so; no row where there was no return."""
    if spells.empty:
        return pd.DataFrame(columns=list(TABLE.columns))
    rows = returns.rows_of(spells, study, study.re_separation.noticed_late)
    columns = told.covariates(spells)
    parts = [_of_outcome(rows, columns, spells, outcome, study) for outcome in study.reintegration_effects.outcomes]
    return pd.concat(parts, ignore_index=True)[list(TABLE.columns)]


def _of_outcome(
    rows: pd.DataFrame, columns: pd.DataFrame, spells: pd.DataFrame, outcome: str, study: Study
) -> pd.DataFrame:
    """Return the checks of one outcome, each with a row also where it could not be made."""
    cause = 1 + list(study.re_separation.outcomes).index(outcome)
    of = modelled(rows, columns, cause, study)
    blank = pd.DataFrame(_asked(study), columns=["term", "level", "scale", "note"])
    if of is None:
        return blank.assign(
            outcome=outcome,
            estimate=pd.NA,
            ci_low=pd.NA,
            ci_high=pd.NA,
            p_value=pd.NA,
            n=len(rows),
            n_events=pd.NA,
        )
    found = pd.DataFrame([*_performance(of, study), *assumptions.tested(of, spells, study)], columns=list(FOUND))
    found = blank.merge(found, on=["term", "level"], how="left", validate="1:1")
    counts = {"n": found["n"].fillna(len(of.rows)), "n_events": found["n_events"].fillna(of.n_events)}
    return found.assign(outcome=outcome, **counts)


def _asked(study: Study) -> Iterator[tuple[str, str, str, str]]:
    """Yield term, level, scale and note of every check."""
    days, n_groups = study.reintegration_effects.horizon_days, study.reintegration_effects.n_risk_groups
    by = "interval by agency (siblings, if agencies are too few), Student's t; n: returns"
    for level in (SAME, OTHERS):
        whose = f"foretold up to day {days} by the returns of {level}"
        yield CONCORDANCE, level, PAIRS, f"Harrell's, other ends never have the event; {whose}; {by}"
        yield UNO, level, PAIRS, f"up to day {days}, returns seen from the first day; {whose}; {by}"
        yield CALIBRATION, level, RATIO, f"pseudo-values; {whose}; {by}"
        yield LINE, level, SLOPE, f"complementary log-log, pseudo-values; {whose}; {by}"
    for group in range(1, n_groups + 1):
        yield (
            GROUP.format(group),
            OBSERVED,
            INCIDENCE,
            f"by day {days}; groups of foretold incidence, least first; {by}",
        )
        yield GROUP.format(group), FORETOLD, INCIDENCE, f"mean up to day {days} by the returns of {OTHERS}; no interval"
    yield from assumptions.asked()


def _performance(of: Modelled, study: Study) -> Iterator[Row]:
    days = study.reintegration_effects.horizon_days
    entry, exit_, _ = of.times
    n_causes = len(study.re_separation.outcomes)
    pseudo = calibration.incidence_pseudo_values(entry, exit_, of.rows["cause"], of.cause, n_causes, days)
    for level, foretell in ((SAME, performance.foretold), (OTHERS, performance.foretold_by_others)):
        foretold = attempted(partial(foretell, of, days))
        if foretold is None or not np.isfinite(foretold).any():
            continue
        yield from _told_apart(of, foretold, level, study)
        yield from _calibrated(of, pseudo, foretold, level, study)
        if level == OTHERS:
            yield from _by_group(of, pseudo, foretold, study)


def _told_apart(of: Modelled, foretold: np.ndarray, level: str, study: Study) -> Iterator[Row]:
    """Yield concordances of returns to which an incidence could be foretold."""
    days, confidence = study.reintegration_effects.horizon_days, study.intervals.confidence
    entry, exit_, event = of.times
    is_told = np.isfinite(foretold)
    never = np.where((of.rows["cause"] > 0) & ~event, np.inf, exit_)  # who ended otherwise never has the event
    for term, own in ((CONCORDANCE, is_told), (UNO, is_told & (entry == 0))):
        exits, events, risks, clusters = _own(never, event, foretold, of, own)
        if term == CONCORDANCE:
            found = attempted(partial(harrell, entry[own], exits, events, risks, clusters))
        else:
            found = attempted(partial(uno, exits, events, risks, days, clusters))
        if found is not None:
            low, high = found.interval(confidence)
            counts = {"n": int(own.sum()), "n_events": int((event & own).sum())}
            yield {"term": term, "level": level, "estimate": found.estimate, "ci_low": low, "ci_high": high, **counts}


def _own(
    exit_: np.ndarray, event: np.ndarray, foretold: np.ndarray, of: Modelled, own: np.ndarray
) -> tuple[np.ndarray, ...]:
    return exit_[own], event[own], foretold[own], of.clusters.to_numpy()[own]


def _calibrated(of: Modelled, pseudo: np.ndarray, foretold: np.ndarray, level: str, study: Study) -> Iterator[Row]:
    own = np.isfinite(foretold)
    values = pseudo[own], foretold[own], of.clusters[own]
    counts = _counts(of, own, study)
    ratio = calibration.observed_to_foretold(*values)
    if ratio.estimate[0] > 0:  # else nobody had the event within the horizon
        yield {"term": CALIBRATION, "level": level, **_estimate(ratio, 0, "log", study), **counts}
    if line := attempted(lambda: calibration.calibration_line(*values)):
        yield {"term": LINE, "level": level, **_estimate(line, 1, "identity", study), **counts}


def _by_group(of: Modelled, pseudo: np.ndarray, foretold: np.ndarray, study: Study) -> Iterator[Row]:
    """Yield observed and foretold incidence of groups of equally many returns, least foretold incidence first."""
    own = np.flatnonzero(np.isfinite(foretold))
    rank = stats.rankdata(foretold[own], "average") - 0.5  # equal incidences are in one group
    group = (rank * study.reintegration_effects.n_risk_groups // len(own)).astype("int64")
    observed, means = calibration.observed_by_group(pseudo[own], foretold[own], group, of.clusters.iloc[own])
    for place, (number, mean) in enumerate(zip(np.unique(group), means, strict=True)):
        counts = _counts(of, own[group == number], study)
        term = GROUP.format(number + 1)
        yield {"term": term, "level": OBSERVED, **_estimate(observed, place, "identity", study), **counts}
        yield {"term": term, "level": FORETOLD, "estimate": mean, **counts}


def _counts(of: Modelled, own: np.ndarray, study: Study) -> Row:
    """Return how many returns, and ends within the horizon, a check is of."""
    _, exit_, event = of.times
    within = event & (exit_ <= study.reintegration_effects.horizon_days)
    return {"n": len(exit_[own]), "n_events": int(within[own].sum())}


def _estimate(found: Estimated, number: int, scale: str, study: Study) -> Row:
    low, high = found.interval(study.intervals.confidence, scale)
    return {"estimate": found.estimate[number], "ci_low": low[number], "ci_high": high[number]}
