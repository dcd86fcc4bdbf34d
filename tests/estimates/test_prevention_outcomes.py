"""Prevention outcomes: incidences by hand, tiers only where enough entered care, and who could not be counted."""

import numpy as np
import pandas as pd
import pytest
from matplotlib import pyplot as plt

from analysis import disclosure, study
from analysis.estimates import prevention_outcomes
from analysis.figures import prevention_outcomes as figure

STUDY = study.load()


def cohort(states, days, *, levels="high", rejected="used"):
    n = len(states)
    return pd.DataFrame(
        {
            "case_id": [f"{at:016x}" for at in range(n)],
            "child_key": [f"{at:016x}" for at in range(n)],
            "household_key": pd.array([None] * n, "str"),
            "agency": [f"A{at % 6:02d}" for at in range(n)],
            "risk_level": levels,
            "days": pd.array(days, "Int64"),
            "state": states,
            "rejected": rejected,
        }
    )


def estimated(children):
    built = prevention_outcomes.build(children, STUDY)
    return prevention_outcomes.TABLE.validated(built, "prevention_outcomes")


def told(estimates, outcome, level, day):
    rows = estimates[(estimates["outcome"] == outcome) & (estimates["level"] == level) & (estimates["day"] == day)]
    return rows.iloc[0]


@pytest.fixture
def followed():
    """Return 120 children: 24 in care by day 100, 12 in boarding school by day 200, 12 lost on day 150."""
    states = ["residential"] * 24 + ["boarding_school"] * 12 + ["lost"] * 12 + ["administrative"] * 72
    days = [100] * 24 + [200] * 12 + [150] * 12 + [800] * 72
    return cohort(states, days, levels=np.tile(["high", "low"], 60))


def test_incidences_are_those_of_competing_ends(followed):
    found = estimated(followed)
    assert told(found, "residential", "all", 90)["estimate"] == 0
    assert told(found, "residential", "all", 365)["estimate"] == pytest.approx(24 / 120)
    assert told(found, "boarding_school", "all", 365)["estimate"] == pytest.approx((1 - 0.2) * 12 / 84)
    assert told(found, "residential", "high", 365)[["n", "n_events"]].tolist() == [60, 12]
    assert told(found, "residential", "unknown", 365)["n"] == 0


def test_intervals_hold_the_estimate_and_are_told_where_there_is_an_event(followed):
    row = told(estimated(followed), "residential", "all", 365)
    assert row["ci_low"] < row["estimate"] < row["ci_high"]


def test_tiers_are_not_told_where_few_entered_care(followed):
    few = followed.assign(state=followed["state"].where(followed.index > 14, "administrative"))
    found = estimated(few)
    row = told(found, "residential", "high", 365)
    assert pd.isna(row["estimate"])
    assert row["n"] == 60
    assert row["note"].startswith("not told")
    assert pd.notna(told(found, "residential", "all", 365)["estimate"])


def test_children_who_tell_nothing_are_counted(followed):
    more = pd.concat([followed, cohort(["lost"] * 3, [None] * 3, rejected="separated_before")])
    found = estimated(more).query("term == 'counted'").set_index("level")["estimate"]
    assert found.to_dict() == {"all": 123, "not used": 3, "used": 120}


def test_no_child_makes_no_row():
    assert estimated(cohort([], [])).empty


@pytest.mark.parametrize("n_kept", [120, 20, 3, 0])
def test_the_figure_says_what_may_be_told(followed, n_kept):
    kept = estimated(followed.iloc[:n_kept]) if n_kept else estimated(cohort([], []))
    numbers = figure.NUMBERS.validated(figure.build(kept, STUDY), "prevention_outcomes")
    passed = disclosure.publishable(numbers, figure.NUMBERS, "prevention_outcomes", "simulated").numbers
    words = figure.words(passed)
    if n_kept in (120, 3):
        plt.close(figure.draw(passed))
    assert ("% (" in words.title) == (n_kept == 120)
    assert len(words.title) <= 150
    if not n_kept:
        assert words.title.startswith("No outcomes")
