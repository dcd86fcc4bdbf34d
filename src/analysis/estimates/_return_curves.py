"""Curves of returns: cumulative incidence of each end at the days that are told, by group, with its interval.

Estimand: of children who went home, or were still at home after the day a curve starts, the share that would have come
to each end by a day if nobody were lost from sight; ends compete (Aalen-Johansen, delayed entry). The interval draws
agencies again, all groups together, with Student's t of the effective number of agencies less one, on the log-log
scale; siblings are drawn where a single agency is all there is.
ASSUME: who is censored, or comes under observation late, is like those under observation on the same day.
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from analysis import engine
from analysis.models.survival.incidence import Incidence, incidence
from analysis.models.survival.incidence_bootstrap import bootstrap_incidence
from analysis.models.survival.replicated import Replicated
from analysis.study import Study

ALL = "all"


def days_told(study: Study) -> list[int]:
    """Return the days at which curves are told."""
    return [int(day) for day in study.disclosure.curve_days]


def outcomes(study: Study) -> list[str]:
    """Return the names of the ends that compete, in the order of their codes."""
    return list(study.re_separation.outcomes)


def has_clusters(rows: pd.DataFrame, column: str) -> bool:
    """Return whether there are two clusters or more."""
    return len(rows[column].unique()) > 1


def clusters_of(rows: pd.DataFrame) -> pd.Series:
    """Return the agency of each return; where all have one its sibling group, and where all have one the return."""
    shared = next((name for name in ("agency", "sibling_group") if has_clusters(rows, name)), None)
    return rows[shared] if shared else pd.Series(range(len(rows)), rows.index)


def replicated(rows: pd.DataFrame, level: pd.Series, study: Study, rng: np.random.Generator) -> Replicated:
    """Return replicates of the curves of each ``level``, with the same agencies drawn for all."""
    n_replicates = study.re_separation.n_replicates
    columns = rows["entry"], rows["exit"], rows["cause"], len(outcomes(study)), days_told(study), clusters_of(rows)
    return bootstrap_incidence(*columns, n_replicates, rng, groups=level.to_numpy(), map=engine.map)


def fitted(
    rows: pd.DataFrame, study: Study, clusters: pd.Series | None = None, weights: np.ndarray | None = None
) -> Incidence:
    """Return the curves of ``rows`` at the days told."""
    columns = rows["entry"], rows["exit"], rows["cause"]
    return incidence(*columns, len(outcomes(study)), days_told(study), weights=weights, clusters=clusters)


def of_levels(rows: pd.DataFrame, level: pd.Series, study: Study, rng: np.random.Generator) -> pd.DataFrame:
    """Return outcome, level, day, estimate, interval and counts of each level that somebody is in."""
    drawn = replicated(rows, level, study, rng)
    ends = drawn.interval(study.intervals.confidence)
    of_level = [
        told_of(fitted(rows[level == name], study), outcomes(study), [end[at] for end in ends], days_told(study))
        for at, name in enumerate(drawn.group_labels)
    ]
    names = zip(of_level, drawn.group_labels, strict=True)
    return pd.concat([found.assign(level=name) for found, name in names], ignore_index=True)


def of_all(rows: pd.DataFrame, study: Study, rng: np.random.Generator) -> pd.DataFrame:
    """Return the same of all ``rows``, as the level ``all``."""
    return of_levels(rows, pd.Series(ALL, rows.index), study, rng)


def told(fit: Incidence, study: Study) -> pd.DataFrame:
    """Return the curves of ``fit`` at the days told, with its own interval."""
    return told_of(fit, outcomes(study), fit.interval(study.intervals.confidence), days_told(study))


def told_of(fit: Incidence, names: list[str], ends: Sequence[np.ndarray], days: list[int]) -> pd.DataFrame:
    """Return one row an end in ``names`` and a day. After the last day that anybody was observed nothing is told."""
    low, high = (end[:, : len(names)] for end in ends)
    return pd.DataFrame(
        {
            "outcome": np.tile(names, len(days)),
            "day": np.repeat(days, len(names)),
            "estimate": fit.estimates.ravel(),
            "ci_low": low.ravel(),
            "ci_high": high.ravel(),
            "n": fit.n,
            "n_at_risk": np.repeat(fit.n_at_risk, len(names)),
            "n_events": fit.n_events.ravel(),
        }
    )
