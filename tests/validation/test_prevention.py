"""Do the records of a prevention programme give back the share of children that was planted to enter residential care?

Fates are drawn with the simulator's own hazard; what an agency would record of them (a stay in care if it came while
the case was open, a closing) becomes imported tables, from which the cohort and its incidence are made. Truth: the
planted hazard, whatever became known. Children are young, so that nobody turns 18.
"""

import numpy as np
import pandas as pd
import pytest

from analysis import study as choices_of_study
from analysis.estimates import prevention_outcomes
from analysis.features import prevention_cohort
from analysis.imported import assessments, cases, children, follow_ups, placements
from analysis.simulate import draws, parameters, prevention

N_SETS, N_CHILDREN = 40, 300  # Monte Carlo error of a coverage of 95 %: 3.4 points
SIMULATED, STUDY = parameters.load(), choices_of_study.load()
DAYS = STUDY.prevention_outcomes.told_days


def recorded(n, rng):
    """Return the imported tables of ``n`` children of a prevention programme, and their need."""
    last = draws.day(SIMULATED.case_management.last_day)
    accepted = rng.integers(last - 5 * 365, last - 30, n)
    begun = pd.DataFrame({"case_no": np.arange(n), "child_id": np.arange(n), "need": rng.normal(size=n)})
    begun = begun.assign(accepted=accepted, closed=np.nan, is_accepted=True, birth_day=accepted - 6 * 365)
    begun = begun.assign(status="active", closure_reason=None, closure_circumstance=None)
    told, fates = prevention.separated(SIMULATED, rng, begun)
    key = told["case_no"].map(lambda number: f"{number:016x}")
    case_rows = pd.DataFrame(
        {
            "case_id": key,
            "child_key": key,
            "source_system": "primero",
            "org_code": [f"A{number % 20 + 1:02d}" for number in told["case_no"]],
            "programme": "prevention",
            "risk_level": "unknown",
            "referred_on": _on(told["accepted"]),
            "accepted_on": _on(told["accepted"]),
            "closed_on": _on(told["closed"]),
            **{name: told[name].astype("str") for name in ("status", "closure_reason", "closure_circumstance")},
        }
    )
    born = _on(told["birth_day"]).dt.strftime("%Y-%m")
    child_rows = pd.DataFrame({"child_key": key, "birth_month": born, "sex": "unknown"})
    known = fates[fates["is_recorded"]]
    ids = known["case_no"].map(lambda number: f"{number:016x}")
    stays = pd.DataFrame({"placement_id": ids, "child_key": ids, "case_id": ids, "source_system": "primero"})
    stays = stays.assign(start_on=_on(known["separated"]), care_type=known["care_type"], entry_event="placement")
    rows = {cases: case_rows, placements: stays, children: child_rows, follow_ups: None, assessments: None}
    return [_typed(frame, module.TABLE) for module, frame in rows.items()], begun["need"]


def _on(days):
    return pd.Series(pd.to_datetime(draws.dates(days)), days.index).astype("datetime64[us]")


def _typed(rows, table):
    """Return ``rows`` with all columns of an imported table, missing where they are not told."""
    made = (pd.DataFrame() if rows is None else rows).reindex(columns=list(table.columns))
    return made.astype({name: column.dtype for name, column in table.columns.items()})


def told(n, rng):
    """Return what is told of residential care, by day, and the truth."""
    tables, need = recorded(n, rng)
    estimates = prevention_outcomes.build(prevention_cohort.build(*tables, STUDY), STUDY)
    is_it = (estimates["outcome"] == "residential") & (estimates["level"] == "all") & estimates["day"].isin(DAYS)
    share = SIMULATED.prevention.residential_share
    truth = [share * prevention.cumulative_incidence(SIMULATED, need.to_numpy(), day) for day in DAYS]
    return estimates[is_it].sort_values("day"), np.array(truth)


@pytest.mark.validation
def test_a_large_programme_gives_back_what_was_planted():
    rows, truth = told(6_000, np.random.default_rng(4))
    errors = (rows["ci_high"] - rows["ci_low"]) / (2 * 1.96)
    print("told", rows["estimate"].round(4).tolist(), "planted", truth.round(4))  # noqa: T201
    assert (np.abs(rows["estimate"] - truth) < 4 * errors).all()


@pytest.mark.validation
def test_intervals_hold_what_was_planted():
    held = []
    for seed in range(N_SETS):
        rows, truth = told(N_CHILDREN, np.random.default_rng([5, seed]))
        held.append((rows["ci_low"].to_numpy() <= truth) & (truth <= rows["ci_high"].to_numpy()))
    rates = np.mean(held, axis=0)
    print("held by day", rates.round(3))  # noqa: T201
    assert (rates >= 0.95 - 3.1 * np.sqrt(0.95 * 0.05 / N_SETS)).all()
