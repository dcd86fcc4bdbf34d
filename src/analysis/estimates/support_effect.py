"""Support effect: how often children go back to residential care with the support package and without it.

Estimand: the difference of the risks of residential re-entry within half a year to two years after the days of grace,
were all compared returns given the package by then, and were none. Other ends (another separation, turning 18, death, a
move) compete: a child who leaves by one of them does not go back. Doubly robust means (AIPW) with an unpenalised
propensity and weights for losses; errors leave out one agency after the other. The protocol, with what it assumes, is
docs/methods/target_trial.md. Beside it stand what a reader would compare at first (crude, ever supported), what shows
whether groups were made alike, an outcome that support should not change, and how strong an unmeasured cause must be.

ASSUME: within levels of tier, age, kind of return, sex, earlier return and system, who gets the package is as if by
lot; some of each level are in either arm; lost children fare like others alike. No record can show the first, so that
numbers are told as what goes with the package.
"""

from collections.abc import Iterator

import numpy as np
import pandas as pd

from analysis.contract import Column, estimate_table
from analysis.estimates import _support_checks as checks
from analysis.estimates import _support_rows as told
from analysis.estimates import _support_visits as visits
from analysis.estimates._support_returns import FATES, MOVED, RESIDENTIAL, Compared, compared, ever_supported
from analysis.models.causal.doubly_robust import CRUDE, DOUBLY_ROBUST, METHODS
from analysis.study import Study

MEASURES = (*told.MEASURES, *checks.MEASURES, "dose", "returns")
AGENCIES_ALIKE, ONE_SERVICE, FIRST_DAY, LONGER_GRACE, EVER = (
    "agencies alike",
    "one service or more",
    "begun on the first day",
    "twice the days of grace",
    "ever had it",
)

TABLE = estimate_table(
    one_row_is="a measure, of an outcome by a day, told in one way",
    key=("measure", "outcome", "term", "level", "within"),
    extra={
        "measure": Column("str", "what is told", isin=MEASURES),
        "within": Column("str", "days after the days of grace by which an end counts, or no day"),
        "n_hits": Column("Int64", "ends seen by that day, of a risk", unit="returns", ge=0, nullable=True),
        "df_residual": Column("Int64", "degrees of freedom that are left, of a dose", nullable=True),
    },
)


def build(
    spells: pd.DataFrame, support_episodes: pd.DataFrame, cases: pd.DataFrame, follow_ups: pd.DataFrame, study: Study
) -> pd.DataFrame:
    """Return all measures; none where no return was recorded."""
    if spells.empty:
        return pd.DataFrame(columns=list(TABLE.columns))
    returns = compared(spells, support_episodes, study)
    rows = [
        *_of_fates(returns),
        *_of_horizons(returns, study),
        *_of_variants(spells, support_episodes, study),
        *checks.rows(returns, study),
        *_of_dose(returns, cases, follow_ups, study),
    ]
    return pd.DataFrame(rows).reindex(columns=list(TABLE.columns))


def _of_fates(returns: Compared) -> Iterator[dict]:
    """Yield how many returns are compared, and how many are not and why."""
    counts = returns.fates.value_counts().reindex(FATES, fill_value=0)
    said = "returns of children to a family; who is left out could not be compared"
    for fate, n in [*counts.items(), ("all returns", counts.sum())]:
        yield told.row("returns", RESIDENTIAL, fate, "all", "returns", estimate=int(n), note=said)


def _of_horizons(returns: Compared, study: Study) -> Iterator[dict]:
    for horizon in study.support_effect.horizons_days:
        for method in METHODS:
            yield from told.of_horizon(returns, horizon, study, method=method)


def _of_variants(spells: pd.DataFrame, support_episodes: pd.DataFrame, study: Study) -> Iterator[dict]:
    """Yield the difference after a year by other definitions, and of an outcome that support should not change."""
    grace, horizon = study.support_effect.grace_days, study.support_effect.main_horizon_days
    variants = {
        AGENCIES_ALIKE: {"by_agency": True},
        ONE_SERVICE: {"least_services": 1},
        FIRST_DAY: {"grace_days": 0},
        LONGER_GRACE: {"grace_days": 2 * grace},
    }
    for level, how in variants.items():
        returns = compared(spells, support_episodes, study, **how)
        yield from told.of_horizon(returns, horizon, study, level=level, only=told.DIFFERENCE)
    ever = ever_supported(spells, support_episodes, study)
    yield from told.of_horizon(ever, horizon, study, method=CRUDE, level=EVER, only=told.DIFFERENCE)
    main = compared(spells, support_episodes, study)
    yield from told.of_horizon(main, horizon, study, level=DOUBLY_ROBUST, state=MOVED)


def _of_dose(returns: Compared, cases: pd.DataFrame, follow_ups: pd.DataFrame, study: Study) -> Iterator[dict]:
    """Yield the odds ratio of going back for each further month with a contact, weighted and not."""
    choices = study.support_effect
    n_counted = choices.visits.n_counted
    months = visits.months_at_home(returns, cases, follow_ups, study)
    said = f"for each further month with a contact, of the last {n_counted}; n: months at home; "
    for level in (visits.UNADJUSTED, visits.STRUCTURAL):
        keys = ("dose", RESIDENTIAL, "months with a contact", level, "odds ratio")
        try:
            found = visits.dose(months, level, choices.least_agencies)
        except ValueError as reason:
            yield told.row(*keys, note=f"{said}not estimable: {reason}")
            continue
        low, high = np.exp(found.interval(study.intervals.confidence))
        yield told.row(
            *keys,
            estimate=float(np.exp(found.estimate[0])),
            ci_low=float(low[0]),
            ci_high=float(high[0]),
            n=len(months.rows),
            df_residual=int(found.degrees_of_freedom),
            note=said + "interval by agency, or by sibling group where there are few, Student's t",
        )
