"""Surveyed children: who is one, what is unknown, and who was not in care when the 12 months began."""

import pandas as pd
import pytest

from analysis import study
from analysis.features import surveyed_children
from analysis.imported.household_members import TABLE as MEMBERS
from analysis.imported.households import TABLE as HOUSEHOLDS

KEY = "a" * 16
HOUSEHOLD = {
    "household_key": KEY, "source_system": "kobo", "id_poor": "level_1", "income_currency": "USD",
    "caregiver_relation": "mother", "caregiver_sex": "female", "caregiver_age_band": "unknown",
    "vulnerability_class": "unknown", "survey_stratum": "s", "survey_cluster": "c", "survey_weight": 20.0,
    "monthly_income": 100.0,
}  # fmt: skip
CHILD = {
    "household_key": KEY, "source_system": "kobo", "relation": "child", "sex": "female", "age_years": 9,
    "living_place": "home", "placed_12m": False, "placed_before_12m": False,
}  # fmt: skip


def table(contract, rows):
    return contract.validated(pd.DataFrame(rows).reindex(columns=list(contract.columns)), "made")


def built(*people, **household):
    members = [{**CHILD, "member_id": f"{number:016x}", **person} for number, person in enumerate(people)]
    made = surveyed_children.build(
        table(MEMBERS, members), table(HOUSEHOLDS, [{**HOUSEHOLD, **household}]), study.load()
    )
    return surveyed_children.TABLE.validated(made, "surveyed_children")


def test_children_are_the_living_under_18_and_those_called_so_whose_age_is_unknown():
    ages = built(
        *({"age_years": age} for age in (0, 17, 18, 40)),
        {"age_years": None},
        {"age_years": None, "relation": "mother"},
        {"is_alive": False},
        {"age_years": 16, "relation": "mother"},
    )["age_years"]
    assert ages.fillna(-1).tolist() == [0, 17, -1, 16]


def test_households_without_a_weight_are_of_no_survey():
    assert built({}, survey_weight=None).empty


def test_no_household_at_all_gives_an_empty_table():
    empty = surveyed_children.build(table(MEMBERS, []), table(HOUSEHOLDS, []), study.load())
    assert surveyed_children.TABLE.validated(empty, "surveyed_children").empty


def test_words_for_unknown_become_missing_and_no_answer_becomes_a_no():
    row = built({"sex": "unknown", "living_place": "unknown"}, id_poor="unknown").iloc[0]
    missing = ["sex", "living_place", "id_poor", "caregiver_age_band", "migration", "disability", "mother_alive"]
    assert row[missing].isna().all()
    assert row["caregiver_relation"] == "mother"
    assert pd.isna(row["lives_in_residential_care"])


@pytest.mark.parametrize(("currency", "usd"), [("USD", 100.0), ("KHR", 0.025), ("unknown", None)])
def test_income_is_in_dollars_where_the_currency_is_known(currency, usd):
    found = built({}, income_currency=currency)["monthly_income_usd"].iloc[0]
    assert pd.isna(found) if usd is None else found == pytest.approx(usd)


CARE = [  # sleeps at, lived in care before, placed in the 12 months; lives in care, was not there at their start
    ("home", False, False, False, True),
    ("home", True, False, False, True),  # home again, or home before the 12 months began
    ("home", None, False, False, True),
    ("residential_care", False, True, True, True),
    ("residential_care", True, True, True, True),  # placed again
    ("residential_care", True, False, True, False),  # there all the time
    ("residential_care", None, False, True, False),
    ("boarding_school", True, False, False, False),  # called a school
    ("boarding_school", False, False, False, True),
    ("boarding_school", True, True, False, True),
    ("boarding_school", None, False, False, None),
    ("unknown", False, False, None, True),  # never in care before, so not when the 12 months began
    ("unknown", True, False, None, None),
    ("residential_care", True, None, True, None),
]


def test_who_lives_in_care_and_who_was_not_there_when_the_12_months_began():
    asked = ("living_place", "placed_before_12m", "placed_12m")
    found = built(*(dict(zip(asked, case, strict=False)) for case in CARE))
    told = found[["lives_in_residential_care", "is_at_risk_of_placement"]].astype("object")
    answers = told.where(told.notna(), None).apply(tuple, axis=1)
    for case, answer in zip(CARE, answers, strict=True):
        assert answer == case[3:], case
