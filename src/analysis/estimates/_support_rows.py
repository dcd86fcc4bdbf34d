"""Rows of the estimate of support: risks, their difference and ratio by a horizon, as the table has them."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from analysis.estimates import _support_arms as arms
from analysis.estimates._support_returns import RESIDENTIAL, WITH, WITHOUT, Compared
from analysis.models.causal.doubly_robust import DOUBLY_ROBUST
from analysis.study import Study

RISK, DIFFERENCE, RATIO = MEASURES = ("risk", "difference", "ratio")
TERMS = {arms.WITHOUT_AT: WITHOUT, arms.WITH_AT: WITH, arms.DIFFERENCE_AT: "package", arms.RATIO_AT: "package"}
NO_DAY = "no day"
SCALES = {RISK: "share", DIFFERENCE: "difference", RATIO: "ratio"}
OF = {arms.WITHOUT_AT: RISK, arms.WITH_AT: RISK, arms.DIFFERENCE_AT: DIFFERENCE, arms.RATIO_AT: RATIO}


def row(measure: str, outcome: str, term: str, level: str, scale: str, day: int = 0, **numbers: Any) -> dict:
    """Return a row of the table with these keys and numbers; ``day`` 0 is no day."""
    within = f"{day} days" if day else NO_DAY
    keys = {"measure": measure, "outcome": outcome, "term": term, "level": level, "scale": scale, "within": within}
    return keys | numbers


def of_horizon(
    returns: Compared,
    horizon: int,
    study: Study,
    *,
    method: str = DOUBLY_ROBUST,
    level: str = "",
    state: str = RESIDENTIAL,
    only: str = "",
) -> Iterator[dict]:
    """Yield both risks, their difference and ratio by ``horizon``, or ``only`` one measure.

    They are missing where they cannot be estimated, and the note says why. ``n`` of a difference or a ratio is that of
    the returns with the package, the fewer.
    """
    told = {at: measure for at, measure in OF.items() if only in ("", measure)}
    keys = {at: (measure, state, TERMS[at], level or method, SCALES[measure], horizon) for at, measure in told.items()}
    try:
        found = arms.contrast(returns, horizon, study, method=method, state=state)
    except arms.NothingToCompareError as reason:
        yield from (row(*key, note=f"not estimable: {reason}") for key in keys.values())
        return
    for at, key in keys.items():
        yield row(*key, **_numbers(found, at, study.intervals.confidence))


def _numbers(found: arms.Contrast, at: int, confidence: float) -> dict:
    measure = OF[at]
    ends = found.interval(at, confidence)
    estimate, low, high = (np.exp(end) if measure == RATIO else end for end in (found.found.estimate[at], *ends))
    arm = 0 if at == arms.WITHOUT_AT else 1
    said = "n: returns of the arm" if measure == RISK else "n: returns with the package"
    return {
        "estimate": float(estimate),
        "ci_low": float(low),
        "ci_high": float(high),
        "n": found.n[arm],
        "n_hits": found.n_ends[arm] if measure == RISK else None,
        "note": f"{said}; Student's t with {found.found.degrees_of_freedom:.0f} degrees of freedom, {found.error}",
    }
