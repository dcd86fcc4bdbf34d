"""Contacts due and made by tier and time, and the wait for the first, against counts by hand."""

import pandas as pd
import pytest

from analysis import study
from analysis.estimates import follow_up_compliance

STUDY = study.load()
N = 40


def returns(**changed):
    """Return made-up returns: a fifth is contacted on day 6, two fifths on day 10, a fifth ends on day 5."""
    first = [6] * 8 + [10] * 16 + [None] * 16
    told = {
        "spell_id": [f"{number:016x}" for number in range(N)],
        "agency": [f"A{1 + number % 5:02d}" for number in range(N)],
        "return_kind": ["planned"] * 30 + ["abrupt"] * 9 + ["unknown"], "tier": ["medium"] * 20 + ["high"] * 20,
        "state": ["administrative"] * 24 + ["residential"] * 8 + ["lost"] * 8, "entry_days": 0,
        "days": [50] * 24 + [5] * 8 + [50] * 8, "has_contact_records": True, "first_contact_days": first,
        "first_due_days": [8] * 20 + [4] * 20,
    } | changed  # fmt: skip
    whole = ("entry_days", "days", "first_contact_days", "first_due_days")
    texts = ("spell_id", "agency", "return_kind", "tier", "state")
    return pd.DataFrame(told).astype(dict.fromkeys(whole, "Int64") | dict.fromkeys(texts, "str"))


def due(statuses=("on_time", "late", "missed", "on_time"), seen=(True, None, None, False)):
    """Return contacts due on days 7, 21, 35 and 100 of every return, each with the same history."""
    every = returns()[["spell_id", "agency", "return_kind", "tier"]].merge(
        pd.DataFrame({"due_days": [7, 21, 35, 100], "status": statuses, "was_child_seen": list(seen)}), how="cross"
    )
    return every.astype({"due_days": "Int64", "was_child_seen": "boolean", "status": "str"})


def planned(n_done=30, n=40):
    done = [pd.Timestamp("2023-01-05")] * n_done + [pd.NaT] * (n - n_done)
    keys = [f"{number:016x}" for number in range(n)]
    follow_ups = pd.DataFrame({"case_id": keys, "due_on": pd.Timestamp("2023-01-01"), "done_on": done})
    levels = (["high", "medium", "low", "unknown"] * n)[:n]
    cases = pd.DataFrame({"case_id": keys, "org_code": [f"A{1 + at % 4:02d}" for at in range(n)], "risk_level": levels})
    return follow_ups, cases.astype("str")


def built(followed=None, contacts=None, own=None):
    followed = returns() if followed is None else followed
    found = follow_up_compliance.build(followed, due() if contacts is None else contacts, *(own or planned()), STUDY)
    return found.set_index(["outcome", "term", "level", "stretch"]).sort_index()


@pytest.fixture(scope="module")
def table():
    return built()


def test_shares_of_contacts_are_counted_over_the_whole_time_and_by_phase(table):
    whole = ("tier", "all", "whole time")
    assert [table.loc[(outcome, *whole), "estimate"] for outcome in ("on time", "late", "not made")] == [
        0.5,
        0.25,
        0.25,
    ]
    assert table.loc[("on time", "tier", "all", "first month"), "estimate"] == 0.5
    assert table.loc[("not made", "tier", "all", "months 2-3"), "estimate"] == 1
    assert table.loc[("on time", *whole), ["n", "n_contacts", "n_agencies"]].tolist() == [40, 160, 5]


def test_a_phase_without_a_contact_due_has_a_row_without_a_number(table):
    row = table.loc[("on time", "tier", "high", "second year")]
    assert pd.isna(row["estimate"])
    assert (row["n"], row["note"]) == (0, "no such contact")


def test_groups_add_up_and_returns_of_unknown_kind_stand_with_the_planned(table):
    for outcome, stretch in [
        ("on time", "whole time"),
        ("first contact", "by day 30"),
        ("contacts on record", "whole time"),
    ]:
        own = table.loc[outcome].xs(stretch, level="stretch")["n"]
        assert own["tier"][["high", "medium", "low"]].sum() == own["tier"]["all"] == 40
        assert own["return_kind"].to_dict() == {"abrupt": 9, "planned or unknown": 31, "all": 40}


def test_the_child_seen_is_a_share_of_the_contacts_of_which_it_is_known(table):
    row = table.loc[("child seen", "tier", "all", "whole time")]
    assert row[["estimate", "n_contacts"]].tolist() == [0.5, 80]


def test_agencies_that_differ_make_the_interval_wider():
    contacts = due()
    bad = contacts["agency"].isin(["A01", "A02"])
    unlike = built(contacts=contacts.assign(status=contacts["status"].mask(bad, "missed").mask(~bad, "on_time")))
    row, alike = (t.loc[("on time", "tier", "all", "whole time")] for t in (unlike, built()))
    assert row["ci_high"] - row["ci_low"] > 0.5
    assert alike["ci_high"] - alike["ci_low"] < 1e-6


def test_the_wait_for_the_first_contact_treats_an_end_as_an_end_and_a_loss_as_unknown(table):
    found = table.loc["first contact"].loc["tier"].loc["all"]
    assert found.loc["by day 30", "estimate"] == pytest.approx(24 / 40), "who ended waits no more"
    assert found.loc["half of the returns", "estimate"] == 10
    # asked for by day 8 (medium: 8 of 20 by then) or day 4 (high: none)
    assert found.loc["by the day asked for", "estimate"] == pytest.approx(8 / 40)


def test_a_return_contacted_before_it_was_registered_could_not_be_seen_to_wait():
    late = built(returns(entry_days=[6] * 8 + [0] * 32))
    assert late.loc[("first contact", "tier", "all", "by day 30"), "n"] == 32


def test_too_few_seen_from_the_first_days_tell_no_wait():
    late = built(returns(entry_days=[0] * 9 + [9] * 31, first_contact_days=[3] * 8 + [10] * 32))
    found = late.loc["first contact"].loc["tier"].loc["all"]
    assert found["estimate"].isna().all()
    assert set(found["n"]) == {40}


def test_agencies_without_contacts_in_their_exports_are_counted_and_not_asked():
    some = built(returns(has_contact_records=[True] * 30 + [False] * 10))
    row = some.loc[("contacts on record", "tier", "all", "whole time")]
    assert row[["estimate", "n", "n_hits"]].tolist() == [0.75, 40, 30]
    assert some.loc[("first contact", "tier", "all", "by day 30"), "n"] == 30


def test_the_agencies_own_due_dates_are_of_all_cases_by_the_workers_tier(table):
    own = table.loc["made as planned by the agency"].loc["tier"].xs("whole time", level="stretch")
    assert own.loc["all", ["estimate", "n", "n_agencies"]].tolist() == [0.75, 40, 4]
    assert own.drop("all")["n"].to_dict() == dict.fromkeys(["high", "low", "medium", "unknown"], 10)


def test_the_table_keeps_its_contract_and_is_empty_without_a_return(table):
    follow_up_compliance.TABLE.validated(table.reset_index(), "follow_up_compliance")
    assert built(returns().head(0)).empty


def test_one_agency_tells_nothing_of_others():
    alone = built(returns(agency="A01"), due().assign(agency="A01"))
    row = alone.loc[("on time", "tier", "all", "whole time")]
    assert (row["ci_low"], row["ci_high"]) == (0, 1)
    wait = alone.loc[("first contact", "tier", "all", "by day 30")]
    assert wait["estimate"] == pytest.approx(0.6)
    assert wait[["ci_low", "ci_high"]].isna().all()
    assert "one agency" in wait["note"]
