"""Goals: completed on time as often as planted where nothing else ends them, never after the case or the last day."""

import numpy as np
import pandas as pd
import pytest

from analysis.simulate.registers import plan_goals


@pytest.fixture(scope="module")
def goals(registers):
    return registers["plan_goals"]


def test_share_reached_by_the_day_due_is_the_planted_one(goals, numbers):
    by_then = goals["takes_days"] <= goals["given_days"]
    for area, share in numbers.registers.plan_goals.on_time_share.items():
        found = by_then[goals["area"] == area]
        # days are whole, so that a day at most is lost: bound below by 4 standard errors, above by one day more
        error = 4 * (share * (1 - share) / len(found)) ** 0.5
        assert -error - 0.02 < found.mean() - share < error, area


def test_what_comes_first_ends_a_goal(goals, case_choices):
    last_day = pd.Timestamp(case_choices.last_day)
    completed = goals[goals["status"] == "completed"]
    assert (completed["completed_on"] <= completed["until"]).all()
    assert ((completed["completed_on"] - completed["set_on"]).dt.days == completed["takes_days"]).all()
    assert goals.loc[goals["status"] != "completed", "completed_on"].isna().all()
    still_open = goals[goals["status"] == "open"]
    assert (still_open["until"] == last_day).all()
    dropped = goals[goals["status"] == "dropped"]
    assert (dropped["takes_days"] > 0).all()


def test_each_plan_has_a_goal_and_each_goal_its_days(goals, frames):
    plans = frames["care_plans"][["case_no", "plan_no"]]
    assert len(goals[["case_no", "plan_no"]].drop_duplicates()) == len(plans)
    assert (goals["due_on"] > goals["set_on"]).all()
    assert not (goals["left_blank"].str.contains("completed_on") & goals["completed_on"].isna()).any()


def test_a_goal_without_a_case_course_is_none(numbers):
    nothing = pd.DataFrame({"case_no": [], "plan_no": [], "plan_on": pd.to_datetime([])})
    course = pd.DataFrame({"case_no": [], "until": pd.to_datetime([])})
    assert plan_goals.build(numbers, np.random.default_rng(1), nothing, course).empty
