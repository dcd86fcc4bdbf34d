"""Closures from records against counts by hand: stages not told are bounded, and never 0."""

import pandas as pd
import pytest

from analysis import study
from analysis.estimates import closure_funnel_recorded as funnel
from analysis.models.cluster_ratio import share_interval

STUDY = study.load()
COUNTS = [*funnel.STAGES.values(), *funnel.TIERS.values()]
# present, identified, traced, assessed, enrolled, in school; high, medium, low
WHOLE = (20, 15, 12, 10, 8, 6, 4, 3, 1)
NO_PRESENT = (None, 10, 9, 9, 5, 5, None, None, None)
NO_MIDDLE = (30, None, None, None, 6, None, 2, 2, 2)


def closures(*counts, mode="sudden", day="2023-03-07"):
    """Return closure events with these counts, one tuple each."""
    frame = pd.DataFrame(list(counts), columns=COUNTS).astype("Int64")
    return frame.assign(
        closure_event_id=[f"{number:016x}" for number in range(len(frame))],
        facility_id=None,
        closure_mode=mode,
        closed_on=pd.to_datetime([day] * len(frame)).astype("datetime64[us]"),
    )


def built(events):
    rows = funnel.TABLE.validated(funnel.build(events, STUDY), "closure_funnel_recorded")
    return rows.set_index(["outcome", "term", "level", "measure"]).sort_index()


@pytest.fixture(scope="module")
def table():
    return built(closures(WHOLE, NO_PRESENT, NO_MIDDLE))


def of_all(table, outcome, measure):
    return table.loc[(outcome, "closure_mode", "all", measure)]


def test_counts_are_of_the_events_that_tell_them(table):
    assert of_all(table, "present", "children")["estimate"] == 50
    assert of_all(table, "identified", "children")["estimate"] == 25
    assert of_all(table, "identified", "children")["n_facilities"] == 2
    assert of_all(table, "present not told", "facilities")["estimate"] == 1


def test_shares_are_of_the_events_that_tell_both_counts(table):
    traced = of_all(table, "traced", "share of present")
    assert traced[["n", "n_hits", "estimate"]].tolist() == [20, 12, 0.6]
    enrolled = of_all(table, "enrolled", "share of present")
    assert enrolled[["n", "n_hits"]].tolist() == [50, 14]
    assert of_all(table, "enrolled", "share of identified")[["n", "n_hits"]].tolist() == [25, 13]


def test_a_stage_not_told_lies_between_those_before_and_after_it(table):
    ends = [of_all(table, "traced", f"{kind} of present")["n_hits"] for kind in ("at least", "at most")]
    assert ends == [12 + 6, 12 + 30]
    assert of_all(table, "in school", "at least of present")["n_hits"] == 6
    assert of_all(table, "in school", "at most of present")["n_hits"] == 6 + 6
    assert pd.isna(of_all(table, "traced", "at most of present")["ci_low"])


def test_unaccounted_for_is_who_was_not_traced(table):
    assert of_all(table, "unaccounted for", "share of present")["estimate"] == pytest.approx(8 / 20)
    ends = [of_all(table, "unaccounted for", f"{kind} of present")["n_hits"] for kind in ("at least", "at most")]
    assert ends == [50 - 42, 50 - 18]
    assert of_all(table, "unaccounted for", "share of identified")["n_hits"] == 3 + 1


def test_tiers_are_of_the_events_that_tell_all_three_and_hold_together(table):
    tiers = [of_all(table, tier, "share of tiers") for tier in funnel.TIERS]
    assert [row["n_hits"] for row in tiers] == [6, 5, 3]
    assert {row["n"] for row in tiers} == {14}
    high, of = [1, 4, 2, 3], sum(WHOLE[-3:])
    events = closures(*((*WHOLE[:-3], each, 1, of - 1 - each) for each in high))
    row = built(events).loc[("high risk", "closure_mode", "all", "share of tiers")]
    held = share_interval(high, [of] * 4, 1 - (1 - STUDY.intervals.confidence) / 3)
    assert (row["ci_low"], row["ci_high"]) == pytest.approx(held), "at a higher confidence, so that all three hold"


def test_an_event_whose_stages_rise_is_counted_and_in_no_share():
    table = built(
        closures(WHOLE, (10, 12, 5, None, 5, 5, None, None, None), (10, None, 3, None, 4, 2, None, None, None))
    )
    assert of_all(table, "out of order", "facilities")["estimate"] == 2
    assert of_all(table, "present", "children")["estimate"] == 40
    assert of_all(table, "traced", "share of present")["n"] == 20


def test_a_closure_told_by_two_agencies_counts_once_as_who_tells_more_has_it():
    events = closures(NO_PRESENT, WHOLE, NO_MIDDLE, WHOLE).assign(facility_id=["F0001", "F0001", None, None])
    table = built(events)
    assert of_all(table, "closures", "facilities")["estimate"] == 3
    assert of_all(table, "told again", "facilities")["estimate"] == 1
    assert of_all(table, "identified", "children")["estimate"] == 30
    apart = events.assign(closed_on=events["closed_on"].where(events.index > 0, pd.Timestamp("2024-01-01")))
    assert of_all(built(apart), "told again", "facilities")["estimate"] == 0


def test_groups_add_up_and_what_is_not_sudden_stands_together():
    modes = [("sudden", 4), ("planned_transition", 2), ("ordered", 1), ("unknown", 1)]
    events = pd.concat([closures(*[WHOLE] * n, mode=mode) for mode, n in modes], ignore_index=True)
    table = built(events)
    closed = table.loc["closures"].xs("facilities", level="measure")["estimate"].loc["closure_mode"]
    assert closed.to_dict() == {"sudden": 4, funnel.OTHER: 4, "all": 8}


def test_a_wave_is_months_in_a_row_with_many_closures_named_by_the_first():
    least = STUDY.closure_funnel_recorded.wave_facilities
    days = ["2023-08-15", "2023-09-30", "2024-02-01", "2024-04-02"]
    sizes = [least, least, least - 1, least]
    events = pd.concat([closures(*[WHOLE] * n, day=day) for day, n in zip(days, sizes, strict=True)])
    table = built(pd.concat([events, closures(WHOLE).assign(closed_on=pd.NaT)], ignore_index=True))
    closed = table.loc["closures"].xs("facilities", level="measure")["estimate"].loc["wave"]
    assert closed.to_dict() == {"2023-08": 2 * least, "2024-04": least, "no wave": least, "all": 4 * least}


def test_a_group_nobody_is_in_has_rows_without_a_share():
    table = built(closures(WHOLE))
    row = table.loc[("traced", "closure_mode", funnel.OTHER, "share of present")]
    assert (row["n"], row["n_facilities"]) == (0, 0)
    assert pd.isna(row["estimate"])


def test_one_facility_tells_nothing_of_others_and_none_gives_no_row():
    row = built(closures(WHOLE)).loc[("traced", "closure_mode", "all", "share of present")]
    assert (row["ci_low"], row["ci_high"]) == (0, 1)
    assert funnel.build(closures(), STUDY).empty
