"""Goals of case plans: what was to be reached until when, and whether it was."""

import numpy as np
import pandas as pd

from analysis.simulate import draws
from analysis.study import Study

MOST_DAYS = 10_000  # a goal that takes longer is never reached, and its day would lie beyond the calendar


def build(parameters: Study, rng: np.random.Generator, care_plans: pd.DataFrame, courses: pd.DataFrame) -> pd.DataFrame:
    """Return one row a goal of a plan: day set, due and completed, status, and what is left blank.

    Time to completion is exponential, so that the planted share is complete by the day due if nothing else ends the
    goal. A goal is dropped when the case closes, or at a drawn day before.
    """
    choices = parameters.registers.plan_goals
    plans = care_plans.merge(courses[["case_no", "until"]], on="case_no", how="left", validate="m:1")
    goals = plans.loc[plans.index.repeat(1 + rng.poisson(choices.n_goals_mean - 1, len(plans)))].reset_index(drop=True)
    goals = goals.assign(area=draws.words(rng, choices.areas, len(goals))).pipe(_with_days, choices, rng)
    last_day = pd.Timestamp(parameters.case_management.last_day)
    return goals.pipe(_with_end, choices, rng, last_day).pipe(_with_blanks, choices, rng)


def _with_days(goals: pd.DataFrame, choices: Study, rng: np.random.Generator) -> pd.DataFrame:
    """Add the days given and the days it takes, to the day due and to completion."""
    given = goals["area"].map(dict(choices.due_months)).to_numpy(dtype=float) * draws.DAYS_PER_MONTH
    given = np.maximum(np.round(given * np.exp(rng.normal(0, choices.due_log_sd, len(goals)))), 7)
    share = goals["area"].map(dict(choices.on_time_share)).to_numpy(dtype=float)
    takes = np.ceil(rng.exponential(size=len(goals)) * given / -np.log1p(-share))
    return goals.assign(
        due_on=goals["plan_on"] + pd.to_timedelta(given, unit="D"),
        takes_days=takes,
        given_days=given,
    )


def _with_end(goals: pd.DataFrame, choices: Study, rng: np.random.Generator, last_day: pd.Timestamp) -> pd.DataFrame:
    """Add what came first: completed, dropped at a drawn day or when the case closed, or still open on the last day."""
    n = len(goals)
    takes, given = goals["takes_days"].to_numpy(), goals["given_days"].to_numpy()
    is_dropped = rng.random(n) < choices.dropped_share
    dropped = np.where(is_dropped, np.ceil(rng.random(n) * 2 * given), np.inf)
    open_days = (goals["until"] - goals["plan_on"]).dt.days.to_numpy(dtype=float)
    closes = (goals["until"] < last_day).to_numpy()
    status = np.select(
        [(takes <= dropped) & (takes <= open_days), (dropped <= open_days) | closes], ["completed", "dropped"], "open"
    )
    completed = goals["plan_on"] + pd.to_timedelta(np.minimum(takes, MOST_DAYS), unit="D")
    return goals.rename(columns={"plan_on": "set_on"}).assign(
        goal_no=np.arange(1, n + 1), completed_on=completed.where(status == "completed"), status=status
    )


def _with_blanks(goals: pd.DataFrame, choices: Study, rng: np.random.Generator) -> pd.DataFrame:
    """Add ``left_blank``: which of day due, day completed and status nobody wrote down, joined by |."""
    n = len(goals)
    blanks = {
        "due_on": rng.random(n) < choices.due_unknown_share,
        "completed_on": (rng.random(n) < choices.completed_unknown_share) & goals["completed_on"].notna(),
        "status": rng.random(n) < choices.status_unknown_share,
    }
    return goals.assign(left_blank=pd.Series(draws.joined(blanks), dtype=object).replace("unknown", ""))
