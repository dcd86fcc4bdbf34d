"""Closure and goal registers of known truth: bounds hold it always, intervals about as often as they say.

About ten seconds of one processor. 40 registers of closures are drawn anew with a fresh seed, cells left blank as in
the simulated country: a share of held truths of 95 % is then known within 7 points. With ``REGISTERS=1000`` in the
environment the same tests are those of a larger study, four minutes long, with bounds as much narrower.
"""

import os

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from analysis import store, study
from analysis.estimates import closure_funnel_recorded as funnel
from analysis.estimates import referral_funnel
from analysis.simulate import parameters as simulated
from analysis.simulate.registers import closures
from analysis.study import ROOT

pytestmark = pytest.mark.validation

TRUTH = ROOT / "data" / "simulated" / "truth" / "part-0001"
N = int(os.environ.get("REGISTERS", "40"))
STUDY, PARAMETERS = study.load(), simulated.load()
STAGES = list(funnel.STAGES)[1:]


@pytest.fixture(scope="module")
def frames():
    return {
        name: pd.read_parquet(TRUTH / f"{name}.parquet") for name in ("facilities", "agencies", "cases", "children")
    }


def with_blanks(events):
    """Return the register as it is kept: what nobody wrote down is missing."""
    counts = [*funnel.STAGES.values(), *funnel.TIERS.values()]
    blank = events["left_blank"].str.get_dummies("|").reindex(columns=[*counts, "closed_on"], fill_value=0).astype(bool)
    kept = {name: events[name].astype("Int64").mask(blank[name]) for name in counts}
    return events.assign(**kept, closed_on=events["closed_on"].mask(blank["closed_on"]))


@pytest.fixture(scope="module")
def registers(frames):
    """Return (true events, table of the register kept) of each draw."""
    rng = np.random.default_rng(20231115)
    drawn = [closures.build(PARAMETERS, rng, frames, 1) for _ in range(N)]
    keyed = [events.assign(closure_event_id=events["event_no"].astype(str), facility_id=None) for events in drawn]
    return [
        (events, funnel.build(with_blanks(events), STUDY).set_index(["outcome", "term", "level", "measure"]))
        for events in keyed
    ]


def true_counts(events, level):
    own = events if level == funnel.ALL else events[(events["closure_mode"] == "sudden") == (level == funnel.SUDDEN)]
    return own.set_index("event_no")[list(funnel.STAGES.values())]


@pytest.mark.parametrize("level", [funnel.ALL, funnel.SUDDEN, funnel.OTHER])
def test_bounds_hold_the_true_share_in_every_register(registers, level):
    for events, table in registers:
        counts = true_counts(events, level)
        is_known = ~events.set_index("event_no").loc[counts.index, "left_blank"].str.contains("n_children_present")
        known = counts[is_known]
        for stage in STAGES:
            truth = known[funnel.STAGES[stage]].sum() / known[funnel.STAGES["present"]].sum()
            low, high = (
                table.loc[(stage, funnel.MODE, level, f"{end} present"), "estimate"]
                for end in (funnel.LEAST, funnel.MOST)
            )
            assert low <= truth <= high


def expected_share(stage):
    """Return the share of children present at planned, ordered and unknown closures who reach a stage, as planted."""
    choices = PARAMETERS.registers.closure_events
    children = {mode: p * choices.children_mean[mode] for mode, p in choices.modes.items() if mode != "sudden"}
    reached = dict(children)
    for name in STAGES[: STAGES.index(stage) + 1]:
        reached = {mode: n * choices[f"{name.replace(' ', '_')}_share"][mode] for mode, n in reached.items()}
    return sum(reached.values()) / sum(children.values())


@pytest.mark.parametrize("stage", ["traced", "enrolled"])
def test_intervals_over_facilities_hold_the_planted_share(registers, stage):
    key, truth = (stage, funnel.MODE, funnel.OTHER, "share of present"), expected_share(stage)
    rows = pd.DataFrame([table.loc[key] for _, table in registers])
    holds = ((rows["ci_low"] <= truth) & (truth <= rows["ci_high"])).sum()
    error = rows["estimate"].mean() - truth
    assert holds >= stats.binom.ppf(0.001, N, 0.95)
    assert abs(error) < 3.3 * rows["estimate"].std() / np.sqrt(N) + 0.01, "a ratio of few facilities is a little biased"


def test_goals_in_time_are_those_that_were_by_area():
    told = store.read("referral_funnel").set_index(["outcome", "term", "level", "measure"])
    goals = pd.read_parquet(TRUTH / "plan_goals.parquet")
    due = goals[goals["due_on"] <= pd.Timestamp(PARAMETERS.case_management.last_day)]
    truth = (due["completed_on"] <= due["due_on"]).groupby(due["area"]).mean()
    for area, share in truth.items():
        key = (referral_funnel.goals.ON_TIME, referral_funnel.goals.AREA, area)
        row = told.loc[(*key, "goals due")]
        low, high = (told.loc[(*key, f"goals due, {end}"), "estimate"] for end in ("least", "most"))
        chance = 3.3 * np.sqrt(share * (1 - share) / row["n"])
        assert low - chance <= share <= high + chance, area
    assert set(truth.index) <= set(PARAMETERS.registers.plan_goals.areas)
