"""What records tell of contacts is what happened to the made-up children: contact by contact, and in shares.

About three seconds of one processor, on the simulated exports as imported. Each contact due is held against the
simulator's own list of contacts of the same case. They differ where a contact was of a kind that does not count or
that one of the systems does not export, and where a return bears another day.
"""

import pandas as pd
import pytest

from analysis import store, study
from analysis.features import _contact_schedule
from analysis.importers import keys
from analysis.study import ROOT

pytestmark = pytest.mark.validation

TRUTH = ROOT / "data" / "simulated" / "truth" / "part-0001"
CHOICES = study.load().follow_up_schedule


def true_contacts() -> pd.DataFrame:
    """Return the contacts due after returns as they were, with the places they have in the schedule."""
    returns = pd.read_parquet(TRUTH / "returns.parquet", columns=["case_no", "return_on"])
    cases = pd.read_parquet(TRUTH / "cases.parquet", columns=["case_no", "risk_level"])
    once = returns.drop_duplicates("case_no", keep=False)  # of cases with one return
    told = pd.read_parquet(TRUTH / "follow_ups.parquet").merge(once, on="case_no", validate="m:1")
    told = told.merge(cases, on="case_no", validate="m:1")
    returned = pd.to_datetime(told["return_on"])
    told = told.assign(
        tier=told["risk_level"].map(dict(CHOICES.tier_of)).fillna(CHOICES.unknown),
        due_days=(pd.to_datetime(told["due_on"]) - returned).dt.days,
        true_days=(pd.to_datetime(told["done_on"]) - returned).dt.days,
        true_return=returned,
    )
    placed = told.merge(_contact_schedule.schedules(CHOICES), on=["tier", "due_days"], validate="m:1")
    was_on_time = placed["true_days"].between(placed["from_days"], placed["to_days"])
    return placed.assign(was_on_time=was_on_time)[["case_no", "contact_no", "true_return", "was_on_time"]]


def case_keys() -> pd.DataFrame:
    """Return the number of each case beside its keys in both systems."""
    cases, digest = pd.read_parquet(TRUTH / "cases.parquet"), keys.digester(keys.PUBLIC)
    named = {"slug": cases["slug"], "case_id": cases["case_uuid"]}
    linked = [
        cases.loc[ids.notna(), ["case_no"]].assign(
            case_id=[
                digest(f"{name}:{own}/{int(episode)}").hex()
                for own, episode in zip(ids[ids.notna()], cases["episode"][ids.notna()], strict=True)
            ]
        )
        for name, ids in named.items()
    ]
    return pd.concat(linked)


@pytest.fixture(scope="module")
def both() -> pd.DataFrame:
    due = store.read("contacts_due").merge(case_keys(), on="case_id", validate="m:1")
    return due.merge(true_contacts(), on=["case_no", "contact_no"], validate="m:1")


def test_contacts_due_in_the_records_were_due(both):
    assert len(both) > 0.85 * len(store.read("contacts_due"))
    assert (both["returned_on"] == both["true_return"]).mean() > 0.97


def test_contact_by_contact_the_records_tell_what_happened(both):
    same = (both["status"] == "on_time") == both["was_on_time"]
    print(f"the same in {same.mean():.3f} of {len(both)} contacts")  # noqa: T201
    assert same.mean() > 0.92


def test_the_share_on_time_is_that_of_what_happened_less_what_does_not_count(both):
    told, true = (both["status"] == "on_time").mean(), both["was_on_time"].mean()
    print(f"on time: {told:.3f} told, {true:.3f} true")  # noqa: T201
    assert -0.05 < told - true < 0.01
