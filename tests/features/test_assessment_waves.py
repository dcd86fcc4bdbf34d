"""Assessments as children have them: which wave each belongs to, and which do not count."""

import pandas as pd
import pytest

from analysis import study
from analysis.contract import DAY
from analysis.features import assessment_waves
from analysis.features.spells import TABLE as SPELLS
from analysis.imported.assessments import TABLE as ASSESSMENTS
from analysis.imported.cases import TABLE as CASES

CHILD, OTHER_CHILD, CASE, SECOND_CASE = "a" * 16, "b" * 16, "c" * 16, "d" * 16
DOMAINS = ("1A", "6A")


def key(number):
    return f"{number:016x}"


def assessment(number, day, case=CASE, instrument="csi12", completed=True, scores=(2, 3)):
    return [
        {
            "assessment_id": key(number), "case_id": case, "source_system": "oscar", "instrument": instrument,
            "instrument_version": "2:x", "assessed_on": day, "completed": completed,
            "domain_code": code, "score": score,
        }
        for code, score in zip(DOMAINS, scores, strict=True)
    ]  # fmt: skip


def case(case_id=CASE, child=CHILD, accepted="2021-01-10", referred="2021-01-02", org="A01"):
    return {"case_id": case_id, "child_key": child, "accepted_on": accepted, "referred_on": referred, "org_code": org}


def spell(returned, ended="2024-12-31", state="administrative", number=1, child=CHILD):
    day = {"returned_on": returned, "ended_on": ended}
    return {"spell_id": key(99 + number), "child_key": child, "return_no": number, "state": state, **day}


def frame(contract, rows):
    """Return rows with the columns of a contract, typed as far as these rules read them."""
    made = pd.DataFrame(rows).reindex(columns=list(contract.columns))
    types = {
        name: column.dtype for name, column in contract.columns.items() if column.dtype in ("Int64", "boolean", "str")
    }
    days = [name for name, column in contract.columns.items() if column.dtype.startswith("datetime")]
    return made.astype(types).assign(**{name: pd.to_datetime(made[name]).astype(DAY) for name in days})


def built(assessments, cases=None, spells=(), choices=None):
    rows = [row for one in assessments for row in one]
    choices = choices or study.load()
    made = assessment_waves.build(
        frame(ASSESSMENTS, rows), frame(CASES, cases or [case()]), frame(SPELLS, spells), choices
    )
    return assessment_waves.TABLE.validated(made, "assessment_waves").set_index("assessment_id")


@pytest.mark.parametrize(
    ("day", "wave"),
    [
        ("2021-05-01", "baseline"),
        ("2021-05-02", "placement"),
        ("2021-06-01", "placement"),
        ("2021-07-01", "placement"),
        ("2021-07-02", "fu_lt6m"),
        ("2021-11-30", "fu_lt6m"),
        ("2021-12-01", "fu_6_12m"),
        ("2022-06-01", "fu_6_12m"),
        ("2022-06-02", "fu_gt12m"),
    ],
)
def test_of_a_child_that_went_home_waves_are_counted_from_the_return(day, wave):
    row = built([assessment(1, day)], spells=[spell("2021-06-01")]).iloc[0]
    assert (row["counted_from"], row["wave"]) == ("return", wave)
    assert row["days"] == (pd.Timestamp(day) - pd.Timestamp("2021-06-01")).days


@pytest.mark.parametrize(
    ("day", "wave"),
    [
        ("2020-12-01", "baseline"),
        ("2021-03-11", "baseline"),
        ("2021-03-12", "fu_lt6m"),
        ("2021-07-12", "fu_6_12m"),
        ("2022-01-11", "fu_gt12m"),
    ],
)
def test_of_any_other_child_they_are_counted_from_the_acceptance_and_there_is_no_placement_wave(day, wave):
    row = built([assessment(1, day)]).iloc[0]
    assert (row["counted_from"], row["wave"]) == ("acceptance", wave)


def test_a_shorter_baseline_leaves_no_placement_wave_behind():
    shorter = study.load().changed("assessment_waves.baseline_within_days", 10)
    assert built([assessment(1, "2021-01-30")], choices=shorter)["wave"].tolist() == ["fu_lt6m"]


def test_without_a_day_of_acceptance_they_are_counted_from_the_referral():
    assert built([assessment(1, "2021-01-05")], [case(accepted=None)])["days"].tolist() == [3]


def test_of_two_returns_the_first_counts():
    spells = [spell("2023-01-01", number=2), spell("2021-06-01", "2022-01-01", "residential")]
    row = built([assessment(1, "2023-02-01")], spells=spells).iloc[0]
    assert row["wave"] == "fu_gt12m"
    assert row["is_after_end"]


@pytest.mark.parametrize(("state", "is_after"), [("residential", True), ("with_family", False), ("lost", False)])
def test_an_assessment_after_the_child_left_home_again_is_marked(state, is_after):
    row = built([assessment(1, "2022-02-01")], spells=[spell("2021-06-01", "2022-01-01", state)]).iloc[0]
    assert row["is_after_end"] == is_after


def test_drafts_and_what_has_no_day_stay_and_say_why_they_do_not_count():
    rows = built(
        [
            assessment(1, "2021-01-20"),
            assessment(2, "2021-02-20", completed=False, scores=(2, None)),
            assessment(3, "2021-03-20", completed=None, scores=(2, None)),
            assessment(4, "2021-04-20", completed=None),
            assessment(5, None),
        ]
    )
    assert rows["left_out"].fillna("").tolist() == ["", "draft", "not known to be finished, with blanks", "", "no day"]
    assert rows["n_scored"].tolist() == [2, 1, 1, 2, 2]


def test_a_case_without_any_day_tells_no_wave():
    row = built([assessment(1, "2021-01-20")], [case(accepted=None, referred=None)]).iloc[0]
    assert row["left_out"] == "no day from which to count"
    assert pd.isna(row["wave"])


def test_a_child_counts_once_with_an_instrument_by_the_case_with_most_assessments():
    assessments = [assessment(number, f"2021-0{number}-01", SECOND_CASE) for number in (3, 4)]
    assessments += [assessment(1, "2021-02-01"), assessment(2, "2021-02-01", instrument="aht10")]
    drafts = [assessment(number, f"2021-0{number}-01", completed=False) for number in (5, 6, 7)]
    rows = built(assessments + drafts, [case(), case(SECOND_CASE)])
    assert rows.loc[key(1), "left_out"] == "another case of the child has more"
    assert rows.loc[[key(2), key(3), key(4)], "left_out"].isna().all()


def test_of_two_cases_with_as_many_the_same_one_is_chosen_whatever_the_order():
    given = [assessment(1, "2021-02-01", SECOND_CASE), assessment(2, "2021-03-01")]
    for each in (given, given[::-1]):
        rows = built(each, [case(SECOND_CASE), case()])
        assert rows.loc[key(2), "left_out"] is not pd.NA
        assert pd.isna(rows.loc[key(2), "left_out"])
        assert pd.notna(rows.loc[key(1), "left_out"])


def test_two_children_do_not_take_each_others_place():
    rows = built(
        [assessment(1, "2021-02-01"), assessment(2, "2021-02-01", SECOND_CASE)],
        [case(), case(SECOND_CASE, OTHER_CHILD, org=None)],
        [spell("2021-06-01", child=OTHER_CHILD)],
    )
    assert rows["counted_from"].tolist() == ["acceptance", "return"]
    assert rows["agency"].tolist() == ["A01", "unknown"]
    assert rows["left_out"].isna().all()


def test_no_assessments_give_no_rows():
    empty = assessment_waves.build(frame(ASSESSMENTS, []), frame(CASES, [case()]), frame(SPELLS, []), study.load())
    assert assessment_waves.TABLE.validated(empty, "assessment_waves").empty
