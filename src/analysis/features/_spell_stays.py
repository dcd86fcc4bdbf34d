"""Stays: one row a spell of care of a child, joined over the systems that recorded it.

A return that two systems recorded must be one return. Rows of a child that begin within a few days of each other and
are of one kind are one stay; each fact is taken from the system believed first that tells it.
"""

import pandas as pd

from analysis.study import Study

HOME, RESIDENTIAL, BOARDING, ALTERNATIVE, ELSEWHERE = "home", "residential", "boarding", "alternative", "elsewhere"
UNKNOWN = "unknown"
TOLD_BY_ENTRY = (  # what an entry tells of a stay, the most telling first
    *("closure_displacement", "spontaneous_return", "reunification", "re_separation", "placement", "initial", UNKNOWN),
)
FACTS = ("placement_id", "source_system", "end_on", "care_type", "facility_id", "prepared", "end_reason")


def ranked(rows: pd.DataFrame, study: Study) -> pd.DataFrame:
    """Return ``rows`` ordered by how far their system is believed, ``rank`` 0 first."""
    order = {system: rank for rank, system in enumerate(study.importing.systems)}
    return rows.assign(rank=rows["source_system"].map(order)).sort_values("rank", kind="stable")


def kinds(placements: pd.DataFrame, study: Study) -> pd.Series:
    """Return what kind of stay each placement is; a return into a family not told is a stay at home."""
    rules = study.spells
    of_care = {
        **dict.fromkeys(rules.home_care, HOME),
        **dict.fromkeys(rules.residential_care, RESIDENTIAL),
        **dict.fromkeys(rules.boarding_care, BOARDING),
        **dict.fromkeys(rules.alternative_care, ALTERNATIVE),
    }
    kind = placements["care_type"].map(of_care).fillna(ELSEWHERE)
    into_family = (placements["care_type"] == UNKNOWN) & placements["entry_event"].isin(rules.return_entries)
    return kind.mask(into_family, HOME)


def dated(placements: pd.DataFrame, study: Study) -> pd.DataFrame:
    """Return the placements with a start and their ``kind``; an end before the start is ``mistyped``, and no end."""
    rows = placements[placements["start_on"].notna()]
    mistyped = rows["end_on"] < rows["start_on"]
    return rows.assign(kind=kinds(rows, study), end_on=rows["end_on"].mask(mistyped), mistyped=mistyped)


def numbered(placements: pd.DataFrame, study: Study) -> pd.DataFrame:
    """Return the dated placements with ``stay``, the number of the stay each is a record of."""
    rows = dated(placements, study).sort_values(["child_key", "kind", "start_on", "placement_id"])
    of_child = rows.groupby(["child_key", "kind"], sort=False)
    apart = (rows["start_on"] - of_child["start_on"].shift()).dt.days
    rows = rows.assign(may_be_latest=_may_be_latest(rows, study))
    return rows.assign(stay=(~(apart <= study.spells.same_stay_days)).cumsum())


def _may_be_latest(rows: pd.DataFrame, study: Study) -> pd.Series:
    """Return whether a record may print no more than the latest arrangement: it has no earlier stay in care."""
    care_on = rows["start_on"].where(rows["kind"].isin((RESIDENTIAL, BOARDING)))
    first_care_on = care_on.groupby(rows["case_id"]).transform("min")
    return rows["source_system"].isin(study.spells.latest_only_systems) & ~(first_care_on < rows["start_on"])


def stays(rows: pd.DataFrame, study: Study) -> pd.DataFrame:
    """Return one row a stay of the numbered placements ``rows``, in the order of time of each child."""
    told = rows.assign(
        care_type=rows["care_type"].mask(rows["care_type"] == UNKNOWN),
        end_reason=rows["end_reason"].mask(rows["end_reason"] == UNKNOWN),
        entry=rows["entry_event"].map({word: rank for rank, word in enumerate(TOLD_BY_ENTRY)}),
    )
    by_stay = ranked(told, study).groupby("stay")
    joined = by_stay[["child_key", "kind", *FACTS]].first()
    joined = joined.assign(
        start_on=by_stay["start_on"].min(),
        entry_event=by_stay["entry"].min().map(dict(enumerate(TOLD_BY_ENTRY))),
        care_type=joined["care_type"].fillna(UNKNOWN),
        mistyped=by_stay["mistyped"].any() & joined["end_on"].isna(),
        may_be_latest=by_stay["may_be_latest"].all(),
        n_records=by_stay.size(),
    )
    in_time = [
        "child_key",
        "start_on",
        "end_on",
        "kind",
        "stay",
    ]  # of two on one day the one that ended on it came first
    return joined.reset_index().sort_values(in_time, ignore_index=True)
