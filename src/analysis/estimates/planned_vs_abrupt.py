"""Planned and abrupt returns: by how much more of one than of the other come to each end by a day.

Estimand: the difference of the cumulative incidences (``_return_curves``) of abrupt and planned returns, of children
still at home after the day from which both kinds have enough returns under observation; and of the mean days at home
in the first year, of the same children. Agencies are drawn again, both kinds together, as many agencies have both;
Student's t of the effective number of agencies less one. There is no interval while a kind had no such end.

ASSUME: see ``_return_curves``. Differences say with what a return goes together and not what preparing it would have
changed: who came home abruptly differs in more than that.
"""

from dataclasses import replace

import numpy as np
import pandas as pd

from analysis import engine
from analysis.contract import Column, estimate_table
from analysis.estimates import _return_curves as curves
from analysis.estimates import _return_rows as returns
from analysis.models.survival.incidence_bootstrap import bootstrap_incidence
from analysis.models.survival.replicated import Difference
from analysis.study import Study

SPLIT, AT_HOME = "return_kind", "at_home"
DIFFERENCE, DAYS_LESS = "difference of incidence", "difference of mean days"
NOTES = {
    DIFFERENCE: "n: returns of both kinds; agencies drawn again, both kinds together, t of effective agencies less one",
    DAYS_LESS: "n: returns of both kinds; mean days of the first year at home, or after this end; interval as above",
}

TABLE = estimate_table(
    one_row_is="an end of returns by a day, and what two kinds of return differ by",
    key=("outcome", "term", "level", "measure", "day"),
    extra={
        "measure": Column("str", "what differs", isin=(DIFFERENCE, DAYS_LESS)),
        "day": Column("Int64", "days after the return", unit="days", ge=0),
        "start_day": Column("Int64", "of children still at home after this day", unit="days", ge=0),
        "n_first": Column("Int64", "returns of the kind named first", ge=0),
        "n_second": Column("Int64", "returns of the kind named second", ge=0),
    },
)


def build(spells: pd.DataFrame, study: Study, rng: np.random.Generator) -> pd.DataFrame:
    """Return all differences; no row unless both kinds have enough returns under observation."""
    rows = returns.rows_of(spells, study, study.re_separation.noticed_late)
    kind = returns.with_few_joined(rows, SPLIT, study)
    pair = [_level(name, kind) for name in (study.planned_vs_abrupt.first, study.planned_vs_abrupt.second)]
    both = rows.assign(kind=kind)[kind.isin(pair)]
    start = returns.first_day(both, both["kind"], study)
    later = both if start is None else returns.from_day(both, start)
    n = later["kind"].value_counts().reindex(pair).fillna(0)
    if start is None or (n < study.re_separation.least_at_risk).any() or not curves.has_clusters(later, "agency"):
        return pd.DataFrame(columns=list(TABLE.columns))
    names, days = [*curves.outcomes(study), AT_HOME], curves.days_told(study)
    horizon = [study.re_separation.home_days]
    told = [
        _told(_difference(later, pair, days, "incidence", study, rng), names[:-1], days, DIFFERENCE, "probability"),
        _told(_difference(later, pair, horizon, "time_lost", study, rng), names, horizon, DAYS_LESS, "days"),
    ]
    found = pd.concat(told, ignore_index=True)
    counts = {"n": n.sum(), "n_first": n[pair[0]], "n_second": n[pair[1]], "start_day": start}
    return found.assign(term=SPLIT, level=" less ".join(pair), **counts, note=found["measure"].map(NOTES))[
        list(TABLE.columns)
    ]


def _level(name: str, kind: pd.Series) -> str:
    """Return what a kind is called: with the few of unknown kind, where these are joined with it."""
    return name + returns.OR_UNKNOWN if (kind == name + returns.OR_UNKNOWN).any() else name


def _difference(
    rows: pd.DataFrame, pair: list[str], days: list[int], measure: str, study: Study, rng: np.random.Generator
) -> Difference:
    ends = rows["entry"], rows["exit"], rows["cause"], len(curves.outcomes(study))
    of = *ends, days, rows["agency"], study.re_separation.n_replicates, rng
    drawn = bootstrap_incidence(*of, groups=rows["kind"].to_numpy(), measure=measure, map=engine.map)
    found = drawn.difference(pair[0], pair[1], study.intervals.confidence)
    is_none = (drawn.estimates == 0).any(axis=0)  # draws of none are all alike, and would make the interval too short
    return replace(found, low=np.where(is_none, np.nan, found.low), high=np.where(is_none, np.nan, found.high))


def _told(found: Difference, names: list[str], days: list[int], measure: str, scale: str) -> pd.DataFrame:
    """Return one row an end in ``names`` and a day."""
    n = len(names)
    return pd.DataFrame(
        {
            **{"outcome": np.tile(names, len(days)), "day": np.repeat(days, n), "measure": measure, "scale": scale},
            **{"estimate": found.estimates[:, :n].ravel(), "ci_low": found.low[:, :n].ravel()},
            "ci_high": found.high[:, :n].ravel(),
        }
    )
