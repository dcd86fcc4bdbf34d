"""Checked homes: which check an item belongs to, and that only an answer tells of a breach."""

import pandas as pd

from analysis import sources, study
from analysis.clean import household_items
from analysis.features import checked_homes
from analysis.imported import allowed

ITEMS = household_items.TABLE.validated(sources.read("household_items_ruled"), "household_items")
A, B = "a" * 16, "b" * 16


def checks(*rows: tuple) -> pd.DataFrame:
    named = pd.DataFrame(rows, columns=["case_id", "checked_on", "occasion", "item", "answer"])
    return named.assign(
        check_id=[f"{number:016x}" for number in range(len(named))],
        child_key=named["case_id"].astype("str"),
        case_id=named["case_id"].astype("str"),
        checked_on=pd.to_datetime(named["checked_on"]).astype("datetime64[us]"),
        reason=pd.array([None] * len(named), "str"),
    )


def built(*rows: tuple) -> pd.DataFrame:
    cases = pd.DataFrame({"case_id": [A, B], "org_code": ["A01", None]}, dtype="str")
    table = checked_homes.build(checks(*rows), ITEMS, cases, study.load())
    return checked_homes.TABLE.validated(table, "checked_homes")


def test_follow_ups_are_numbered_by_day_within_the_case():
    days = ["2021-03-01", "2021-01-01", "2021-06-01", "2021-09-01", "2022-01-01", None]
    rows = [(A, day, "follow_up", "food", "met") for day in days]
    visits = built(
        *rows, (A, "2020-12-01", "before_placement", "food", "met"), (B, "2021-05-01", "follow_up", "food", "met")
    )
    assert visits["visit"].tolist() == [
        *("second", "first", "third", "later", "later", "undated", "before placement", "first")
    ]


def test_only_an_answer_tells_of_a_breach():
    rows = [(A, "2021-01-01", "follow_up", "food", answer) for answer in allowed.HOUSEHOLD_ANSWER]
    told = built(*rows).set_index("answer")
    assert told["is_breach"].dropna().to_dict() == {"met": False, "not_met": True}
    assert not told.loc["does_not_apply", "applies"]
    assert told.loc[["unknown", "not_assessed"], "applies"].all()


def test_the_checklist_asks_for_every_item_of_the_register():
    assert set(ITEMS["item"]) == set(allowed.HOUSEHOLD_ITEM)
    assert ITEMS.set_index("item").loc[["no_violence", "no_neglect", "no_exploitation"], "is_urgent"].all()


def test_an_agency_that_is_not_known_stays_so_and_nothing_gives_nothing():
    assert built((B, "2021-01-01", "follow_up", "food", "met"))["agency"].tolist() == ["unknown"]
    assert built().empty
