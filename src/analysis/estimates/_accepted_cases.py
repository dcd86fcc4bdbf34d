"""Cases referred to an agency: how soon they were accepted, with rejection as a competing end."""

import numpy as np
import pandas as pd

from analysis.estimates._agency_shares import UNKNOWN, Row, share_over_agencies
from analysis.models.survival.incidence import Incidence, incidence
from analysis.study import Study

ACCEPTED, HALF_BY, RECORDED = "case accepted by", "half accepted by", "day of the answer on record"
OUTCOMES = (ACCEPTED, HALF_BY, RECORDED)
CASE, ALL, CASES = "case", "all", "cases"
YES, NO = 1, 2  # causes: accepted, rejected
SAME_DAY = 0.5  # days: an answer on the day of the referral takes half a day
LEAST_AGENCIES = 2


def rows(cases: pd.DataFrame, choices: Study, confidence: float) -> list[Row]:
    """Return the shares accepted by some days, the day by which half were, and of how many cases this is known.

    Only of agencies that export the day of acceptance in the system at hand: of the others nothing is known.
    """
    told = cases.assign(agency=cases["org_code"].fillna(UNKNOWN))
    waits = _waits(told)
    known = share_over_agencies(told["case_id"].isin(waits["case_id"]), told["agency"], confidence)
    recorded = {**known, "outcome": RECORDED, "measure": CASES, "scale": "share of cases"}
    note = "share of cases that wait, or whose day of acceptance or rejection is told; interval over agencies"
    found = [{**recorded, "note": note}, *_curve_rows(waits, choices, confidence)]
    return [{**row, "term": CASE, "level": ALL} for row in found]


def _waits(cases: pd.DataFrame) -> pd.DataFrame:
    """Return one row a case whose answer is dated, or who waits for one: days and cause, 0 who still waits."""
    writer = cases.groupby(["agency", "source_system"])["accepted_on"]
    dated = cases[writer.transform("count") > 0]
    last_day = cases[["referred_on", "accepted_on", "closed_on"]].max().max()
    is_rejected = (dated["closure_circumstance"] == "rejected").fillna(False)
    cause = pd.Series(0, dated.index).mask(is_rejected, NO).mask(dated["accepted_on"].notna(), YES)
    until = dated["accepted_on"].where(cause == YES, dated["closed_on"].where(cause == NO, last_day))
    is_told = (cause > 0) | (dated["status"] == "referred")
    waits = dated.assign(cause=cause, days=(until - dated["referred_on"]).dt.days.clip(lower=SAME_DAY))
    return waits[is_told & (until >= dated["referred_on"])]


def _curve_rows(waits: pd.DataFrame, choices: Study, confidence: float) -> list[Row]:
    """Return the numbers of the curve of acceptance; without enough cases rows without a number."""
    agencies = waits["agency"].nunique()
    spread = "interval over agencies" if agencies >= LEAST_AGENCIES else "one agency or none, so no interval"
    note = f"Aalen-Johansen, rejection competing; cases whose agency exports days of acceptance; {spread}"
    sizes: Row = {"n": len(waits), "n_agencies": agencies, "note": note}
    grid = np.arange(1, choices.longest_wait_days + 1)
    curve = _curve(waits, grid) if len(waits) else None
    rows = []
    for day in choices.acceptance_days:
        named = {"outcome": ACCEPTED, "measure": f"day {day}", "scale": "share accepted"}
        rows.append({**sizes, **named, **(_at(curve, day, confidence) if curve else {})})
    median = {"outcome": HALF_BY, "measure": CASES, "scale": "days"}
    return [*rows, {**sizes, **median, **(_median(curve, confidence) if curve else {})}]


def _curve(waits: pd.DataFrame, days: np.ndarray) -> Incidence:
    clusters = waits["agency"].to_numpy() if waits["agency"].nunique() >= LEAST_AGENCIES else None
    times, causes = waits["days"].to_numpy("float64"), waits["cause"].to_numpy("float64")
    return incidence(np.zeros(len(waits)), times, causes, NO, days, clusters=clusters)


def _ends(curve: Incidence, confidence: float) -> dict[str, np.ndarray]:
    """Return the share accepted by each day, with its interval where agencies can be told apart."""
    ends = {"estimate": curve.estimates[:, 0]}
    if curve.n_clusters is None:
        return ends
    low, high = curve.interval(confidence)
    return ends | {"ci_low": low[:, 0], "ci_high": high[:, 0]}


def _at(curve: Incidence, day: int, confidence: float) -> Row:
    return {name: values[day - 1] for name, values in _ends(curve, confidence).items()}


def _median(curve: Incidence, confidence: float) -> Row:
    """Return the first day by which half were accepted; its ends are where the ends of the curve get there."""
    turned = {"estimate": "estimate", "ci_low": "ci_high", "ci_high": "ci_low"}
    days = {turned[name]: curve.times[np.nan_to_num(v) >= 0.5] for name, v in _ends(curve, confidence).items()}
    return {name: float(reached[0]) if len(reached) else None for name, reached in days.items()}
