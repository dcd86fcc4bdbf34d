"""What the effect of a roll-out hangs on: other controls, bases, scales and errors, drift before the start, order.

Every check tells the ratio over all communes and years under the programme again with one thing changed, or asks
whether communes moved apart before they started. The regression with commune and year effects stands beside it: it
takes communes that started early for controls of later ones, and where effects grow it tells too little.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

from analysis import country
from analysis.estimates._rollout_panel import Communes, cells_of
from analysis.models.staggered.before import drift_before, less_drift, parallel_before, seen_drift
from analysis.models.staggered.effects import LOG_RATIO, Effects, effect_overall, effects_by_time
from analysis.models.staggered.group_time import GroupTime
from analysis.models.staggered.panel import Panel, PanelError
from analysis.models.staggered.permuted import permuted_p_value
from analysis.models.staggered.two_way import EARLIER, comparisons, two_way
from analysis.models.staggered.two_way_rates import two_way_rate_ratio
from analysis.study import Study

Row = dict[str, Any]
HOW, BEFORE, ORDER = "how it was told", "before the start", "order of starts"
NEVER_ONLY, LAST_YEAR, ADDITIVE, EARLY = "never started only", "last year only", "additive trends", "a year early"
DRIFT_ON, BY_PROVINCE, TWO_WAY = "drift goes on", "provinces", "two-way regression"
TOGETHER, LARGEST, DRIFT, SEEN = "all years", "largest year", "drift a year", "drift that would be seen"
NEGATIVE, FORBIDDEN = "two-way, weights below 0", "two-way, compared with earlier starts"
RATIO, P_VALUE, SHARE = "rate ratio", "p-value", "share of weights"
OTHER_CHOICES: dict[str, tuple[dict[str, Any], str]] = {
    NEVER_ONLY: (
        {"controls": "never started"},
        f"{country.COMMUNES} that never started are the only ones compared with",
    ),
    LAST_YEAR: ({"base": "last"}, "compared with the last year before the start only"),
    ADDITIVE: ({"trends": "additive"}, "as if rates moved in parallel, not in proportion"),
    EARLY: ({"anticipation": 1}, f"as if {country.COMMUNES} may change a year before they start"),
}


def of_choices(communes: Communes, study: Study) -> list[Row]:
    """Return the ratio over all with other controls, base, scale, anticipation, and with provinces as clusters."""
    panel, confidence = communes.rates(), study.intervals.confidence
    rows = [
        {"level": level, "note": note} | _overall(cells_of(panel, study, **choice), confidence)
        for level, (choice, note) in OTHER_CHOICES.items()
    ]
    note = f"interval over {country.PROVINCES}: what happens in {country.COMMUNES} of one may be alike"
    has_provinces = len(np.unique(communes.provinces)) >= study.rollout_effect.least_provinces
    by_province = cells_of(communes.rates(communes.provinces), study) if has_provinces else None
    rows.append({"level": BY_PROVINCE, "note": note} | _overall(by_province, confidence))
    return [{"term": HOW, "scale": RATIO, **row} for row in rows]


def of_years_before(cells: GroupTime, overall: Effects, study: Study, rng: np.random.Generator) -> list[Row]:
    """Return tests of the years before the start, the drift in them, and the ratio over all if it had gone on."""
    first = -study.rollout_effect.years_before
    before = effects_by_time(cells, LOG_RATIO, window=(first, -1))
    before = before.kept(np.isfinite(before.estimates))
    rows = {
        (BEFORE, TOGETHER, P_VALUE): "all differences before the start at once (Hotelling)",
        (BEFORE, LARGEST, P_VALUE): "the largest difference before the start",
        (BEFORE, DRIFT, RATIO): "by which rates moved apart, a year, before the start",
        (BEFORE, SEEN, RATIO): f"a drift that would be found with a chance of {study.rollout_effect.power:.0%}",
        (HOW, DRIFT_ON, RATIO): "as if the drift before the start had gone on after it in a straight line",
    }
    found: dict[str, Row] = _drifts(before, overall, cells, study, rng) if len(before.labels) > 1 else {}
    named = [
        {"term": term, "level": level, "scale": scale, "note": note} for (term, level, scale), note in rows.items()
    ]
    return [row | found.get(str(row["level"]), {}) for row in named]


def of_two_way(communes: Communes, study: Study) -> list[Row]:
    """Return the regression's ratio, and how much of it is told by communes that had started earlier."""
    named = {
        (HOW, TWO_WAY, RATIO): f"Poisson regression with effects of {country.COMMUNES} and years: one ratio for all",
        (HOW, NEGATIVE, SHARE): "of the weights with which that regression of rates sums up effects",
        (HOW, FORBIDDEN, SHARE): "of the comparisons that it is made of",
    }
    rows = [
        {"term": term, "level": level, "scale": scale, "note": note} for (term, level, scale), note in named.items()
    ]
    found = [
        _told_or_nothing(lambda: _two_way_ratio(communes, study.intervals.confidence)),
        _told_or_nothing(lambda: {"estimate": two_way(communes.rates()).negative_share}),
        _told_or_nothing(lambda: {"estimate": _earlier_share(communes.rates())}),
    ]
    return [row | told for row, told in zip(rows, found, strict=True)]


def of_order(panel: Panel, study: Study, rng: np.random.Generator) -> Row:
    """Return how often starts dealt out by lot give a ratio as far from 1."""

    def ratio(given: Panel) -> float:
        cells = cells_of(given, study)
        return np.nan if cells is None else float(effect_overall(cells, LOG_RATIO).estimates[0])

    p_value = permuted_p_value(panel, ratio, study.rollout_effect.n_permutations, rng)
    note = f"share of {study.rollout_effect.n_permutations} orders of starts by lot with a ratio as far from 1"
    return {"term": ORDER, "level": "by lot", "scale": P_VALUE, "estimate": p_value, "note": note}


def ratios_of(effects: Effects, ends: np.ndarray) -> pd.DataFrame:
    """Return estimate and interval as ratios; missing where they are not numbers."""
    told = np.exp(np.column_stack([effects.estimates, ends]))
    return pd.DataFrame(told, columns=["estimate", "ci_low", "ci_high"])


def _overall(cells: GroupTime | None, confidence: float) -> Row:
    if cells is None or not (cells.since >= 0).any():
        return {}
    effect = effect_overall(cells, LOG_RATIO)
    return ratios_of(effect, effect.interval(confidence)).iloc[0].to_dict()


def _drifts(
    before: Effects, overall: Effects, cells: GroupTime, study: Study, rng: np.random.Generator
) -> dict[str, Row]:
    """Return what the years before the start tell, by level."""
    confidence, drift = study.intervals.confidence, drift_before(before)
    is_after = cells.since >= 0
    mean_since = np.average(cells.since[is_after], weights=cells.weights[is_after])
    onward = less_drift(overall, before, [mean_since])
    told = {
        DRIFT: ratios_of(drift, drift.interval(confidence)).iloc[0].to_dict(),
        SEEN: {"estimate": np.exp(seen_drift(drift, confidence, study.rollout_effect.power))},
        DRIFT_ON: ratios_of(onward, onward.interval(confidence)).iloc[0].to_dict(),
    }
    if not (before.standard_error > 0).any():
        return told
    tests = parallel_before(before, rng)
    return told | {TOGETHER: {"estimate": tests.p_all}, LARGEST: {"estimate": tests.p_largest}}


def _told_or_nothing(told: Callable[[], Row]) -> Row:
    try:
        return told()
    except PanelError:
        return {}


def _two_way_ratio(communes: Communes, confidence: float) -> Row:
    found = two_way_rate_ratio(communes.entries, communes.children, communes.years, communes.starts)
    return dict(
        zip(("estimate", "ci_low", "ci_high"), np.exp([found.estimate, *found.interval(confidence)]), strict=True)
    )


def _earlier_share(panel: Panel) -> float:
    return float(sum(made.weight for made in comparisons(panel) if made.compared == EARLIER))
