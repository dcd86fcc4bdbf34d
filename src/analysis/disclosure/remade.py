"""Numbers made again from rounded counts, so that no exact count comes back by division."""

import pandas as pd

from analysis.contract import Table
from analysis.disclosure.cells import kinds_of
from analysis.disclosure.rounding import outwards, significant, step_of
from analysis.kinds import Count, Curve, Kind, Rate, Share
from analysis.study import Study

INTERVAL = ["ci_low", "ci_high"]


def remade(numbers: pd.DataFrame, table: Table, rules: Study) -> pd.DataFrame:
    """Return ``numbers``, whose counts are rounded or missing, with estimates and intervals that follow from them."""
    kinds = kinds_of(numbers, table.release)
    made = numbers.copy()
    for kind in dict.fromkeys(table.release.kinds.values()):
        rows = made[(kinds == kind) & _has_counts(made, kind)]
        made.loc[rows.index, "estimate"] = _estimate(rows, kind, rules).astype("Float64")
        if set(INTERVAL) <= set(made.columns):
            low, high = outwards(rows["ci_low"], rows["ci_high"], _step(rows, kind, rules))
            if isinstance(kind, Share | Curve):
                low, high = low.clip(lower=0), high.clip(upper=1)
            made.loc[rows.index, "ci_low"], made.loc[rows.index, "ci_high"] = low, high
    return made


def _has_counts(numbers: pd.DataFrame, kind: Kind) -> pd.Series:
    return numbers[list(kind.counts.values())].notna().all(axis=1)


def _estimate(rows: pd.DataFrame, kind: Kind, rules: Study) -> pd.Series:
    if isinstance(kind, Count):
        return rows[kind.count]
    if isinstance(kind, Share):
        return rows[kind.hits] / rows[kind.of]
    if isinstance(kind, Rate):
        return kind.per * rows[kind.events] / rows[kind.exposure]
    if isinstance(kind, Curve):
        step = _step(rows, kind, rules)
        return (rows["estimate"] / step).round() * step
    return significant(rows["estimate"], rules.digits_modelled)


def _step(rows: pd.DataFrame, kind: Kind, rules: Study) -> pd.Series:
    """Return what one step of the rounding of counts makes of the estimate; ends of intervals move by whole steps."""
    if isinstance(kind, Share):
        return rules.round_to / rows[kind.of].astype("Float64")
    if isinstance(kind, Curve):
        return rules.round_to / rows[kind.n].astype("Float64")
    if isinstance(kind, Rate):
        return kind.per * rules.round_to / rows[kind.exposure].astype("Float64")
    return step_of(rows["estimate"], rules.digits_modelled)
