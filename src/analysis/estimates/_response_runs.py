"""Rows of a response plan: workers needed for a wave of children, what they do and cost, and what others could do."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from scipy import stats

from analysis import engine
from analysis.estimates import _response_draws as draws
from analysis.estimates._response_waves import DAYS_IN_WEEK, Wave
from analysis.models.caseload.costs import Prices, total_cost
from analysis.models.caseload.plan import Plan
from analysis.models.caseload.posts import Posts, allotted
from analysis.models.caseload.run import Run, simulate_in_parts
from analysis.models.caseload.schedule import Schedule
from analysis.models.caseload.search import workers_needed
from analysis.models.counts import tail_of
from analysis.study import Study

NEEDED, DEPENDS = "workers needed", "goes with workers needed"
EARLY = "contacts due in the first half-year"
DUE, ON_TIME, NEVER, SOON = "contacts due", "contacts on time", "contacts not made", "contacts made soon"
FIRST, HOURS, COST, COST_PER_CHILD = "children seen in time", "working time in visits", "cost", "cost per child"
AS_NEEDED = "as many as needed"
SHARES, MONEY = {EARLY, ON_TIME, NEVER, SOON, FIRST, HOURS}, "US dollars"
IN_ALL_WAVES = (  # ranges that bear on the workers needed, however workers travel
    *("hours_with_family", "trips_per_visit", "hours_for_visits_week", "training_weeks", "yearly_leaving_share"),
    *("vacancy_weeks", "tracing_weeks", "yearly_end_share", "yearly_better_share", "yearly_worse_share"),
)
MONTHS_IN_YEAR, NEARLY_ONE = 12, 1 - 1e-9
Row = dict[str, Any]


@dataclass(frozen=True, eq=False)
class Families:
    """How children fare, by replication: ``tier_share`` (R, T) at the start and ``changes`` (R, T, T + K) per step."""

    tier_share: np.ndarray
    changes: np.ndarray


def wave_rows(
    wave: Wave,
    parameters: pd.DataFrame,
    families: Families,
    staffs: Mapping[str, int],
    study: Study,
    rng: np.random.Generator,
) -> Iterator[Row]:
    """Yield the rows of one wave: workers needed, what that many do and cost, and what each of ``staffs`` would do."""
    choices, confidence = study.response_plan, study.intervals.confidence
    size = max(1, int(choices.children_at_once / wave.arrivals.n.sum(axis=1).mean()))
    plan = _plan(wave, parameters, families, wave.most_workers, study)
    needed = workers_needed(plan, rng, target=choices.on_time_share, size=size, map=engine.map)
    target = {"level": f"{choices.on_time_share:.0%} of contacts on time"}
    found = [
        _row(wave, NEEDED, needed, "workers", confidence) | target,
        *_what_goes_with(wave, parameters, needed, confidence),
    ]
    enough = _quantiles(needed, confidence)[0]
    known = {} if np.isnan(enough) else {AS_NEEDED: int(enough)}
    for staff, n_workers in {**known, **staffs}.items():
        staffed = _plan(wave, parameters, families, n_workers, study)
        run = simulate_in_parts(staffed, rng, size=size, map=engine.map)
        told = _done(run, choices) | (_paid(run, parameters, choices.step_days) if staff == AS_NEEDED else {})
        found += [
            _row(wave, outcome, values, _scale(outcome), confidence) | {"level": staff, "n_workers": n_workers}
            for outcome, values in told.items()
        ]
    yield from ({"term": wave.name, **row, **wave.counts} for row in found)


def _plan(wave: Wave, parameters: pd.DataFrame, families: Families, n_workers: int, study: Study) -> Plan:
    choices = study.response_plan
    weeks = DAYS_IN_WEEK / choices.step_days
    schedule = draws.follow_up_steps(study.follow_up_schedule, choices.step_days)
    leaves = -np.log1p(-parameters["yearly_leaving_share"].to_numpy()) * choices.step_days / draws.YEAR_DAYS
    posts = Posts(
        allotted(wave.area_share, n_workers),
        start=np.array(0),
        is_trained=choices.first_workers_trained,
        training_steps=parameters["training_weeks"].to_numpy() * weeks,
        leaving_rate=leaves,
        vacancy_steps=parameters["vacancy_weeks"].to_numpy() * weeks,
    )
    n_steps = int(wave.arrivals.step.max()) + _longest(schedule)
    return Plan(
        arrivals=wave.arrivals,
        tier_share=families.tier_share,
        changes=families.changes,
        schedule=schedule,
        posts=posts,
        visit_hours=draws.visit_hours(parameters, wave.travel_hours),
        worker_hours=parameters["hours_for_visits_week"].to_numpy() / weeks,
        n_steps=n_steps,
        delays=(int(choices.within_weeks * weeks),),
    )


def _longest(schedule: Schedule) -> int:
    """Return after how many steps nothing is open of a child: its last visit was made, or is missed."""
    return int((schedule.due + schedule.patience[schedule.line]).max()) + 1


def _done(run: Run, choices: Study) -> dict[str, np.ndarray]:
    due, missed = (counts.sum(axis=(1, 2), dtype="float64") for counts in (run.due, run.missed))
    n_busy = int(choices.busy_days / choices.step_days)
    return {
        DUE: due,
        EARLY: run.due_by_step[:, :n_busy].sum(axis=1) / due,
        ON_TIME: run.on_time,
        NEVER: missed / due,
        SOON: run.delays[:, 0] / due,
        FIRST: run.first_on_time,
        HOURS: run.hours_used / run.hours_available,
    }


def _paid(run: Run, parameters: pd.DataFrame, step_days: float) -> dict[str, np.ndarray]:
    """Return what workers, their training and their trips cost; what families get is in no range here."""
    pay = parameters["pay_usd_month"].to_numpy() * MONTHS_IN_YEAR * step_days / draws.YEAR_DAYS
    trip = parameters["trip_usd"].to_numpy() * parameters["trips_per_visit"].to_numpy()
    cost = total_cost(run, Prices(pay, parameters["training_usd"].to_numpy(), trip, 0.0))
    return {COST: cost, COST_PER_CHILD: cost / run.n_children}


def _what_goes_with(wave: Wave, parameters: pd.DataFrame, needed: np.ndarray, confidence: float) -> Iterator[Row]:
    """Yield rank correlations of each range with the workers needed; their interval is the error of the draws."""
    ranked = pd.Series(np.where(np.isnan(needed), np.inf, needed)).rank()
    half_width = stats.norm.isf(tail_of(confidence)) / np.sqrt(max(len(needed) - 3, 1))
    for name in (*IN_ALL_WAVES, *wave.travels_by):
        told = {}
        if min(parameters[name].nunique(), ranked.nunique()) > 1:  # what does not vary goes with nothing
            estimate = np.clip(parameters[name].rank().corr(ranked), -NEARLY_ONE, NEARLY_ONE)
            ends = np.tanh(np.arctanh(estimate) + half_width * np.array([-1, 1]))
            told = {"estimate": estimate, "ci_low": ends[0], "ci_high": ends[1]}
        note = (
            "Rank correlation over the draws: how far not knowing this moves the number; interval: error of the draws."
        )
        yield {"outcome": DEPENDS, "level": name, "scale": "rank correlation", **told, "note": note}


def _row(wave: Wave, outcome: str, values: np.ndarray, scale: str, confidence: float) -> Row:
    """Return the median of the replications and their central interval; an end where there is none is missing."""
    middle, low, high = _quantiles(values, confidence)
    none, why = np.isnan(values).mean(), "no number that was tried was enough" if outcome == NEEDED else "not known"
    beyond = f" In {none:.0%} of draws: {why}." if none else ""
    note = f"Median and central {confidence:.0%} of {wave.drawn}.{beyond}"
    return {"outcome": outcome, "scale": scale, "estimate": middle, "ci_low": low, "ci_high": high, "note": note}


def _quantiles(values: np.ndarray, confidence: float) -> np.ndarray:
    """Return the middle and both ends of values, the missing taken as beyond all others; nan for such an end."""
    tail = tail_of(confidence)
    beyond = np.where(np.isnan(values), np.inf, values)
    ends = np.quantile(beyond, [0.5, tail, 1 - tail], method="inverted_cdf")
    return np.where(np.isinf(ends), np.nan, ends)


def _scale(outcome: str) -> str:
    if outcome in (COST, COST_PER_CHILD):
        return MONEY
    return "share" if outcome in SHARES else "contacts"
