"""Closure funnel from records: children of facilities that closed, from those who lived there to those in school.

By how the closure came about, and by wave: months in which so many facilities closed that it was no single closure.
A stage that an event does not tell is unknown, never 0. Counts are of the events that tell them. Shares are of the
children present, and of those identified, as few know who was present: among events that tell both counts, with an
interval over facilities for closures like these; and the least and the most that it can be in all events that tell the
whole, since a stage that is not told lies between those before and after it. Unaccounted for is who was not traced.

Events whose stages rise along the funnel count by different definitions: they are counted, and in no share. A closure
that two agencies wrote down, same facility and day, counts once, as who tells more has it.

ASSUME (intervals): facilities are independent draws of like ones; those that tell a stage are like those that do not.
"""

from typing import Any

import numpy as np
import pandas as pd

from analysis.contract import Column, estimate_table
from analysis.models.cluster_ratio import share_interval
from analysis.study import Study

ALL, NO_WAVE, UNACCOUNTED = "all", "no wave", "unaccounted for"
MODE, WAVE = "closure_mode", "wave"
SUDDEN, OTHER = "sudden", "planned, ordered or not told"  # few are ordered, or not told: alone they would be withheld
STAGES = {  # in the order of the funnel
    "present": "n_children_present",
    "identified": "n_children_identified",
    "traced": "n_children_traced",
    "assessed": "n_children_assessed",
    "enrolled": "n_children_enrolled",
    "in school": "n_children_in_school",
}
TIERS = {"high risk": "n_high", "medium risk": "n_medium", "low risk": "n_low"}
OUTCOMES = [*STAGES, UNACCOUNTED, *TIERS, "closures", "present not told", "out of order", "told again"]
FACILITIES, CHILDREN, TIER_SHARE = "facilities", "children", "share of tiers"
WHOLES = ("present", "identified")  # of whom shares are told
SHARE, LEAST, MOST = "share of", "at least of", "at most of"  # each followed by the whole
Row = dict[str, Any]

TABLE = estimate_table(
    one_row_is="a stage or a tier of the children of closed facilities, counted, as a share or in bounds, for a group",
    key=("outcome", "term", "level", "measure"),
    extra={
        "measure": Column("str", "a count, a share of whom, or its bound"),
        "position": Column("str", "place of the outcome, in two digits"),
        "n_hits": Column("Int64", "children of whom it holds", ge=0, nullable=True),
        "n_facilities": Column("Int64", "facilities behind it, each with a child", ge=0, nullable=True),
        "top_two_share": Column("Float64", "share of the children in the two largest", ge=0, le=1, nullable=True),
    },
)
A_COUNT = "a count of all, without interval"
NOTES = {
    FACILITIES: f"facilities that closed; {A_COUNT}",
    CHILDREN: f"children of the facilities that tell this stage; {A_COUNT}",
    SHARE: "children of facilities that tell both counts; facilities as clusters, Student's t on the logit scale",
    LEAST: "a bound, no interval: a stage that is not told has the fewest children that later stages allow",
    MOST: "a bound, no interval: a stage that is not told has the most children that earlier stages allow",
    TIER_SHARE: "of children with a tier; facilities as clusters, at a confidence shared out among the tiers "
    "(Bonferroni), so that all hold together",
}


def build(closure_events: pd.DataFrame, study: Study) -> pd.DataFrame:
    """Return counts, shares and bounds of every stage for each group; no row without a closure."""
    if closure_events.empty:
        return pd.DataFrame(columns=list(TABLE.columns))
    is_again = _is_told_again(closure_events)
    waves = _waves(closure_events["closed_on"].mask(is_again), study.closure_funnel_recorded.wave_facilities)
    modes = closure_events[MODE].where(closure_events[MODE] == SUDDEN, OTHER)
    events = closure_events.assign(**{WAVE: waves, MODE: modes}, is_again=is_again)
    groups = [(MODE, mode) for mode in (SUDDEN, OTHER)] + [(WAVE, wave) for wave in sorted({*waves, NO_WAVE})]
    rows: list[Row] = []
    for term, level in [*groups, (MODE, ALL), (WAVE, ALL)]:
        own = events if level == ALL else events[events[term] == level]
        rows += [{**row, "term": term, "level": level} for row in _rows(own, study.intervals.confidence)]
    position = {outcome: f"{place:02d}" for place, outcome in enumerate(OUTCOMES)}
    told = pd.DataFrame(rows)
    kind = told["measure"].str.replace(f" ({'|'.join(WHOLES)})$", "", regex=True)
    noted = told.assign(position=told["outcome"].map(position), note=kind.map(NOTES))
    return noted.reindex(columns=list(TABLE.columns))


def _is_told_again(events: pd.DataFrame) -> pd.Series:
    """Return whether another row tells of the same facility on the same day, and tells more: of like ones the first."""
    n_told = events[[*STAGES.values(), *TIERS.values()]].notna().sum(axis=1)
    fullest_first = events.assign(n_told=n_told).sort_values(["n_told", "closure_event_id"], ascending=[False, True])
    is_named = fullest_first[["facility_id", "closed_on"]].notna().all(axis=1)
    return (is_named & fullest_first.duplicated(["facility_id", "closed_on"])).reindex(events.index)


def _waves(closed_on: pd.Series, least: int) -> pd.Series:
    """Return the first month of the wave a closure belongs to: months in a row with at least so many closures."""
    month = closed_on.dt.to_period("M")
    n_closed = month.value_counts()
    first: dict[pd.Period, pd.Period] = {}
    for busy in sorted(n_closed.index[n_closed >= least]):
        first[busy] = first.get(busy - 1, busy)
    return month.map(first).astype("str").where(month.isin(list(first)), NO_WAVE)


def _rows(events: pd.DataFrame, confidence: float) -> list[Row]:
    """Return all rows of one group of closures, each counted once."""
    again = _facilities("told again", int(events["is_again"].sum()))
    events = events[~events["is_again"]]
    stages = pd.DataFrame({stage: events[column].astype("float64") for stage, column in STAGES.items()})
    is_ordered = _is_ordered(stages)
    rows = [again, _facilities("closures", len(events)), _facilities("out of order", int((~is_ordered).sum()))]
    rows.append(_facilities("present not told", int(stages["present"].isna().sum())))
    rows += [
        {**_sized(own), "outcome": stage, "measure": CHILDREN, "scale": CHILDREN, "estimate": own.sum()}
        for stage, own in stages.items()
    ]
    for whole in WHOLES:
        rows += _shares(stages[is_ordered & stages[whole].notna()], whole, confidence)
    return rows + _tiers(events, confidence)


def _shares(stages: pd.DataFrame, whole: str, confidence: float) -> list[Row]:
    """Return the share and the bounds of every stage after ``whole``, and of the children not traced."""
    rows, of = [], stages[whole]
    for stage in list(STAGES)[list(STAGES).index(whole) + 1 :]:
        least, most = _ends(stages, stage)
        told = {stage: (stages[stage], least, most)}
        if stage == "traced":
            told[UNACCOUNTED] = (of - stages[stage], of - most, of - least)
        for outcome, counts in told.items():
            measures = [f"{kind} {whole}" for kind in (SHARE, LEAST, MOST)]
            found = [_share(outcome, of, hits, measure) for hits, measure in zip(counts, measures, strict=True)]
            rows += [{**found[0], **_interval(of, counts[0], confidence)}, *found[1:]]
    return rows


def _is_ordered(stages: pd.DataFrame) -> pd.Series:
    """Return whether no stage that is told counts more children than one told before it."""
    fewest_so_far = stages.cummin(axis=1).ffill(axis=1)
    return ~(stages > fewest_so_far).any(axis=1)


def _facilities(outcome: str, n: int) -> Row:
    return {"outcome": outcome, "measure": FACILITIES, "scale": FACILITIES, "estimate": float(n)}


def _ends(stages: pd.DataFrame, stage: str) -> tuple[pd.Series, pd.Series]:
    """Return the least and the most children of each event who can have reached a stage."""
    place = list(STAGES).index(stage)
    return stages.iloc[:, place:].max(axis=1).fillna(0), stages.iloc[:, : place + 1].min(axis=1)


def _share(outcome: str, of: pd.Series, hits: pd.Series, measure: str) -> Row:
    """Return the share among the facilities that tell both counts; missing where no child is counted."""
    is_told = hits.notna()
    n, n_hits = int(of[is_told].sum()), int(hits.sum())
    share = {"estimate": n_hits / n} if n else {}
    scale = TIER_SHARE if measure == TIER_SHARE else "share"
    told = {"outcome": outcome, "measure": measure, "scale": scale, "n": n, "n_hits": n_hits}
    return {**told, **share, **_sized(of[is_told])}


def _interval(of: pd.Series, hits: pd.Series, confidence: float) -> Row:
    """Return the interval of the share, facilities as clusters; none where no child is counted."""
    is_told = hits.notna()
    if not of[is_told].sum():
        return {}
    low, high = share_interval(hits[is_told], of[is_told], confidence)
    return {"ci_low": low, "ci_high": high}


def _tiers(events: pd.DataFrame, confidence: float) -> list[Row]:
    """Return the share of each tier among children of the facilities that tell all three."""
    told = events[list(TIERS.values())].dropna().astype("float64")
    of, each = told.sum(axis=1), 1 - (1 - confidence) / len(TIERS)
    return [
        {**_share(tier, of, told[column], TIER_SHARE), **_interval(of, told[column], each)}
        for tier, column in TIERS.items()
    ]


def _sized(children: pd.Series) -> Row:
    """Return how many facilities hold a child, and how many of all children the two largest do."""
    told = np.sort(children.dropna().to_numpy("float64"))
    share = told[-2:].sum() / told.sum() if told.sum() > 0 else None
    return {"n_facilities": int((told > 0).sum()), "top_two_share": share}
