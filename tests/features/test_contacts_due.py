"""Contacts after a return, as children: a few dated events, and which contacts were due, made, late or missed."""

import pandas as pd
import pytest

from analysis import study
from analysis.features import _contact_schedule, contacts_due, contacts_made, followed_returns, overdue_contacts
from analysis.imported.cases import TABLE as CASES
from analysis.imported.follow_ups import TABLE as FOLLOW_UPS
from analysis.simulate import parameters

CASE, CHILD, SPELL = "c" * 16, "d" * 16, "e" * 16
RETURNED = pd.Timestamp("2023-03-01")
STUDY = study.load()


def spell(days=100, key=SPELL, child=CHILD, case=CASE, returned=RETURNED, **changed):
    told = {"risk_level": "medium", "return_kind": "planned", "state": "administrative", "agency": "A01"} | changed
    return {
        "spell_id": key, "child_key": child, "case_id": case, "returned_on": returned, "entry_days": 0, "days": days,
        "ended_on": returned + pd.Timedelta(days=days), "worker_key": None, "province_code": "02",
    } | told  # fmt: skip


def contacts(*days, case=CASE, mode="visit", seen=None, returned=RETURNED, start=0):
    return [
        {
            "followup_id": f"{start + number:016x}", "case_id": case, "source_system": "primero", "mode": mode,
            "done_on": returned + pd.Timedelta(days=day), "child_seen": seen,
        }
        for number, day in enumerate(days)
    ]  # fmt: skip


def case(key=CASE, child=CHILD, org="A01", system="primero"):
    unknown = dict.fromkeys(
        ("programme", "referral_source", "status", "risk_level", "separation_reason", "harm_history"), "unknown"
    )
    return {
        "case_id": key,
        "child_key": child,
        "source_system": system,
        "org_code": org,
        "use_allowed": "yes",
    } | unknown


def table(contract, rows):
    """Return the rows typed as the contract says, unchecked: checking costs more than all of the rest."""
    frame = pd.DataFrame(rows).reindex(columns=list(contract.columns))
    return frame.astype({name: column.dtype for name, column in contract.columns.items()})


def built(spells, follow_ups, cases=None, as_made=table):
    """Return all four tables by name."""
    frame = pd.DataFrame(spells).astype({"entry_days": "Int64", "days": "Int64", "worker_key": "str"})
    told, known = table(FOLLOW_UPS, follow_ups), table(CASES, cases or [case()])
    made = as_made(contacts_made.TABLE, contacts_made.build(frame, told, known, STUDY))
    followed = as_made(followed_returns.TABLE, followed_returns.build(frame, made, told, known, STUDY))
    due = as_made(contacts_due.TABLE, contacts_due.build(followed, made, STUDY))
    overdue = as_made(overdue_contacts.TABLE, overdue_contacts.build(due, followed, frame, STUDY))
    return {"made": made, "followed": followed, "due": due, "overdue": overdue}


def checked(contract, frame):
    return contract.validated(frame, "made")


def statuses(spells, follow_ups, **others):
    return built(spells, follow_ups, **others)["due"]["status"].tolist()


def test_the_schedule_is_the_one_the_simulator_follows():
    assert dict(STUDY.follow_up_schedule.days) == {
        tier: dict(parameters.load().case_management.visits[tier]) for tier in _contact_schedule.TIERS
    }


def test_windows_of_a_tier_do_not_overlap_and_hold_the_day_due():
    for _, own in _contact_schedule.schedules(STUDY.follow_up_schedule).groupby("tier"):
        assert (own["from_days"] <= own["due_days"]).all()
        assert (own["due_days"] <= own["to_days"]).all()
        assert (own["from_days"].iloc[1:].to_numpy() > own["to_days"].iloc[:-1].to_numpy()).all()


def test_days_and_windows_of_the_first_months():
    own = _contact_schedule.schedules(STUDY.follow_up_schedule).groupby("tier").head(3).set_index("tier")
    told = own[["due_days", "from_days", "to_days"]].to_numpy().tolist()
    assert told[:3] == [[3, 1, 4], [10, 9, 11], [17, 16, 18]]  # high: weekly, a day either way
    assert told[3:6] == [[7, 1, 8], [21, 18, 24], [35, 32, 38]]  # medium: fortnightly, three days
    assert told[6:] == [[14, 1, 17], [44, 37, 51], [75, 68, 82]]  # low: monthly, a week


ON_TIME, LATE, MISSED, OVERDUE = "on_time", "late", "missed", "overdue"
CHILDREN = {  # days of contacts, last day known, statuses of a medium schedule: 7 (1-8), 21 (18-24), 35 (32-38)
    "visited as asked": ([7, 21, 35], 40, [ON_TIME, ON_TIME, ON_TIME]),
    "visited on the first day after the return": ([1, 21, 35], 40, [ON_TIME, ON_TIME, ON_TIME]),
    "visited at the ends of the windows": ([8, 18, 38], 40, [ON_TIME, ON_TIME, ON_TIME]),
    "visited a day late": ([9, 25, 39], 40, [LATE, LATE, LATE]),
    "visited the day before a window opens": ([17, 21, 35], 40, [LATE, ON_TIME, ON_TIME]),
    "visited twice in a window": ([7, 8, 21, 35], 40, [ON_TIME, ON_TIME, ON_TIME]),
    "the second visit left out": ([7, 35], 40, [ON_TIME, MISSED, ON_TIME]),
    "never visited": ([], 40, [MISSED, MISSED, OVERDUE]),
    "on the day of the return only": ([0], 40, [MISSED, MISSED, OVERDUE]),
    "seen in the next window before it closed": ([46], 47, [MISSED, MISSED, MISSED]),
    "the window is open when the data end": ([7, 21], 37, [ON_TIME, ON_TIME]),
    "known for a week": ([], 7, []),
}


def test_children():
    keys = {f"{number:016x}": named for number, named in enumerate(CHILDREN)}
    spells = [spell(CHILDREN[named][1], key=key, child=key, case=key) for key, named in keys.items()]
    made = [
        row
        for start, (key, named) in enumerate(keys.items())
        for row in contacts(*CHILDREN[named][0], case=key, start=100 * start)
    ]
    found = built(spells, made, [case(key, key) for key in keys], as_made=checked)["due"]
    for key, named in keys.items():
        assert found.loc[found["spell_id"] == key, "status"].tolist() == CHILDREN[named][2], named


def test_a_contact_not_made_before_the_spell_ended_is_missed_and_in_no_queue():
    found = built([spell(days=40, state="residential")], contacts(7, 21))
    assert found["due"]["status"].tolist() == ["on_time", "on_time", "missed"]
    assert found["overdue"].empty


def test_contacts_due_before_registration_are_asked_of_nobody():
    found = built([spell(days=40, entry_days=10)], contacts(35))["due"]
    assert found["due_days"].tolist() == [21, 35]
    assert found["status"].tolist() == ["missed", "on_time"]


def test_a_window_that_opened_before_registration_is_not_due():
    assert built([spell(days=40, entry_days=18)], contacts(35))["due"]["due_days"].tolist() == [35]


TIERS = {  # worker's tier, kind of return: whose schedule
    ("high", "planned"): "high",
    ("no_action", "planned"): "low",
    ("low", "abrupt"): "low",
    ("unknown", "planned"): "medium",
    ("unknown", "unknown"): "medium",
    ("unknown", "abrupt"): "high",
}


def test_the_schedule_of_a_tier_and_of_an_unknown_one():
    spells = [
        spell(key=f"{number:016x}", risk_level=tier, return_kind=kind) for number, (tier, kind) in enumerate(TIERS)
    ]
    assert built(spells, contacts(7))["followed"]["tier"].tolist() == list(TIERS.values())


def test_contacts_recorded_in_another_system_count_for_the_child():
    cases = [case(), case("b" * 16, CHILD, org="A07", system="oscar")]
    assert statuses([spell(days=40)], contacts(7, 21, 35, case="b" * 16), cases=cases) == ["on_time"] * 3


@pytest.mark.parametrize("mode", ["third_party", "supervision"])
def test_a_talk_with_somebody_else_is_no_contact(mode):
    assert statuses([spell(days=10)], contacts(7, mode=mode)) == ["overdue"]
    assert built([spell(days=10)], contacts(7, mode=mode))["followed"]["n_contacts"].tolist() == [0]


def test_an_agency_without_any_contact_in_its_export_missed_none():
    two = [spell(), spell(key="f" * 16, child="b" * 16, case="b" * 16, agency="A02")]
    cases = [case(), case("b" * 16, "b" * 16, org="A02")]
    found = built(two, contacts(7), cases=cases)
    assert found["followed"].set_index("spell_id")["has_contact_records"].to_dict() == {SPELL: True, "f" * 16: False}
    assert set(found["due"]["spell_id"]) == {SPELL}


def test_a_contact_due_but_not_done_is_a_sign_that_contacts_are_exported():
    planned = [dict(row, done_on=None, due_on=RETURNED) for row in contacts(7)]
    assert statuses([spell(days=10)], planned) == ["overdue"]


def test_each_contact_counts_for_the_last_return_before_it():
    again = RETURNED + pd.Timedelta(days=200)
    two = [spell(days=40, state="residential"), spell(key="f" * 16, days=40, returned=again)]
    found = built(two, contacts(7, 100, 207))["made"].set_index("spell_id")["made_days"]
    assert found.to_dict() == {SPELL: 7, "f" * 16: 7}  # nothing between the spells


def test_the_child_was_seen_if_it_was_at_any_contact_and_is_unknown_if_nobody_said():
    follow_ups = [
        *contacts(7, seen=False), *contacts(8, seen=True, start=1), *contacts(21, start=2),
        *contacts(35, seen=False, start=3),
    ]  # fmt: skip
    seen = built([spell(days=40)], follow_ups)["due"]["was_child_seen"].astype("object")
    assert seen.where(seen.notna(), None).tolist() == [True, None, False]


def test_the_queue_says_since_when_and_how_often_before():
    line = built([spell(days=60)], contacts(7))["overdue"].iloc[0]  # due on 7, 21, 35 and 49 (46-52)
    assert line["due_on"] == RETURNED + pd.Timedelta(days=49)
    assert line["last_contact_on"] == RETURNED + pd.Timedelta(days=7)
    told = line[["overdue_days", "since_contact_days", "n_missed", "tier_place", "agency"]].tolist()
    assert told == [8, 53, 2, 2, "A01"]


def test_who_was_never_contacted_is_in_the_queue_since_the_return():
    other = contacts(500, case="b" * 16, start=900)
    line = built([spell(days=10)], other, cases=[case(), case("b" * 16, "b" * 16)])["overdue"].iloc[0]
    assert pd.isna(line["last_contact_on"])
    assert line["since_contact_days"] == 10


def test_no_return_at_all_gives_empty_tables():
    found = built(pd.DataFrame([spell()]).head(0), contacts(7))
    assert all(frame.empty for frame in found.values())


def test_without_follow_ups_nothing_is_due():
    found = built([spell()], [])
    assert found["due"].empty
    assert found["followed"]["has_contact_records"].tolist() == [False]
