"""What goes wrong when late entry, the time between visits and immortal time are ignored, and that spells undo it.

Returns are drawn with a hazard of going back to care of 0.004 a day in the first 60 days and 0.001 after, nobody else
leaves; children are registered up to 45 days after an unannounced return, accepted on that day, visited every 30 days,
and back in care they are noticed at the next visit.
"""

import hashlib

import numpy as np
import pandas as pd
import pytest
from recorded_children import types_of

from analysis import study
from analysis.features import spells
from analysis.imported import assessments, cases, children, follow_ups, placements
from analysis.models.survival.incidence import incidence

STUDY = study.load().changed("spells.data_end", "2023-12-31")
N_CHILDREN, LATEST_ENTRY, N_DAYS, EVERY = 4000, 45, 360, 30
BREAK, EARLY, LATE = 60, 0.004, 0.001
RETURNED = pd.Timestamp("2022-01-01")
TIMES = np.array([30.0, 45.0, 180.0])
N_ERRORS = 3.5  # standard errors of the simulation; the biases shown are larger


def true_incidence(days: np.ndarray) -> np.ndarray:
    """Return the probability of being back in care by each day."""
    hazard = EARLY * np.minimum(days, BREAK) + LATE * np.maximum(days - BREAK, 0)
    return 1 - np.exp(-hazard)


def keys(kind: str, n: int) -> list[str]:
    """Return keys as the importers make them."""
    return [hashlib.sha256(f"{kind}{i}".encode()).hexdigest()[:16] for i in range(n)]


def typed(module, **columns: object) -> pd.DataFrame:
    """Return an imported table with these columns, all others missing."""
    contract = module.TABLE.columns
    return (
        pd.DataFrame(columns).reindex(columns=list(contract)).astype({name: contract[name].dtype for name in contract})
    )


@pytest.fixture(scope="module")
def drawn() -> pd.DataFrame:
    """Children: days of entry, of going back to care and of its being noticed; those gone before entry never enrol."""
    rng = np.random.default_rng(20230815)
    needed = rng.exponential(size=N_CHILDREN)
    early = EARLY * BREAK
    gone = np.ceil(np.where(needed < early, needed / EARLY, BREAK + (needed - early) / LATE))
    entry = rng.integers(1, LATEST_ENTRY + 1, N_CHILDREN)
    noticed = np.ceil(gone / EVERY) * EVERY
    return pd.DataFrame({"gone": gone, "entry": entry, "noticed": noticed})[gone > entry].reset_index(drop=True)


def records_of(drawn: pd.DataFrame, ends: pd.Series) -> dict[str, pd.DataFrame]:
    """Return the import of these children, the end of a stay written down on the day ``ends``."""
    n = len(drawn)
    child, case = keys("child", n), keys("case", n)
    entered = RETURNED + pd.to_timedelta(drawn["entry"], unit="D")
    ended = (RETURNED + pd.to_timedelta(ends, unit="D")).where(ends <= N_DAYS)
    closed = (RETURNED + pd.to_timedelta(pd.Series(N_DAYS, range(n)), unit="D")).where(ended.isna())
    common = {"child_key": child, "case_id": case}
    home = typed(placements, **common, start_on=RETURNED, end_on=ended, care_type="kinship", entry_event="placement")
    back = home[ended.notna()].assign(start_on=ended.dropna(), end_on=pd.NaT, care_type="rci")
    before = home.assign(start_on=pd.Timestamp("2020-01-01"), end_on=RETURNED, care_type="rci")
    stays = pd.concat([before, home, back], ignore_index=True)
    visits = np.arange(EVERY, N_DAYS + 1, EVERY)
    visited = pd.DataFrame({"child": np.repeat(np.arange(n), len(visits)), "day": np.tile(visits, n)})
    gone, noticed = (drawn[name].to_numpy()[visited["child"]] for name in ("gone", "noticed"))
    visited = visited.assign(is_home=visited["day"] < gone)[visited["day"] <= noticed].reset_index(drop=True)
    return {
        "placements": stays.assign(
            placement_id=keys("placement", len(stays)), source_system="donor_workbook", end_reason="unknown"
        ),
        "cases": typed(
            cases,
            **common,
            **{"source_system": "oscar", "org_code": "A01", "status": np.where(closed.notna(), "closed", "active")},
            **{"referred_on": entered, "accepted_on": entered, "closed_on": closed, "programme": "reintegration"},
            **{"risk_level": "low", "separation_reason": "unknown"},
            closure_reason=np.where(closed.notna(), "goals_met", None),
            closure_circumstance=np.where(closed.notna(), "exited", None),
        ),
        "children": typed(children, child_key=child, sex="female", birth_month="2012-01", orphan_status="unknown"),
        "follow_ups": typed(
            follow_ups,
            case_id=np.array(case)[visited["child"]],
            done_on=RETURNED + pd.to_timedelta(visited["day"], unit="D"),
            mode="visit",
            child_seen=visited["is_home"],
        ),
        "assessments": typed(assessments),
    }


@pytest.fixture(scope="module")
def exact(drawn: pd.DataFrame) -> pd.DataFrame:
    """The spells where every end bears its true day."""
    return spells.build(**records_of(drawn, drawn["gone"]), case_facility_types=types_of(), study=STUDY)


@pytest.fixture(scope="module")
def noticed(drawn: pd.DataFrame) -> pd.DataFrame:
    """The spells where every end bears the day of the visit that found it."""
    return spells.build(**records_of(drawn, drawn["noticed"]), case_facility_types=types_of(), study=STUDY)


def back_in_care(entry: pd.Series, days: pd.Series, rows: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """Return the incidence of going back to care at ``TIMES`` and its standard error."""
    is_back = (rows["state"] == "residential").astype(int).to_numpy()
    fit = incidence(entry.to_numpy(float), days.to_numpy(float), is_back, 1, TIMES)
    return fit.estimates[:, 0], fit.standard_errors[:, 0]


def test_late_entry_is_undone_by_entry_days_and_biases_when_it_is_ignored(exact: pd.DataFrame) -> None:
    estimate, error = back_in_care(exact["entry_days"], exact["days"], exact)
    ignored, its_error = back_in_care(exact["entry_days"] * 0, exact["days"], exact)
    truth = true_incidence(TIMES)
    assert np.all(np.abs(estimate - truth) < N_ERRORS * error)
    assert np.all(ignored < truth - N_ERRORS * its_error)


def test_the_time_between_visits_biases_and_the_interval_holds_the_truth(noticed: pd.DataFrame) -> None:
    last_home = noticed["last_home_days"].astype("float64").fillna(0)
    is_back = noticed["state"] == "residential"
    earliest = noticed["days"].where(~is_back, np.maximum(last_home, noticed["entry_days"]) + 1)
    latest, error = back_in_care(noticed["entry_days"], noticed["days"], noticed)
    first, its_error = back_in_care(noticed["entry_days"], earliest, noticed)
    truth = true_incidence(TIMES)
    assert latest[1] < truth[1] - N_ERRORS * error[1]  # between visits: what happened since the last is not yet known
    assert np.all(latest - N_ERRORS * error < truth)
    assert np.all(truth < first + N_ERRORS * its_error)
    assert noticed.loc[is_back, "noticed_late"].all()


def test_immortal_time_makes_support_that_does_nothing_look_helpful(exact: pd.DataFrame) -> None:
    rng = np.random.default_rng(7)
    begins = exact["entry_days"] + rng.integers(1, 200, len(exact))
    is_supported = begins < exact["days"]  # who is back in care gets no support any more
    naive = {arm: back_in_care(rows["entry_days"], rows["days"], rows) for arm, rows in exact.groupby(is_supported)}
    assert naive[False][0][2] - naive[True][0][2] > 0.2
    waiting = exact.assign(days=np.minimum(exact["days"], begins), state=exact["state"].mask(is_supported, "moved"))
    supported = exact[is_supported].assign(entry_days=begins[is_supported])
    (without, error), (with_it, its_error) = (
        back_in_care(rows["entry_days"], rows["days"], rows) for rows in (waiting, supported)
    )
    assert abs(without[2] - with_it[2]) < N_ERRORS * np.hypot(error[2], its_error[2])
