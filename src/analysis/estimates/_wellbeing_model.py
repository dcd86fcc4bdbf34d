"""Rows of ``wellbeing_change`` by the ordinal mixed model: odds of a higher score by wave, and what chance would bring.

Odds and chance are of the model with an effect of each child, integrated by quadrature, which children with few ratings
need: Laplace's approximation makes them too much alike and chance too large. What children of an agency share is part
of that effect, and every number is made again without each agency: the jackknife holds also where agencies differ in
how children do over time, as a model's own errors, of intercepts alone, do not. How much of the differences between
children is between agencies tells a second fit with effects of both, by Laplace.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from analysis.estimates import _wellbeing_ratings as ratings_of
from analysis.estimates import _wellbeing_rows as rows_of
from analysis.models.left_out import jackknifed, left_out_groups
from analysis.models.mixed_counts import NoConvergenceError
from analysis.models.ordinal import OrdinalError, OrdinalFit, change_if_nothing_changed, fit_ordinal_mixed
from analysis.study import Study

FOLLOW_UP = ("fu_lt6m", "fu_6_12m", "fu_gt12m")
ODDS, OF_LOW, CHANCE, BEYOND = "odds of a higher score", "change of the low", "by chance alone", "beyond chance"
ODDS_RATIO, SPREAD = "odds ratio", "sd of log odds"
SPREADS = ("spread of children", "spread of agencies")
Row = dict[str, Any]


@dataclass(frozen=True)
class Rated:
    """The ratings of one domain, and of it the pairs of ratings before and at last."""

    ratings: pd.DataFrame
    both: pd.DataFrame

    def without(self, clusters: np.ndarray) -> "Rated":
        """Return what is left without some clusters."""
        return Rated(*(rows[~rows["cluster"].isin(clusters)] for rows in (self.ratings, self.both)))


def of_models(ratings: pd.DataFrame, both: pd.DataFrame, rules: Study, confidence: float) -> Iterator[Row]:
    """Yield what the model tells of every domain, without numbers where it cannot be fitted."""
    for domain in ratings_of.domains(rules).itertuples():
        own = [
            rows[(rows["instrument"] == domain.instrument) & (rows["domain_code"] == domain.domain_code)]
            for rows in (ratings, both)
        ]
        named = {"outcome": domain.instrument, "term": domain.domain_code, "label": domain.label, "sort": "domain"}
        for row in _of_domain(Rated(*own), rules, confidence):
            yield {**named, **row}


def _of_domain(rated: Rated, rules: Study, confidence: float) -> Iterator[Row]:
    waves = [wave for wave in FOLLOW_UP if rated.ratings["wave"].eq(wave).any()]
    fit = _fitted(rated, waves, rules.n_nodes) if _is_enough(rated, rules) else None
    ends = _ends(rated, fit, waves, rules, confidence)
    of_fit = {"n": rated.ratings["child_key"].nunique(), "df_residual": None if fit is None else fit.n - fit.n_free}
    of_wave = dict(zip(waves, np.exp(ends[: len(waves)]), strict=True))
    for wave in FOLLOW_UP:
        numbers = _three(of_wave.get(wave, np.full(3, np.nan)))
        yield {"wave": wave, "measure": ODDS, "scale": ODDS_RATIO, **numbers, **of_fit}
    n_low = int((rated.both["first"] <= rules.low_at_most).sum())
    for measure, numbers in zip((OF_LOW, CHANCE, BEYOND), ends[len(waves) :], strict=True):
        yield {"wave": "both", "measure": measure, "scale": rows_of.POINTS, **_three(numbers), "n": n_low}
    for measure, spread in zip(SPREADS, _spreads(rated, waves, fit), strict=True):
        yield {"wave": "both", "measure": measure, "scale": SPREAD, **rows_of.NOTHING, "estimate": spread, **of_fit}


def _is_enough(rated: Rated, rules: Study) -> bool:
    """Return whether there are pairs, some of them low before, of more than one cluster."""
    has_low = bool((rated.both["first"] <= rules.low_at_most).any())
    return len(rated.both) >= rules.least_pairs and len(rated.ratings["cluster"].unique()) > 1 and has_low


def _ends(rated: Rated, fit: OrdinalFit | None, waves: list[str], rules: Study, confidence: float) -> np.ndarray:
    """Return the numbers of ``_numbers`` with both ends of their intervals (k, 3), missing without a fit."""
    numbers = _numbers(rated, fit, len(waves), rules)
    if fit is None:
        return np.full((len(numbers), 3), np.nan)
    left_out = []
    for clusters in left_out_groups(rated.ratings["cluster"].unique()):
        others = rated.without(clusters)
        left_out.append(_numbers(others, _fitted(others, waves, rules.n_nodes, fit), len(waves), rules))
    found = jackknifed(numbers, np.array(left_out))
    return np.transpose([found.estimates, *found.interval(confidence)])


def _spreads(rated: Rated, waves: list[str], fit: OrdinalFit | None) -> np.ndarray:
    """Return the standard deviations of children and of agencies; missing without two agencies or a fit."""
    agencies = rated.ratings["agency"]
    both = None if fit is None or len(agencies.unique()) < 2 else _fitted(rated, waves, 1, fit, agencies)
    return np.full(2, np.nan) if both is None else both.sds


def _fitted(
    rated: Rated, waves: list[str], n_nodes: int, start: OrdinalFit | None = None, *others: pd.Series
) -> OrdinalFit | None:
    """Return the fit of scores by wave with effects of children, and of ``others``; ``None`` where there is none."""
    rows = rated.ratings
    design = np.column_stack([rows["wave"].eq(wave).astype("float64") for wave in waves])
    scores = rows["score"].astype("float64")
    try:
        return fit_ordinal_mixed(scores, design, rows["child_key"], *others, names=waves, start=start, n_nodes=n_nodes)
    except (OrdinalError, NoConvergenceError):
        return None


def _numbers(rated: Rated, fit: OrdinalFit | None, n_waves: int, rules: Study) -> np.ndarray:
    """Return log odds ratios, then of those low at first their change, that by chance alone, and the difference."""
    if fit is None:
        return np.full(n_waves + 3, np.nan)
    observed = rated.both.loc[rated.both["first"] <= rules.low_at_most, "change"].astype("float64").mean()
    by_chance = change_if_nothing_changed(fit, rules.low_at_most)[0]
    return np.array([*fit.coefficients, observed, by_chance, observed - by_chance])


def _three(numbers: np.ndarray) -> dict[str, float]:
    return dict(zip(("estimate", "ci_low", "ci_high"), map(float, numbers), strict=True))
