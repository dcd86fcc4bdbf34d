"""Which counts are too small to be shown, each by itself: the rule that each breaks."""

import numpy as np
import pandas as pd

from analysis.contract import Table
from analysis.disclosure import reasons
from analysis.disclosure.cells import kinds_of
from analysis.kinds import Coefficient, Count, Curve, Estimate, Kind, Share
from analysis.study import Study


def broken(entries: pd.DataFrame, numbers: pd.DataFrame, table: Table, rules: Study) -> pd.Series:
    """Return, for each line of ``entries``, the rule that keeps its count from being shown; missing where none does."""
    kinds = kinds_of(numbers, table.release)
    may_tell_none = bool(table.release.harmless)
    of_rows, of_facilities = (pd.Series(pd.NA, numbers.index, dtype="object") for _ in range(2))
    of_counts = _too_small(entries["exact"], least_of(entries["unit"], rules), may_tell_none)
    for kind in dict.fromkeys(table.release.kinds.values()):
        rows = numbers[kinds == kind]
        of_rows.loc[rows.index] = _of_rows(rows, kind, table, rules, may_tell_none)
        of_facilities.loc[rows.index] = _of_facilities(rows, kind, rules)
        of_counts = of_counts.fillna(_of_rest(entries, rows, kind, rules, may_tell_none))
    of_rows = entries["row"].map(of_rows).mask(entries["is_denominator"], pd.NA)  # it is that of other rows as well
    is_sensitive = entries["row"].map(_sensitive(numbers, table, rules))
    found = of_counts.fillna(of_rows).fillna(entries["row"].map(of_facilities))
    return found.mask(is_sensitive, reasons.SENSITIVE)


def least_of(units: pd.Series, rules: Study) -> pd.Series:
    """Return the least number of each unit that may be shown."""
    return pd.Series(np.where(units == "facilities", rules.least_facilities, rules.least_rows), units.index)


def _too_small(counts: pd.Series, least: pd.Series | int, may_tell_none: bool) -> pd.Series:
    rule = pd.Series(pd.NA, counts.index, dtype="object")
    rule[(counts > 0) & (counts < least)] = reasons.FEWER
    return rule if may_tell_none else rule.mask(counts == 0, reasons.NONE_OR_ALL)


def _of_rows(rows: pd.DataFrame, kind: Kind, table: Table, rules: Study, may_tell_none: bool) -> pd.Series:
    """Return the rule by which none of the counts of a row may be shown that are of no other row."""
    least = rules.least_facilities if kind.unit == "facilities" else rules.least_rows
    rule = pd.Series(pd.NA, rows.index, dtype="object")
    if isinstance(kind, Coefficient):
        rule[rows[kind.df].lt(rules.least_df).fillna(True)] = reasons.DEGREES_OF_FREEDOM
    if isinstance(kind, Curve):
        rule = _of_steps(rows, kind, table, rules, may_tell_none)
        rule[rows[kind.at_risk].lt(least)] = reasons.FEWER
        rule[~rows[kind.day].isin(rules.curve_days)] = reasons.GRID
    if "n" in kind.counts and not isinstance(kind, Count):
        rule[rows[kind.whole].lt(least)] = reasons.FEWER
    return rule


def _of_facilities(rows: pd.DataFrame, kind: Kind, rules: Study) -> pd.Series:
    """Return the rule of facilities by which no count of a row may be shown, nor those that other rows share."""
    rule = pd.Series(pd.NA, rows.index, dtype="object")
    if kind.n_facilities:
        facilities, children = rows[kind.n_facilities], rows[kind.whole]
        _check_never_more(facilities, children)
        is_few = children.gt(0) & children.lt(rules.least_rows)  # then who sees 6 facilities knows of 6 children
        rule[is_few] = reasons.FEWER
        rule[facilities.lt(rules.least_facilities).fillna(True)] = reasons.FACILITIES
    if kind.top_two_share:
        rule[rows[kind.top_two_share].gt(rules.most_of_two).fillna(True)] = reasons.DOMINANCE
    return rule


def _of_rest(entries: pd.DataFrame, rows: pd.DataFrame, kind: Kind, rules: Study, may_tell_none: bool) -> pd.Series:
    """Return the rule for hits of which nearly all, or all, of the group are."""
    rule = pd.Series(pd.NA, entries.index, dtype="object")
    if not isinstance(kind, Share | Estimate) or "hits" not in kind.counts:
        return rule
    hits, wholes = rows[kind.counts["hits"]], rows[kind.whole]
    _check_never_more(hits, wholes)
    rest = wholes - hits
    least = rules.least_facilities if kind.unit == "facilities" else rules.least_rows
    of_rest = entries["row"].map(_too_small(rest, least, may_tell_none))
    return rule.mask(entries["role"] == "hits", of_rest)


def _check_never_more(parts: pd.Series, wholes: pd.Series) -> None:
    is_more = (parts > wholes).fillna(False)
    if is_more.any():
        raise reasons.DisclosureError(f"{parts.name} is larger than {wholes.name} in row {is_more.idxmax()}")


def _of_steps(rows: pd.DataFrame, kind: Curve, table: Table, rules: Study, may_tell_none: bool) -> pd.Series:
    """Return which days of a curve would show a step of a few events since the last day that is shown."""
    curve = [column for column in table.key if column not in ("scale", kind.day)]
    ordered = rows[rows[kind.day].isin(rules.curve_days)].sort_values([*curve, kind.day])
    group = ordered.groupby(curve, sort=False, dropna=False).ngroup() if curve else pd.Series(0, ordered.index)
    rule = pd.Series(pd.NA, rows.index, dtype="object")
    smallest = 1 if may_tell_none else 0  # the same number twice tells of none
    last_group, last_events = None, 0
    for row, own, events in zip(ordered.index, group, ordered[kind.events].fillna(0), strict=True):
        last_events = last_events if own == last_group else 0
        last_group = own
        if smallest <= events - last_events < rules.least_rows:
            rule[row] = reasons.STEP
        else:
            last_events = events
    return rule


def _sensitive(numbers: pd.DataFrame, table: Table, rules: Study) -> pd.Series:
    """Return the rows about one sensitive item, and those about any of them below the national level."""
    texts = numbers[[column for column in table.key if pd.api.types.is_string_dtype(numbers[column])]]
    is_item = texts.isin(list(rules.sensitive_items)).any(axis=1)
    is_any = texts.isin(list(rules.any_sensitive_item)).any(axis=1)
    place = table.release.place
    is_national = numbers[place] == table.release.totals.get(place, "all") if place else True
    return is_item | (is_any & ~(pd.Series(True, numbers.index) & is_national))
