"""Checks of the comparison of support: were groups made alike, whom do weights rest on, what could overturn it."""

from collections.abc import Iterator

import numpy as np

from analysis.estimates import _support_arms as arms
from analysis.estimates._support_returns import RESIDENTIAL, WITH, WITHOUT, Compared, in_words
from analysis.estimates._support_rows import row
from analysis.models.causal import propensity, sensitivity, weighting
from analysis.models.causal.regressions import NotEstimableError
from analysis.study import Study

BALANCE, OVERLAP, WEIGHTS, E_VALUE, BOUND = MEASURES = ("balance", "overlap", "weights", "E-value", "bound")
BEFORE, AFTER = "before weighting", "after weighting"
OUTSIDE, EFFECTIVE, LARGEST = "outside the common range", "returns of equal weight", "largest weight"
ESTIMATE, INTERVAL = "estimate", "end of the interval nearer to 1"
NO_INTERVAL = "a property of these returns, no estimate: no interval"


def rows(returns: Compared, study: Study) -> Iterator[dict]:
    """Yield balance, overlap and weights of the propensity, and how strong an unmeasured cause must be."""
    yield from _of_propensity(returns)
    yield from _of_unmeasured(returns, study)


def _of_propensity(returns: Compared) -> Iterator[dict]:
    treated = returns.treated
    try:
        chance = propensity.propensity(returns.columns.to_numpy(), treated).mean
    except NotEstimableError:
        return
    weights = weighting.stabilised_weights(chance, treated)
    n_with = int(treated.sum())
    for level, used in ((BEFORE, None), (AFTER, weights)):
        apart = weighting.standardised_differences(returns.levels.to_numpy(), treated, used)
        for column, difference in zip(returns.levels, apart, strict=True):
            said = f"with less without the package, in standard deviations; n: returns with it; {NO_INTERVAL}"
            estimate = None if np.isnan(difference) else float(difference)
            yield row(
                BALANCE,
                RESIDENTIAL,
                in_words(column),
                level,
                "standard deviations",
                estimate=estimate,
                n=n_with,
                note=said,
            )
    common = propensity.overlap(chance, treated)
    said = f"share of returns whose chance of the package no return of the other arm reaches; {NO_INTERVAL}"
    yield row(OVERLAP, RESIDENTIAL, OUTSIDE, "all", "weight", estimate=common.share_outside, n=n_with, note=said)
    for term, arm in ((WITH, treated), (WITHOUT, ~treated)):
        numbers = {EFFECTIVE: weighting.effective_n(weights[arm]), LARGEST: float(weights[arm].max())}
        for level, value in numbers.items():
            said = f"stabilised weights of the arm; {NO_INTERVAL}"
            yield row(WEIGHTS, RESIDENTIAL, term, level, "weight", estimate=value, n=int(arm.sum()), note=said)


def _of_unmeasured(returns: Compared, study: Study) -> Iterator[dict]:
    """Yield the E-values of the risk ratio after a year, and the ratio at the bound of causes of given strength."""
    horizon = study.support_effect.main_horizon_days
    try:
        found = arms.contrast(returns, horizon, study)
    except arms.NothingToCompareError:
        return
    ratio = float(np.exp(found.found.estimate[arms.RATIO_AT]))
    low, high = np.exp(found.interval(arms.RATIO_AT, study.intervals.confidence))
    needed = {ESTIMATE: sensitivity.e_value(ratio), INTERVAL: sensitivity.e_value_of_interval(low, high)}
    said = "least risk ratio of an unmeasured cause with both package and ending that explains it away; n: with package"
    for level, value in needed.items():
        yield row(
            E_VALUE, RESIDENTIAL, "package", level, "strength", horizon, estimate=float(value), n=found.n[1], note=said
        )
    said = "risk ratio moved towards 1 by as much as such a cause can at most; interval moved alike; n: with package"
    for strength in study.support_effect.strengths:
        factor = float(sensitivity.bounding_factor(strength, strength))
        moved = {"estimate": ratio, "ci_low": low, "ci_high": high}
        away = {name: float(value * (factor if ratio < 1 else 1 / factor)) for name, value in moved.items()}
        yield row(BOUND, RESIDENTIAL, "package", f"{strength:.2f}", "ratio", horizon, n=found.n[1], note=said, **away)
