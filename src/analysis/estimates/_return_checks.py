"""What the curve of all returns hangs on: who is drawn, other ends, lost contact, days not seen, boarding schools."""

import numpy as np
import pandas as pd

from analysis.estimates import _return_curves as curves
from analysis.estimates import _return_rows as returns
from analysis.models.survival.incidence import kaplan_meier
from analysis.models.survival.interval_bounds import interval_bounds
from analysis.study import Study

FAMILIES, CHILDREN = "families drawn", "single children drawn"
KAPLAN_MEIER, RULE = "Kaplan-Meier", "rule: "
RECORDED, EARLY, LATE = "ends on the day written", "ends at their earliest", "ends at their latest"
NOTES = {
    FAMILIES: "as incidence; interval: sibling groups for clusters, agencies taken for one",
    CHILDREN: "as incidence; interval as if no child had anything to do with another: too short",
    KAPLAN_MEIER: "one minus Kaplan-Meier, other ends taken for impossible: no share of anybody, and too high",
    RULE: "as incidence, of returns made under another rule, see spells.variants in study.toml; error by agency",
    RECORDED: "as incidence, every end on the day written; error by agency",
    EARLY: "the most that last contacts at home allow, of ends noticed at a contact or maybe so; a bound, no interval",
    LATE: "the least that they allow; a bound, no interval",
}


def of_intervals(rows: pd.DataFrame, study: Study) -> pd.DataFrame:
    """Return the curves with intervals from sibling groups, and from single children."""
    clusters = {FAMILIES: rows["sibling_group"] if curves.has_clusters(rows, "sibling_group") else None, CHILDREN: None}
    told = [curves.told(curves.fitted(rows, study, of), study).assign(measure=name) for name, of in clusters.items()]
    return _of_all(pd.concat(told, ignore_index=True))


def of_other_rules(spells: pd.DataFrame, spell_variants: pd.DataFrame, study: Study) -> pd.DataFrame:
    """Return the curves with ends on the day written, and with the returns made under other rules."""
    seen = spells[["spell_id", "last_home_days", "noticed_late"]]
    variants = spell_variants.merge(seen, on="spell_id", how="left", validate="m:1")
    reading = study.re_separation.noticed_late
    told = [_told(spells, study, returns.RECORDED).assign(measure=RECORDED)]
    told += [_told(own, study, reading).assign(measure=RULE + name) for name, own in variants.groupby("variant")]
    return _of_all(pd.concat(told, ignore_index=True))


def of_days(spells: pd.DataFrame, study: Study) -> pd.DataFrame:
    """Return the bounds within which the curves lie, whenever between two contacts the ends came."""
    rows = returns.rows_of(spells, study, returns.RECORDED)
    columns = rows["entry"], rows["exit"], rows["cause"]
    n_causes = len(curves.outcomes(study))
    found = interval_bounds(*columns, n_causes, curves.days_told(study), rows["last_known"])
    plain = curves.told(found.noticed, study).assign(ci_low=np.nan, ci_high=np.nan)
    told = [
        plain.assign(measure=name, estimate=bound.ravel()) for name, bound in ((EARLY, found.high), (LATE, found.low))
    ]
    return _of_all(pd.concat(told, ignore_index=True))


def of_one_cause(rows: pd.DataFrame, study: Study) -> pd.DataFrame:
    """Return one minus Kaplan-Meier of each end, as if all other ends were censored."""
    days, told = curves.days_told(study), []
    for code, name in enumerate(curves.outcomes(study), start=1):
        of = (rows["entry"], rows["exit"], rows["cause"] == code, days)
        fit = kaplan_meier(*of, clusters=curves.clusters_of(rows))
        told.append(curves.told_of(fit, [name], fit.interval(study.intervals.confidence), days))
    return _of_all(pd.concat(told, ignore_index=True).assign(measure=KAPLAN_MEIER))


def _told(spells: pd.DataFrame, study: Study, reading: str) -> pd.DataFrame:
    rows = returns.under_observation(spells, study, reading)
    return curves.told(curves.fitted(rows, study, curves.clusters_of(rows)), study)


def _of_all(told: pd.DataFrame) -> pd.DataFrame:
    return told.assign(level=curves.ALL)
