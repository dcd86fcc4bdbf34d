"""Prevention outcomes: of children supported in their family before any separation, how many entered care, by when.

Estimand: the cumulative incidence by day after the start of support of each end that takes a child from its family:
residential care, another separation, boarding school; other ends (18th birthday, death, a move) compete
(Aalen-Johansen). Of all children, and by the worker's tier where enough entered care for levels to be told apart.
Intervals are over agencies, or over households where children are not spread over enough agencies (the effective number
counts); these leave out what children of an agency share. Beside it: how many children could not be counted.

ASSUME: who is censored (case closed with the child at home, lost, end of the data) is like those still followed;
separations are recorded while a case is open: what nobody noticed counts as at home, so incidences are too low.
Nothing here says what support changed: there is nobody to compare with. Where few entered care the interval says so.
Reference: Andersen et al. (2012) Int J Epidemiol 41:861-870.
"""

import numpy as np
import pandas as pd

from analysis.contract import Column, estimate_table
from analysis.estimates import _return_curves as curves
from analysis.models.survival.incidence_intervals import effective_clusters
from analysis.study import Study

ALL, TIER, COUNTED = "all", "risk_level", "counted"
LEVELS = {"high": ("high",), "medium": ("medium",), "low": ("low", "no_action"), "unknown": ("unknown",)}
QUESTION = "residential"
PROBABILITY, CHILDREN = "probability", "children"

TABLE = estimate_table(
    one_row_is="an end of support before separation by a day, of all children or of a tier",
    key=("outcome", "term", "level", "day"),
    extra={
        "day": Column("Int64", "days after the start of support; 0 for numbers of children", unit="days", ge=0),
        "n_at_risk": Column("Int64", "children under observation just before the day", ge=0, nullable=True),
        "n_events": Column("Int64", "children whose support ended so by the day", ge=0, nullable=True),
    },
)
NOTE = "n: children; Aalen-Johansen, other ends compete; interval over"


def build(prevention_cohort: pd.DataFrame, study: Study) -> pd.DataFrame:
    """Return curves of all children and of tiers, and how many could be counted; no row without a child."""
    if prevention_cohort.empty:
        return pd.DataFrame(columns=list(TABLE.columns))
    rows = _under_observation(prevention_cohort[prevention_cohort["rejected"] == "used"], study)
    enough = (
        rows["cause"] == curves.outcomes(study).index(QUESTION) + 1
    ).sum() >= study.prevention_outcomes.least_events
    parts = [_curves(rows, study).assign(term=TIER, level=ALL), _not_counted(prevention_cohort)]
    for level, levels in LEVELS.items():
        own = rows[rows["risk_level"].isin(levels)]
        parts.append((_curves if enough else _not_told)(own, study).assign(term=TIER, level=level))
    return pd.concat(parts, ignore_index=True).reindex(columns=list(TABLE.columns))


def _under_observation(children: pd.DataFrame, study: Study) -> pd.DataFrame:
    """Return entry, exit, cause (0 censored, then by outcome), clusters and tier of each child."""
    cause = np.zeros(len(children), "int64")
    for code, states in enumerate(study.re_separation.outcomes.values(), start=1):
        cause[children["state"].isin(states)] = code
    return pd.DataFrame(
        {
            "entry": 0.0,
            "exit": children["days"].astype("float64"),
            "cause": cause,
            "agency": children["agency"],
            "household": children["household_key"].fillna(children["child_key"]),
            "risk_level": children["risk_level"],
        }
    )


def _curves(rows: pd.DataFrame, study: Study) -> pd.DataFrame:
    """Return the curves of ``rows`` at the days told; of nobody, rows that count none."""
    if rows.empty:
        return _not_told(rows, study).assign(note="no such child")
    clusters, of = _clusters(rows, study)
    fit = curves.fitted(rows, study, clusters=clusters if len(clusters.unique()) > 1 else None)
    return curves.told(fit, study).assign(scale=PROBABILITY, note=f"{NOTE} {of}, log-log")


def _clusters(rows: pd.DataFrame, study: Study) -> tuple[pd.Series, str]:
    """Return the agency of each child, or its household where too few agencies hold nearly all children."""
    if effective_clusters(rows["agency"].value_counts()) >= study.prevention_outcomes.least_agencies:
        return rows["agency"], "agencies"
    return rows["household"], "households"


def _not_told(rows: pd.DataFrame, study: Study) -> pd.DataFrame:
    """Return a row for every end and day with how many children there are, and no estimate."""
    grid = pd.MultiIndex.from_product([curves.outcomes(study), curves.days_told(study)], names=["outcome", "day"])
    why = f"not told: fewer than {study.prevention_outcomes.least_events} children entered residential care in all"
    return _counted(grid.to_frame(index=False), rows, study).assign(n=len(rows), scale=PROBABILITY, note=why)


def _counted(grid: pd.DataFrame, rows: pd.DataFrame, study: Study) -> pd.DataFrame:
    """Add how many are followed until each day, and how many had each end by it."""
    codes = grid["outcome"].map({name: code for code, name in enumerate(curves.outcomes(study), start=1)})
    events = [
        ((rows["cause"] == code) & (rows["exit"] <= day)).sum() for code, day in zip(codes, grid["day"], strict=True)
    ]
    return grid.assign(n_at_risk=[(rows["exit"] >= day).sum() for day in grid["day"]], n_events=events)


def _not_counted(cohort: pd.DataFrame) -> pd.DataFrame:
    """Return how many children could be counted and how many could not."""
    used = int((cohort["rejected"] == "used").sum())
    numbers = {"used": used, "not used": len(cohort) - used, ALL: len(cohort)}
    rows = [{"level": level, "estimate": float(number)} for level, number in numbers.items()]
    note = (
        "children with a case of a prevention programme; not used: rejected, 18 already, away already, or not followed"
    )
    return pd.DataFrame(rows).assign(outcome=CHILDREN, term=COUNTED, scale=CHILDREN, day=0, note=note)
