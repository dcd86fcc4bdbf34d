"""A programme of prevention: one agency that supports families before a child is separated, and the separations.

Its cases stand in Primero in a file of their own, so that what other agencies write does not change with them. The day
of separation has a known hazard; it is on record where it comes before the case is closed.
"""

from collections.abc import Callable

import numpy as np
import pandas as pd

from analysis.simulate import case_children, case_families, cases, draws
from analysis.study import Study

AGENCY = "prevention"  # how the short name of such an agency begins; no other does
MONTHS_PER_RATE = 100


def build(
    parameters: Study,
    rng_of: Callable[[str], np.random.Generator],
    part: int,
    size: float,
    frames: dict[str, pd.DataFrame],
) -> dict[str, pd.DataFrame]:
    """Return rows for the frames of case management, days as numbers, and ``preventions``, what truly became of all.

    ``frames`` are those of the country and of case management: numbers of children and cases go on from theirs.
    """
    choices = _choices(parameters)
    agencies = case_families.agencies(choices, rng_of("prevention/agencies"), part)
    agencies = agencies.assign(agency=[f"{AGENCY}{part:02d}"])
    families = case_families.households(choices, rng_of("prevention/families"), size, agencies)
    families = families.assign(household_id=AGENCY + "-" + families["household_id"])
    children = case_children.children(
        choices, rng_of("prevention/children"), families, frames["communes"], frames["facilities"]
    )
    children = children.assign(child_id=children["child_id"] + frames["children"]["child_id"].max())
    begun, _ = cases.build(choices, rng_of("prevention/cases"), children, agencies)
    begun = begun.assign(case_no=begun["case_no"] + frames["cases"]["case_no"].max())
    recorded, workers = cases.attach_record(choices, rng_of("prevention/records"), begun, families, part)
    workers = workers.assign(worker_id=AGENCY + "-" + workers["worker_id"])
    recorded = recorded.assign(worker_id=AGENCY + "-" + recorded["worker_id"])
    recorded, fates = separated(parameters, rng_of("prevention/separations"), recorded)
    return {
        "agencies": agencies,
        "workers": workers,
        "case_households": case_families.attach_class(choices, families, children),
        "case_members": case_children.members(choices, rng_of("prevention/members"), families, children),
        "children": children.assign(global_id=None, mosvy_number=None),
        "cases": recorded,
        "placements": _placements(fates),
        "preventions": fates,
    }


def separated(parameters: Study, rng: np.random.Generator, recorded: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the cases with the day they are closed, and one row an accepted case with the true day of separation.

    ``recorded`` needs ``case_no child_id need accepted closed is_accepted birth_day``. The hazard runs from acceptance
    on, whether the case is open or not, until the child is 18; ``is_recorded`` says whether the case was still open.
    """
    choices, last_day = parameters.prevention, draws.day(parameters.case_management.last_day)
    accepted = recorded[recorded["is_accepted"].astype(bool)]
    n = len(accepted)
    ratio = np.exp(choices.need * accepted["need"].clip(-2, 2).to_numpy())
    days = np.ceil(_days(choices, rng.exponential(size=n) / ratio))
    day = accepted["accepted"].to_numpy() + days
    day = np.where(day < accepted["birth_day"].to_numpy() + 18 * draws.DAYS_PER_YEAR, day, np.inf)
    least, most = choices.months_open
    goes_on = rng.uniform(least, most, n) * draws.DAYS_PER_MONTH
    planned = np.floor(accepted["accepted"].to_numpy() + goes_on)
    noticed = day + np.ceil(rng.exponential(choices.closes_after_days, n))
    is_recorded = day <= np.minimum(planned, last_day)
    closed = np.where(is_recorded, noticed, planned)
    in_facility = rng.random(n) < choices.residential_share
    fates = accepted[["case_no", "child_id", "need", "accepted"]].assign(
        separated=np.where(day <= last_day, day, np.nan),
        care_type=np.where(in_facility, "rci", draws.words(rng, choices.others, n)),
        closed=np.where(closed <= last_day, closed, np.nan),
        is_recorded=is_recorded,
    )
    return _closed(recorded, fates), fates


def cumulative_incidence(parameters: Study, need: np.ndarray, days: float) -> float:
    """Return the true share of children with this ``need`` who are separated within ``days`` of acceptance."""
    choices = parameters.prevention
    at, sums = _baseline(choices)
    hazard = np.interp(days, at, sums) * np.exp(choices.need * np.clip(need, -2, 2))
    return float(np.mean(1 - np.exp(-hazard)))


def _choices(parameters: Study) -> Study:
    """Return the choices of case management as they are for one agency of prevention in Primero and no closure."""
    choices = parameters.case_management
    for path, value in {
        "programmes": {"prevention": 1.0},
        "n_children": parameters.prevention.n_children,
        "agencies.systems": ("primero",),
        "closure.n_identified": 0,
        "second_agency_share": 0.0,
        "referral.readmitted_other_share": 0.0,
    }.items():
        choices = choices.changed(path, value)
    return choices


def _days(choices: Study, exposure: np.ndarray) -> np.ndarray:
    """Invert the cumulative hazard at exponential draws."""
    at, sums = _baseline(choices)
    return np.interp(exposure, sums, at, right=np.inf)


def _baseline(choices: Study) -> tuple[np.ndarray, np.ndarray]:
    months = np.array([*choices.hazard_months, 1200], dtype=float)
    gained = np.diff(months) * np.array(choices.hazard) / MONTHS_PER_RATE
    return months * draws.DAYS_PER_MONTH, np.concatenate([[0.0], gained.cumsum()])


def _closed(recorded: pd.DataFrame, fates: pd.DataFrame) -> pd.DataFrame:
    """Return the cases closed when their support ended or some time after a separation on record."""
    fate = fates.set_index("case_no")
    number, is_accepted = recorded["case_no"], recorded["is_accepted"].astype(bool)
    closed = number.map(fate["closed"]).where(is_accepted, recorded["closed"])
    is_closed = closed.notna()
    left = number.map(fate["is_recorded"]).fillna(False).astype(bool)
    reason = recorded["closure_reason"].where(~is_accepted, np.where(left, "no_longer_eligible", "goals_met"))
    status = recorded["status"].where(~is_accepted, np.where(is_closed, "closed", "active"))
    return recorded.assign(
        closed=closed,
        status=status,
        closure_reason=reason.where(is_closed),
        closure_circumstance=np.where(is_closed, np.where(is_accepted, "exited", "rejected"), draws.BLANK),
    )


def _placements(fates: pd.DataFrame) -> pd.DataFrame:
    """Return the separations on record; the facility is not named."""
    known = fates[fates["is_recorded"]].reset_index(drop=True)
    return known[["case_no", "child_id", "care_type"]].assign(
        spell_no=1,
        start=known["separated"],
        end=np.nan,
        formality="informal",
        facility_no=pd.Series(pd.NA, index=known.index, dtype="Int64"),
        entry_event="placement",
        prepared=pd.Series(pd.NA, index=known.index, dtype="boolean"),
        end_reason=None,
    )
